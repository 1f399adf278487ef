/** One direction of a path, measured: search, repeats, and the verdict that follows from them. */

import type { PathRow, PathSweep, PathVerdict } from '../evidence/index.ts';
import { confirmBoundary, type Search, type SearchRange, searchLimit, type Trial, type Try } from './path-search.ts';

/** Where packets arrived that were smaller than asked for: what that means is another question in each direction. */
export type Adjusted = Extract<Search, { kind: 'adjusted' }>;

/** What a search cannot tell by itself. */
export interface SweepJudge {
  /** Called with the size that came; trials it makes belong into `trials`. */
  adjusted(found: Adjusted, trials: Trial[]): Promise<Judged>;
}

export interface Judged {
  readonly verdict: PathVerdict;
  readonly pathMtu: number | null;
  readonly reason: string | null;
}

/**
 * Searches the limit of one direction and confirms it.
 * @param known trials made before, whose ceiling need not be tried again
 */
export async function sweepPath(
  range: SearchRange,
  attempt: Try,
  judge: SweepJudge,
  known: readonly Trial[] = [],
): Promise<PathSweep> {
  const trials: Trial[] = [];
  const earlier = known.find(({ asked }) => asked === range.ceiling);
  const others = known.filter((trial) => trial !== earlier);
  const first: Try = (size, alone) =>
    earlier !== undefined && size === range.ceiling && trials.length === 0
      ? Promise.resolve(earlier)
      : attempt(size, alone);
  const search = await searchLimit(range, first, trials);
  const judged = await judgementOf(search, attempt, judge, trials);
  return sweepOf([...others, ...trials], judged, search);
}

async function judgementOf(search: Search, attempt: Try, judge: SweepJudge, trials: Trial[]): Promise<Judged> {
  if (search.kind === 'clear') {
    // The interface could send more, had the system not learned better.
    const { learned = null, asked = 0 } = trials[0] ?? {};
    const isReduced = learned !== null && learned <= asked;
    return { verdict: isReduced ? 'reduced' : 'clear', pathMtu: isReduced ? learned : null, reason: null };
  }
  if (search.kind === 'adjusted') return judge.adjusted(search, trials);
  if (search.kind === 'undecided') return unknown(search.why);
  const holds = await confirmBoundary(search, attempt, trials);
  if (!holds) return unknown('not-reproducible: the same packet size passed at one time and not at another');
  return { verdict: 'blackhole', pathMtu: search.passing, reason: null };
}

/** @param reason a stable id, or an id and a sentence */
export function unknown(reason: string): Judged {
  return { verdict: 'unknown', pathMtu: null, reason };
}

/** A direction of which nothing could be measured. */
export function unmeasured(reason: string): PathSweep {
  return { rows: [], largestPassing: null, smallestFailing: null, ...unknown(reason) };
}

function sweepOf(trials: readonly Trial[], judged: Judged, search: Search): PathSweep {
  const rows = rowsOf(trials, search);
  const passing = trials.filter(({ outcome }) => outcome === 'passed').map(({ size }) => size);
  const failing = trials.filter(({ outcome }) => outcome === 'lost').map(({ size }) => size);
  return {
    rows,
    largestPassing: passing.length === 0 ? null : Math.max(...passing),
    smallestFailing: failing.length === 0 ? null : Math.min(...failing),
    ...judged,
  };
}

/** One row a size, the smallest first. The largest size that passes is the control of the smallest that does not. */
function rowsOf(trials: readonly Trial[], search: Search): PathRow[] {
  const sizes = [...new Set(trials.map(({ size }) => size))].sort((a, b) => a - b);
  return sizes.map((size) => {
    const own = trials.filter((trial) => trial.size === size);
    const isEdge = search.kind === 'boundary' && size === search.failing;
    const controls = isEdge ? trials.filter((trial) => trial.size === search.passing) : [];
    const acked = new Set(own.map((trial) => trial.acked));
    return {
      size,
      reply: own.at(-1)?.reply ?? null,
      acked: acked.size === 1 ? (own[0]?.acked ?? null) : null,
      count: own.length,
      attempts: own.map((trial) => trial.attempt),
      controls: controls.map((trial) => trial.attempt),
    };
  });
}
