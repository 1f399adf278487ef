/** Pick-and-remove: offer a list, take what the server picks off it, until it refuses what is left. */

import { type HelloSpec, helloLength } from '../hello/index.ts';
import type { Exchange } from '../live/index.ts';
import { alertDescription } from '../wire/index.ts';
import type { ProbeContext } from './context.ts';
import { type Comparison, compare, repeatsForClaim, type Sender } from './parts.ts';
import { type Control, isAnswered } from './run.ts';

/** What enumerating needs of a context. */
export type Enumerator = Sender & Pick<ProbeContext, 'doubt'>;

/** What the server picked, in that order; `complete` is false when the end of the list was not a refusal one may trust. */
export interface Picked {
  readonly codes: readonly number[];
  readonly complete: boolean;
}

/** How to enumerate one kind of offer. */
export interface Enumeration {
  /** The hello that offers just `remaining`. */
  readonly helloFor: (remaining: readonly number[]) => HelloSpec;
  /** The offered code that the server chose; null when the answer names none. */
  readonly chosen: (exchange: Exchange) => number | null;
  readonly goal?: 'server-hello' | 'server-flight';
  readonly urgency?: number;
  /** Called with each code as it is found, so that a stopped run keeps it. */
  readonly onPick?: (code: number) => void;
}

/**
 * What became of the ways in which this server left offers unanswered: a reset, a FIN or an alert that does not speak of the
 * offer is a way to refuse only after three repeats beside an answered control, which are made once for all enumerations that
 * share this object.
 */
export type Refusals = Map<string, Promise<Comparison['verdict']>>;

/** Drains one list. Each connection depends on the last, so n picks take n + 1 connections. @throws ProbeStopped */
export async function pickAndRemove(
  ctx: Enumerator,
  candidates: readonly number[],
  enumeration: Enumeration,
  refusals: Refusals,
): Promise<Picked> {
  const codes: number[] = [];
  const remaining = [...candidates];
  let repeated = 0;
  while (remaining.length > 0) {
    const hello = enumeration.helloFor(remaining);
    const exchange = await ctx.attempt({
      hello,
      goal: enumeration.goal ?? 'server-hello',
      urgency: enumeration.urgency ?? 0,
      controlRef: ctx.control.attempt,
      // Some servers drop what comes beside too many others.
      alone: ctx.steadiness.wavered,
    });
    if (!isAnswered(exchange.attempt)) {
      const ending = await endingOf(ctx, exchange, hello, refusals);
      if (ending !== 'passing') return { codes, complete: ending === 'refusal' };
      // It was no answer to this offer: the list goes on, unless that happens again and again.
      ctx.steadiness.wavered = true;
      if (++repeated > mostRepeats) return { codes, complete: false };
      continue;
    }
    repeated = 0;
    const code = enumeration.chosen(exchange);
    // A pick from outside the offer would repeat for ever, and says that the answer does not follow the offer.
    const index = code === null ? -1 : remaining.indexOf(code);
    if (code === null || index < 0) return { codes, complete: false };
    remaining.splice(index, 1);
    codes.push(code);
    enumeration.onPick?.(code);
  }
  return { codes, complete: true };
}

/** How often one offer may fail and then be answered. */
const mostRepeats = 3;

/**
 * Alerts that speak of what was offered (RFC 8446 §6.2, RFC 5246 §7.2.2). Any other, internal_error above all, may be about the
 * moment, and has to repeat like a reset.
 */
export function speaksOfOffer({ flight, attempt }: Exchange): boolean {
  return attempt.evidence.end === 'alert' && flight.alert !== null && offerAlerts.has(flight.alert.code);
}

const offerAlerts: ReadonlySet<number> = new Set([
  alertDescription.handshake_failure,
  alertDescription.illegal_parameter,
  alertDescription.protocol_version,
  alertDescription.insufficient_security,
]);

/** What an unanswered offer means: a refusal of the offer, nothing (it is answered when it is repeated), or one cannot tell. */
type Ending = 'refusal' | 'passing' | 'unknown';

