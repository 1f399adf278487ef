/** Seeded damage to valid bytes: the same seed gives the same cases everywhere. */

/** Numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values at which length and count checks go wrong. */
const edges = [0x00, 0x01, 0x02, 0x03, 0x04, 0x20, 0x7f, 0x80, 0xfe, 0xff];

/** One to four changes: a bit, a byte, a cut, an insertion, a repeated slice, the end cut off. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = [...bytes];
  const below = (n: number): number => Math.floor(random() * n);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(out.length + 1);
    const count = below(8);
    switch (below(6)) {
      case 0:
        if (at < out.length) out[at] = (out[at] as number) ^ (1 << below(8));
        break;
      case 1:
        if (at < out.length) out[at] = edges[below(edges.length)] as number;
        break;
      case 2:
        out.splice(at, count);
        break;
      case 3:
        out.splice(at, 0, ...Array.from({ length: count }, () => below(256)));
        break;
      case 4:
        out.splice(at, 0, ...out.slice(at, at + count));
        break;
      default:
        out = out.slice(0, Math.max(at, out.length - count));
    }
  }
  return Uint8Array.from(out);
}
