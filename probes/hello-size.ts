/** hello-size: the same hello padded to many lengths; each edge between pass and fail is found to the byte. */

import type { HelloSizeRow, HelloSizeValue } from '../lib/evidence/index.ts';
import { firstFlight, type HelloSpec, helloLength, padTo, planOf } from '../lib/hello/index.ts';
import {
  bisect,
  compare,
  defineProbe,
  inconclusive,
  isAnswered,
  type ProbeContext,
  repeat,
  repeatsForClaim,
  type SweepRow,
  skipped,
  sweep,
} from '../lib/probe/index.ts';

/**
 * Lengths of the handshake message. Known faults are not monotone (a hang at 256 to 511 bytes was cured by a longer hello, RFC
 * 7685), so each known threshold has both its neighbours here, and every gap between pass and fail is searched afterwards.
 */
const grid: readonly number[] = [
  255, 256, 257, 511, 512, 513, 767, 768, 769, 1380, 1400, 1420, 1440, 1460, 2048, 4096, 16_384,
];

export const helloSize = defineProbe({
  id: 'hello-size',
  title: { en: 'ClientHello length', ja: 'ClientHello の長さ' },
  run: async (ctx) => {
    const { spec } = ctx.control.plan;
    if (spec === null || spec.extensions === null)
      return skipped('no-extensions: the hello that is answered cannot be padded');
    const base = helloLength(spec);
    const rows = new Map<number, HelloSizeRow>([
      [base, { length: base, reply: 'server-hello', attempts: [ctx.control.attempt], controls: [] }],
    ]);
    const lengths = grid.filter((length) => length >= base + 4);
    // Which rows fail is only a hint here: where it matters, at the edges, each side is repeated with nothing else open.
    const tried = await sweep(ctx, lengths, (length) => padTo(spec, length), { confirm: false });
    for (const row of tried) rows.set(row.value, asRow(row));
    ctx.keep({ rows: sorted(rows), failing: [] });
    const edges = await findEdges(ctx, spec, rows);
    const { failing, certain } = await verified(ctx, spec, rows, edges);
    const value: HelloSizeValue = { rows: sorted(rows), failing };
    return certain ? value : inconclusive('not-reproducible', value);
  },
});

function asRow({ value, reply, attempts, controls }: SweepRow<number>): HelloSizeRow {
  return { length: value, reply, attempts, controls };
}

function sorted(rows: ReadonlyMap<number, HelloSizeRow>): HelloSizeRow[] {
  return [...rows.values()].sort((a, b) => a.length - b.length);
}

const passed = ({ reply }: HelloSizeRow): boolean => reply === 'server-hello' || reply === 'hello-retry-request';

/** Runs of failing lengths, each narrowed to the byte on both sides. */
async function findEdges(
  ctx: ProbeContext,
  spec: HelloSpec,
  rows: Map<number, HelloSizeRow>,
): Promise<{ from: number; to: number }[]> {
  const test = async (length: number): Promise<boolean> => {
    const { attempt } = await ctx.attempt({ hello: padTo(spec, length), controlRef: ctx.control.attempt });
    rows.set(length, { length, reply: attempt.evidence.reply, attempts: [attempt.id], controls: [] });
    return isAnswered(attempt);
  };
  const edges: { from: number; to: number }[] = [];
  const known = sorted(rows);
  for (let i = 1; i < known.length; i++) {
    const [before, row] = [known[i - 1] as HelloSizeRow, known[i] as HelloSizeRow];
    if (passed(before) && !passed(row)) {
      const low = Math.max(before.length, shortestPadded(known) - 1);
      const { failing } = await bisect(low, row.length, test);
      edges.push({ from: failing, to: (known.at(-1) as HelloSizeRow).length });
    }
    const open = edges.at(-1);
    if (!passed(before) && passed(row) && open !== undefined)
      open.to = (await bisect(row.length, before.length, test)).failing;
  }
  return edges;
}

/** A padding extension takes at least 4 bytes: shorter steps than that above the bare hello cannot be tested. */
function shortestPadded([bare]: readonly HelloSizeRow[]): number {
  return (bare?.length ?? 0) + 4;
}

/** Repeats both ends of each range beside the control (rule 1 of inference); a range that does not hold is not reported. */
async function verified(
  ctx: ProbeContext,
  spec: HelloSpec,
  rows: Map<number, HelloSizeRow>,
  edges: readonly { from: number; to: number }[],
): Promise<{ failing: { from: number; to: number }[]; certain: boolean }> {
  const failing: { from: number; to: number }[] = [];
  for (const edge of edges) {
    const ends = edge.from === edge.to ? [edge.from] : [edge.from, edge.to];
    const verdicts = [];
    for (const length of ends) {
      const { verdict, ...row } = await compare(ctx, padTo(spec, length));
      rows.set(length, { length, ...row });
      verdicts.push(verdict);
      if (verdict === 'passes') ctx.steadiness.wavered = true;
    }
    if (!verdicts.every((verdict) => verdict === 'fails')) continue;
    failing.push(edge);
    if (rows.get(edge.from)?.reply === 'silent') await inSmallSegments(ctx, padTo(spec, edge.from));
  }
  return { failing, certain: failing.length === edges.length };
}

/** TCP payload that fits every IPv4 path: 576 - 40 (RFC 791 §3.1, RFC 9293 §3.7.1). */
const smallSegment = 536;
/** Pause between the segments, so that the kernel cannot put them together. */
const gapMs = 5;

/** The shortest hello that is swallowed, in segments that no path is too narrow for: if it fails so too, its length is disliked, not its packets. */
async function inSmallSegments(ctx: ProbeContext, spec: HelloSpec): Promise<void> {
  const flight = firstFlight(planOf(spec)).length;
  if (flight <= smallSegment) return;
  const segmentLengths = Array.from({ length: Math.ceil(flight / smallSegment) - 1 }, () => smallSegment);
  const hello = planOf(spec, { segmentLengths, gapMs });
  await repeat(repeatsForClaim, () => ctx.attempt({ hello, controlRef: ctx.control.attempt, alone: true }));
}
