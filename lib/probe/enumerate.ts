/** Pick-and-remove: offer a list, take what the server picks off it, until it refuses what is left. */

import { type HelloSpec, helloLength } from '../hello/index.ts';
import type { Exchange } from '../live/index.ts';
import type { ProbeContext } from './context.ts';
import { compare, type Sender } from './parts.ts';
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
 * Replies by which this server refuses an offer, as far as they were verified: a reset or a FIN counts as a refusal only
 * after three repeats beside an answered control, which are made once for all enumerations that share this object.
 */
export type Refusals = Map<string, Promise<boolean>>;

/** Drains one list. Each connection depends on the last, so n picks take n + 1 connections. @throws ProbeStopped */
export async function pickAndRemove(
  ctx: Enumerator,
  candidates: readonly number[],
  enumeration: Enumeration,
  refusals: Refusals,
): Promise<Picked> {
  const codes: number[] = [];
  const remaining = [...candidates];
  while (remaining.length > 0) {
    const hello = enumeration.helloFor(remaining);
    const exchange = await ctx.attempt({
      hello,
      goal: enumeration.goal ?? 'server-hello',
      urgency: enumeration.urgency ?? 0,
      controlRef: ctx.control.attempt,
    });
    if (!isAnswered(exchange.attempt)) return { codes, complete: await isRefusal(ctx, exchange, hello, refusals) };
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

/** An alert is a refusal; a reset or a FIN is one when it repeats; silence never is. */
function isRefusal(ctx: Enumerator, exchange: Exchange, hello: HelloSpec, refusals: Refusals): Promise<boolean> {
  const { end } = exchange.attempt.evidence;
  if (end === 'alert') return Promise.resolve(true);
  const kind = end ?? 'unknown';
  const known = refusals.get(kind) ?? repeats(ctx, hello, kind);
  refusals.set(kind, known);
  return known;
}

async function repeats(ctx: Enumerator, hello: HelloSpec, kind: string): Promise<boolean> {
  const { verdict } = await compare(ctx, hello);
  if (verdict === 'control-failed') await ctx.doubt();
  return verdict === 'fails' && (kind === 'reset' || kind === 'closed');
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