/** An alert about the offer is a refusal, of a steady server at once; a reset, a FIN or another alert is one when it repeats; silence never is. */
async function endingOf(ctx: Enumerator, exchange: Exchange, hello: HelloSpec, refusals: Refusals): Promise<Ending> {
  if (speaksOfOffer(exchange)) return ctx.steadiness.wavered ? repeats(ctx, hello) : 'refusal';
  const { end, alert } = exchange.attempt.evidence;
  const kind = `${end ?? 'unknown'} ${alert?.code ?? ''}`;
  const canRefuse = end === 'reset' || end === 'closed' || end === 'alert';
  if ((await refusals.get(kind)) === 'fails') return canRefuse ? repeats(ctx, hello) : 'unknown';
  const asked = compare(ctx, hello).then(({ verdict }) => verdict);
  refusals.set(
    kind,
    asked.catch(() => 'unstable'),
  );
  const verdict = await asked;
  if (verdict === 'control-failed') await ctx.doubt();
  if (verdict !== 'fails') return 'passing';
  return canRefuse ? 'refusal' : 'unknown';
}

/** For a way in which the server is known to refuse: whether it refused this offer shows when the offer is repeated. */
async function repeats(ctx: Enumerator, hello: HelloSpec): Promise<Ending> {
  for (let repeat = 1; repeat < repeatsForClaim; repeat++) {
    const { attempt } = await ctx.attempt({ hello, controlRef: ctx.control.attempt, alone: true });
    if (isAnswered(attempt)) return 'passing';
  }
  return 'refusal';
}

/** Most codes in one hello of an enumeration: some servers refuse 128 suites, and 64 keep the hello below 512 bytes. */
export const codesPerHello = 64;

/** How a long list is taken apart. */
export interface PartOptions {
  /** Make at least so many parts of a list that needs more than one, to be drained side by side. Default 1. */
  readonly parallel?: number;
  /** How many codes at the head are likely: each part gets its share of them. Default: all alike. */
  readonly likely?: number;
}

/**
 * Parts of `candidates` that each fit one hello: at most 64 codes, and no hello longer than this server is known to answer.
 * Likely codes are dealt in runs, so that where the server has an order, all but the ends of the runs are ordered already.
 */
export function partsOf(
  control: Control,
  candidates: readonly number[],
  helloFor: Enumeration['helloFor'],
  options: PartOptions = {},
): number[][] {
  const { parallel = 1, likely = candidates.length } = options;
  const perHello = Math.min(codesPerHello, codesThatFit(control, candidates, helloFor));
  if (candidates.length <= perHello) return [[...candidates]];
  // Where hardly a code fits there are no runs to speak of, and two kinds of code would never fit together.
  const border = perHello < 4 ? candidates.length : likely;
  const [head, tail] = [candidates.slice(0, border), candidates.slice(border)];
  // A part more than needed gains only where parts are drained side by side, and costs a refusal.
  let count = Math.max(parallel, Math.ceil(candidates.length / perHello));
  // Rounding both runs up can make a part one code too long.
  while (Math.ceil(head.length / count) + Math.ceil(tail.length / count) > perHello) count++;
  const [heads, tails] = [runs(head, count), runs(tail, count)];
  return heads.map((run, index) => [...run, ...(tails[index] ?? [])]).filter((part) => part.length > 0);
}

function runs(codes: readonly number[], count: number): number[][] {
  const size = Math.ceil(codes.length / count);
  return Array.from({ length: count }, (_, index) => codes.slice(index * size, (index + 1) * size));
}

function codesThatFit(
  { maxHelloLength }: Control,
  candidates: readonly number[],
  helloFor: Enumeration['helloFor'],
): number {
  if (maxHelloLength === null) return codesPerHello;
  // Each code takes two bytes in suites, groups and signature schemes alike.
  return Math.max(1, 1 + Math.floor((maxHelloLength - helloLength(helloFor(candidates.slice(0, 1)))) / 2));
}

/** Drains a list of any length, part by part. @returns what was picked from each part, in the order of the parts. @throws ProbeStopped */
export async function enumerate(
  ctx: Enumerator,
  candidates: readonly number[],
  enumeration: Enumeration,
  refusals: Refusals,
  options: PartOptions = {},
): Promise<Picked[]> {
  const parts = partsOf(ctx.control, candidates, enumeration.helloFor, options);
  return Promise.all(parts.map((part) => pickAndRemove(ctx, part, enumeration, refusals)));
}
