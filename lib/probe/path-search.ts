/** The search for the largest packet that a path carries: which sizes are tried, in which order, and what follows from the answers. */

import type { Reply } from '../evidence/index.ts';
import { bisect, repeatsForClaim } from './parts.ts';

/** What became of one connection that was to carry packets of one size. */
export interface Trial {
  /** Size that was asked for. */
  readonly asked: number;
  /** Size of the largest IP packet that was on the wire in fact: the one asked for, or less where the system sent less. */
  readonly size: number;
  /** `passed`: a packet of `size` arrived. `lost`: it was sent again and again, and never arrived. `undecided`: neither is known. */
  readonly outcome: 'passed' | 'lost' | 'undecided';
  /** MTU below the interface's that the system had learned by the end of the connection. */
  readonly learned: number | null;
  readonly reply: Reply;
  /** See `PathRow.acked`. */
  readonly acked: boolean | null;
  /** Id of the attempt. */
  readonly attempt: string;
  /** True when no other connection of ours was open: only then a claim counts it. */
  readonly alone: boolean;
  /** What to say where the outcome is `undecided`: a stable id. */
  readonly why?: string;
}

/** Sends packets of a size; `alone` with no other connection of ours open. */
export type Try = (size: number, alone: boolean) => Promise<Trial>;

/** Sizes are of IP packets, bytes. */
export interface SearchRange {
  /** What every path carries. */
  readonly floor: number;
  /** The largest that may be sent. */
  readonly ceiling: number;
  /** MTUs to try before the gap is halved, the likeliest first. */
  readonly guesses: readonly number[];
}

/**
 * `clear`: the ceiling passes. `adjusted`: packets arrive, smaller than asked for. `boundary`: `passing` passes and `failing`, a
 * byte more, is lost. `undecided`: `why` says at what it failed.
 */
export type Search =
  | { readonly kind: 'clear' }
  | { readonly kind: 'adjusted'; readonly to: number; readonly learned: number | null }
  | { readonly kind: 'boundary'; readonly passing: number; readonly failing: number }
  | { readonly kind: 'undecided'; readonly why: string };

/** MTUs of usual lines: FLET'S over PPPoE, PPPoE (RFC 2516), the least of IPv6 and of many tunnels, IPv4 in IPv6, FLET'S Premium. */
export const usualMtus: readonly number[] = [1454, 1492, 1280, 1460, 1438];

/** Most guesses, which are tried at once. */
const mostGuesses = 3;

/**
 * Tries the ceiling, and where it is lost some guesses at once, then halves what is left to the byte. Each trial is added to
 * `trials`: at most 5 and the logarithm of the range, 15 from 576 to 1500.
 */
export async function searchLimit(range: SearchRange, attempt: Try, trials: Trial[]): Promise<Search> {
  const one = async (size: number, alone: boolean): Promise<Trial> => {
    const trial = await attempt(size, alone);
    trials.push(trial);
    return trial;
  };
  const test = async (size: number): Promise<boolean> => isPassed(await one(size, true));
  const { floor, ceiling } = range;
  try {
    const top = await one(ceiling, true);
    if (isPassed(top)) return { kind: 'clear' };
    // What was lost may be smaller than what was asked for: the system has learned an MTU, and it is still too large.
    const limit = Math.min(ceiling, top.size);
    const guesses = [...new Set(range.guesses)].filter((size) => size > floor && size < limit).slice(0, mostGuesses);
    const tried = await Promise.all(guesses.map((size) => one(size, false)));
    const passed = tried.filter(isPassed).map(({ asked }) => asked);
    // A path has one limit: where a larger packet passed, a smaller one was lost by chance.
    const guessed = Math.max(floor, ...passed);
    const failing = Math.min(limit, ...tried.map(({ asked }) => asked).filter((size) => size > guessed));
    if (guessed === floor && !(await test(floor))) return { kind: 'undecided', why: 'nothing-passes' };
    // A guess that passes is likely the limit itself.
    const likely = guessed > floor && failing - guessed > 2;
    if (likely && !(await test(guessed + 1))) return { kind: 'boundary', passing: guessed, failing: guessed + 1 };
    return { kind: 'boundary', ...(await bisect(likely ? guessed + 1 : guessed, failing, test)) };
  } catch (error) {
    if (error instanceof Ended) return error.search;
    throw error;
  }
}

/** Ends the search from within it. */
class Ended extends Error {
  readonly search: Search;

  constructor(search: Search) {
    super(search.kind);
    this.search = search;
  }
}

/** @throws Ended when nothing is known of this size, and nothing will be of others */
function isPassed({ asked, size, outcome, learned, why = 'undecided' }: Trial): boolean {
  if (outcome === 'undecided') throw new Ended({ kind: 'undecided', why });
  if (outcome === 'passed' && size < asked) throw new Ended({ kind: 'adjusted', to: size, learned });
  return outcome === 'passed';
}

/**
 * Rule 1 of inference: three trials of each neighbour, with nothing else open, those of the search included; the last ones of both
 * in turns. Each trial is added to `trials`. False when one of them went the other way.
 */
export async function confirmBoundary(
  { passing, failing }: { readonly passing: number; readonly failing: number },
  attempt: Try,
  trials: Trial[],
  repeats = repeatsForClaim,
): Promise<boolean> {
  const counted = (size: number): Trial[] => trials.filter(({ asked, alone }) => asked === size && alone);
  const holds = (): boolean =>
    counted(failing).every(({ outcome }) => outcome === 'lost') &&
    counted(passing).every(({ outcome, size }) => outcome === 'passed' && size === passing);
  // The passing one last: that it is still answered after the first failure is part of the claim.
  const next = (): number | null => {
    if (counted(failing).length < repeats && counted(failing).length <= counted(passing).length) return failing;
    if (counted(passing).length < repeats) return passing;
    return counted(failing).length < repeats ? failing : null;
  };
  for (let size = next(); size !== null && holds(); size = next()) trials.push(await attempt(size, true));
  return holds();
}
