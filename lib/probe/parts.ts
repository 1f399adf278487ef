/** The parts that probes are composed of. Each takes the context, sends hellos through it, and returns plain data. */

import type { Reply } from '../evidence/index.ts';
import type { HelloPlan, HelloSpec } from '../hello/index.ts';
import type { Exchange } from '../live/index.ts';
import type { Via } from '../net/index.ts';
import type { AttemptRequest, ProbeContext } from './context.ts';
import { isAnswered } from './run.ts';

/** The little that the parts need of a context; a test can give it without a network. */
export type Sender = Pick<ProbeContext, 'attempt' | 'control' | 'steadiness'>;

/** Sends one hello. */
export function attempt(ctx: Sender, request: AttemptRequest): Promise<Exchange> {
  return ctx.attempt(request);
}

/** Calls `work` `times` times, one after another. */
export async function repeat<T>(times: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round++) results.push(await work(round));
  return results;
}

/** What became of one changed hello beside the control. */
export interface Comparison {
  readonly reply: Reply;
  /**
   * `passes`: the changed hello was answered the first time. `fails`: it failed in every repeat and the control was answered
   * beside each. `unstable`: it failed and was answered. `control-failed`: the control was not answered, so nothing follows.
   */
  readonly verdict: 'passes' | 'fails' | 'unstable' | 'control-failed';
  /** Ids of the changed attempts, and of the controls beside them. */
  readonly attempts: readonly string[];
  readonly controls: readonly string[];
}

/** Repeats on each side that a differential claim needs (rule 1 of inference). */
export const repeatsForClaim = 3;

/** Where the transport is what changes, loss is what is looked for: it need not be waited for longer than it takes to see it. */
const by = (via: Via | undefined): Pick<AttemptRequest, 'via' | 'stopWhenLost'> =>
  via === undefined ? {} : { via, stopWhenLost: true };

/** What a comparison may be told. */
export interface CompareOptions {
  /** Hello that is known to work; default the run's control. */
  readonly control?: HelloSpec | HelloPlan;
  /** Repeats on each side; default 3. */
  readonly repeats?: number;
  /** Transport of the changed hello, where it is what changes; default the kernel's TCP. */
  readonly via?: Via | undefined;
  /** Transport of the control: the same kind as `via`, so that one thing changes. */
  readonly controlVia?: Via | undefined;
}

/**
 * The turns of a comparison. Plain alternation would keep step with whatever serves connections in rotation (two machines
 * behind one address, one of them broken): at any period from 2 to 6 a changed hello and a control meet the same place here.
 */
const turns: readonly ('changed' | 'control')[] = Array.from('xxcxccxccxxc', (turn) =>
  turn === 'x' ? 'changed' : 'control',
);

/** The turns of so many repeats on each side, in order. */
function* turnsOf(repeats: () => number): Generator<'changed' | 'control'> {
  const made = { changed: 0, control: 0 };
  for (let index = 0; Math.min(made.changed, made.control) < repeats(); index++) {
    const turn = turns[index % turns.length] ?? 'control';
    if (made[turn] >= repeats()) continue;
    made[turn]++;
    yield turn;
  }
}

/**
 * The only way to a differential claim: change one thing about a hello that works, and send both, `repeats` times each, with
 * nothing else on the wire. A changed hello that is answered the first time needs no repeats, since nothing is claimed of it.
 * Where hellos were seen to be answered at one time and not at another, a claim takes twice as many.
 */
export async function compare(
  ctx: Sender,
  changed: HelloSpec | HelloPlan,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { control = ctx.control.plan, repeats = repeatsForClaim, via, controlVia } = options;
  const { steadiness } = ctx;
  const attempts: string[] = [];
  const controls: string[] = [];
  let controlRef = ctx.control.attempt;
  let reply: Reply = null;
  const wavering = (verdict: 'unstable' | 'control-failed'): Comparison => {
    steadiness.wavered = true;
    return { reply, verdict, attempts, controls };
  };
  for (const turn of turnsOf(() => (steadiness.wavered ? 2 * repeats : repeats))) {
    if (turn === 'changed') {
      const { attempt: made } = await ctx.attempt({ hello: changed, alone: true, controlRef, ...by(via) });
      attempts.push(made.id);
      if (!isAnswered(made)) reply = made.evidence.reply;
      else if (attempts.length > 1) return wavering('unstable');
      else return { reply: made.evidence.reply, verdict: 'passes', attempts, controls };
    } else {
      const { attempt: beside } = await ctx.attempt({ hello: control, alone: true, ...by(controlVia) });
      controls.push(beside.id);
      controlRef = beside.id;
      if (!isAnswered(beside)) return wavering('control-failed');
    }
  }
  return { reply, verdict: 'fails', attempts, controls };
}

