/** Whose order of preference decides, and the server's order of what was found part by part. */

import type { Picked } from './enumerate.ts';

/** What was found, and what it was offered as. */
export interface Found {
  readonly parts: readonly Picked[];
  /** The candidates in the order in which each part offered its share of them: the one that servers usually prefer. */
  readonly offered: readonly number[];
}

/** How to ask the server more. */
export interface Ask {
  /** What it picks of these, offered in this order; null when it picks none. */
  readonly pick: (offered: readonly number[]) => Promise<number | null>;
  /** Everything of `codes` in the order in which it picks. */
  readonly drain: (codes: readonly number[]) => Promise<readonly number[]>;
  /** True when several questions at once cost no more time than one. */
  readonly sideBySide: boolean;
}

export interface Preference {
  readonly codes: readonly number[];
  readonly order: 'server' | 'client' | 'unknown';
}

/**
 * Two suites in both orders tell whose order decides: a pick that follows us is the client's, one that does not is the server's.
 *
 * For the server's, the merged list is a guess. Neighbours that were found in different parts are offered in reverse: every
 * pick of the first one proves the server's order and that place of the guess at once. Where a pair is the other way round,
 * one more drain of the found codes settles it.
 */
export async function preferenceOf(found: Found, ask: Ask): Promise<Preference> {
  const { parts } = found;
  const guess = mergeByRank(
    parts.map(({ codes }) => codes),
    found.offered,
  );
  const pairs = doubtfulPairs(guess, parts);
  const holds = ([before, after]: Pair): Promise<boolean> => ask.pick([after, before]).then((code) => code === before);
  const first = await Promise.all(pairs.slice(0, ask.sideBySide ? undefined : 1).map(holds));
  const order = first.includes(true) ? 'server' : await orderOf(found, ask.pick);
  if (order !== 'server') return { codes: guess, order };
  const rest = first.includes(false) ? [false] : await Promise.all(pairs.slice(first.length).map(holds));
  if ([...first, ...rest].every(Boolean)) return { codes: guess, order };
  const drained = await ask.drain(guess);
  return { codes: drained.length === guess.length ? drained : guess, order };
}

type Pair = readonly [before: number, after: number];

/** Neighbours of the guess that were never offered together. */
function doubtfulPairs(guess: readonly number[], parts: readonly Picked[]): Pair[] {
  const partOf = new Map(parts.flatMap(({ codes }, index) => codes.map((code) => [code, index] as const)));
  return guess.slice(1).flatMap((after, i): Pair[] => {
    const before = guess[i] as number;
    return partOf.get(before) === partOf.get(after) ? [] : [[before, after]];
  });
}

/** Draining a part has shown one of the two orders already: its first pick was preferred to its last while both were offered. */
async function orderOf({ parts, offered }: Found, pick: Ask['pick']): Promise<Preference['order']> {
  const place = new Map(offered.map((code, index) => [code, index]));
  const against = parts.some(({ codes }) =>
    codes.some((code, i) => i > 0 && (place.get(code) ?? 0) < (place.get(codes[i - 1] as number) ?? 0)),
  );
  if (against) return 'server';
  const part = parts.find(({ codes }) => codes.length > 1);
  if (part !== undefined) {
    const [first, last] = [part.codes[0] as number, part.codes.at(-1) as number];
    const code = await pick([last, first]);
    return code === null ? 'unknown' : code === last ? 'client' : 'server';
  }
  const [one, other] = parts.flatMap(({ codes }) => codes);
  if (one === undefined || other === undefined) return 'unknown';
  const [forward, backward] = [await pick([one, other]), await pick([other, one])];
  if (forward === null || backward === null) return 'unknown';
  return forward === backward ? 'server' : 'client';
}

/** One list from several: each keeps its own order, heads are taken by their place in `rank`. */
function mergeByRank(lists: readonly (readonly number[])[], rank: readonly number[]): number[] {
  const place = new Map(rank.map((code, index) => [code, index]));
  const queues = lists.map((list) => [...list]).filter((queue) => queue.length > 0);
  const placeOfHead = ([head = 0]: readonly number[]): number => place.get(head) ?? 0;
  const merged: number[] = [];
  while (queues.length > 0) {
    const next = queues.reduce((best, queue) => (placeOfHead(queue) < placeOfHead(best) ? queue : best));
    merged.push(next.shift() as number);
    if (next.length === 0) queues.splice(queues.indexOf(next), 1);
  }
  return merged;
}
