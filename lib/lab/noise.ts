/** Bytes without meaning, the same in every run. */

/** A stream of bytes from a small linear congruential generator; each call gives the next `length` of them. */
export function noiseFrom(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}
