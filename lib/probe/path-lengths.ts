/** The way to the target without TCP_INFO and without a chosen MSS: hellos of growing length in one write, judged by their replies. */

import { everyPathBytes, headerBytes, type PathSweep, timestampBytes } from '../evidence/index.ts';
import { firstFlight, type HelloPlan, type HelloSpec, padTo, planOf } from '../hello/index.ts';
import { recordHeaderLength } from '../wire/index.ts';
import { repeat, repeatsForClaim, type Sender } from './parts.ts';
import { type Try, usualMtus } from './path-search.ts';
import { sweepPath, unknown } from './path-sweep.ts';
import { isAnswered } from './run.ts';

/** What an interface carries, as a rule; nobody tells us more. */
const ethernet = 1500;
/** TCP payload that fits every path in one packet: 576 - 40 bytes. */
const smallSegment = 536;
/** Pause between the segments, so that the kernel cannot put them together. */
const gapMs = 5;

/**
 * Finds the length above which hellos stay unanswered, and blames the path for it only if the same hello is answered in small
 * segments. Packets carry timestamps on most systems and not on all, so that the MTU itself stays unknown; the sizes of the rows
 * count them.
 */
export async function outboundByLength(ctx: Sender, address: string, spec: HelloSpec): Promise<PathSweep> {
  const overhead = headerBytes(address) + timestampBytes;
  const planFor = (size: number): HelloPlan =>
    planOf(padTo(spec, size - overhead - recordHeaderLength), { preset: 'control' });
  const attempt: Try = async (asked, alone) => {
    const { attempt: made } = await ctx.attempt({
      hello: planFor(asked),
      controlRef: ctx.control.attempt,
      alone,
      hint: true,
    });
    const { reply, end } = made.evidence;
    const common = { asked, size: asked, learned: null, reply, acked: null, attempt: made.id } as const;
    const trial = { ...common, alone: made.concurrent === 0 };
    if (isAnswered(made)) return { ...trial, outcome: 'passed' };
    return end === 'silent' ? { ...trial, outcome: 'lost' } : { ...trial, outcome: 'undecided', why: 'hello-refused' };
  };
  const range = { floor: everyPathBytes(address), ceiling: ethernet, guesses: usualMtus };
  const judge = { adjusted: () => Promise.resolve(unknown('packets-limited')) };
  const sweep = await sweepPath(range, attempt, judge);
  // The packets may have been smaller than the hello is long: nobody tells.
  if (sweep.verdict === 'clear') return { ...sweep, ...unknown(unseen), largestPassing: null };
  if (sweep.verdict !== 'blackhole' || sweep.smallestFailing === null) return sweep;
  const plan = planFor(sweep.smallestFailing);
  const segmentLengths = Array.from(
    { length: Math.ceil(firstFlight(plan).length / smallSegment) - 1 },
    () => smallSegment,
  );
  const split = { ...plan, segmentLengths, gapMs };
  const passed = await repeat(repeatsForClaim, async () => {
    const { attempt: made } = await ctx.attempt({ hello: split, controlRef: ctx.control.attempt, alone: true });
    return isAnswered(made);
  });
  if (passed.every((answered) => answered)) return { ...sweep, pathMtu: null, reason: assumed };
  return { ...sweep, ...unknown('hello-size: the same hello fails in small segments too, or not always') };
}

const unseen = 'sizes-unseen: the longest hello is answered, in packets whose sizes this system does not tell';
const assumed = 'sizes-assumed: packets are taken to carry TCP timestamps, which this system does not tell';