/** One value of a sweep, and what became of its hello. */
export interface SweepRow<Value> extends Comparison {
  readonly value: Value;
}

/** A hello for a value; null when there is none (the value is left out). */
export type HelloFor<Value> = (value: Value) => HelloSpec | HelloPlan | null;

export interface SweepOptions<Value> extends CompareOptions {
  /** A control of its own for each value, where the hello changes a second thing by necessity (its length, say). */
  readonly controlFor?: (value: Value) => HelloSpec | HelloPlan;
  /** Transport for a value's hello, where it is what the sweep changes. */
  readonly viaFor?: (value: Value) => Via;
  /** False leaves the comparison of failing rows to the caller: they then say `unstable`, which claims nothing. */
  readonly confirm?: boolean;
}

/**
 * Sends the hello of each value once, as many at a time as the run allows, then compares each that failed with the control.
 */
export async function sweep<Value>(
  ctx: Sender,
  values: readonly Value[],
  helloFor: HelloFor<Value>,
  options: SweepOptions<Value> = {},
): Promise<SweepRow<Value>[]> {
  const hellos = values.flatMap((value) => {
    const hello = helloFor(value);
    return hello === null ? [] : [{ value, hello }];
  });
  const tried = await Promise.all(
    hellos.map(async ({ value, hello }) => {
      const via = options.viaFor?.(value) ?? options.via;
      const { attempt: made } = await ctx.attempt({ hello, controlRef: ctx.control.attempt, hint: true, ...by(via) });
      return { value, hello, via, made };
    }),
  );
  const rows: SweepRow<Value>[] = [];
  for (const { value, hello, via, made } of tried) {
    const { reply } = made.evidence;
    if (isAnswered(made)) rows.push({ value, reply, verdict: 'passes', attempts: [made.id], controls: [] });
    else if (options.confirm === false)
      rows.push({ value, reply, verdict: 'unstable', attempts: [made.id], controls: [] });
    else {
      const control = options.controlFor?.(value) ?? options.control;
      const comparison = await compare(ctx, hello, { ...options, via, ...(control === undefined ? {} : { control }) });
      // Silence beside other connections is not the hello's; anything else that does not repeat is noise.
      if (comparison.verdict === 'passes' && (made.concurrent === 0 || made.evidence.end !== 'silent'))
        ctx.steadiness.wavered = true;
      rows.push({ value, ...comparison });
    }
  }
  return rows;
}

/**
 * Narrows the gap between a number that passes and one that fails (either may be the larger) to two neighbours.
 * @param test true when the number passes.
 */
export async function bisect(
  passing: number,
  failing: number,
  test: (n: number) => Promise<boolean>,
): Promise<{ passing: number; failing: number }> {
  let [good, bad] = [passing, failing];
  while (Math.abs(good - bad) > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await test(middle)) good = middle;
    else bad = middle;
  }
  return { passing: good, failing: bad };
}

/** Sends the control hello before and after `work`; `held` is false when either was not answered, and nothing follows then. */
export async function withControl<T>(
  ctx: Sender,
  work: () => Promise<T>,
  control: HelloSpec | HelloPlan = ctx.control.plan,
): Promise<{ readonly result: T; readonly held: boolean; readonly controls: readonly string[] }> {
  const before = await ctx.attempt({ hello: control, alone: true });
  const result = await work();
  const after = await ctx.attempt({ hello: control, alone: true });
  return {
    result,
    held: isAnswered(before.attempt) && isAnswered(after.attempt),
    controls: [before.attempt.id, after.attempt.id],
  };
}
