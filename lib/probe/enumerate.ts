/** Pick-and-remove: offer a list, take what the server picks off it, until it refuses what is left. */

import type { HelloSpec } from '../hello/index.ts';
import type { Exchange } from '../live/index.ts';
import type { ProbeContext } from './context.ts';
import { compare, type Sender } from './parts.ts';
import { isAnswered } from './run.ts';

/** What enumerating needs of a context. */
export type Enumerator = Sender & Pick<ProbeContext, 'lost'>;

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
  /** Called with each code as it is found, so that a stopped run keeps it. */
  readonly onPick?: (code: number) => void;
}

/**
 * Replies by which this server refuses an offer, as far as they were verified: a reset or a FIN counts as a refusal only
 * after three repeats beside an answered control. One object serves all enumerations of a probe.
 */
export type Refusals = Map<string, boolean>;

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
async function isRefusal(ctx: Enumerator, exchange: Exchange, hello: HelloSpec, refusals: Refusals): Promise<boolean> {
  const { end } = exchange.attempt.evidence;
  if (end === 'alert') return true;
  const kind = end ?? 'unknown';
  const known = refusals.get(kind);
  if (known !== undefined) return known;
  const { verdict } = await compare(ctx, hello);
  if (verdict === 'control-failed') {
    throw ctx.lost();
  }
  const trusted = verdict === 'fails' && (end === 'reset' || end === 'closed');
  refusals.set(kind, trusted);
  return trusted;
}

/** Splits a list into `count` interleaved parts, so that each has its share of the likely codes at the head of the list. */
export function interleave(codes: readonly number[], count: number): number[][] {
  const parts = Array.from({ length: Math.max(1, Math.min(count, codes.length)) }, (): number[] => []);
  codes.forEach((code, index) => parts[index % parts.length]?.push(code));
  return parts;
}
