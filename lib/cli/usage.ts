/** Mistakes on the command line: one sentence, what to do instead, exit code 2. */

import { HarnessError } from '../wire/index.ts';

/** Codes of usage errors, listed in docs/errors.md. */
export type UsageCode =
  | 'bad-target'
  | 'bad-port'
  | 'bad-option'
  | 'bad-hello'
  | 'no-targets'
  | 'output-conflict'
  | 'unknown-command'
  | 'unknown-kind'
  | 'unknown-preset'
  | 'unreadable-file'
  | 'unwritable-file';

/** A mistake of the caller's, with the sentence to show and, where there is one, what to do instead. */
export function usageError(code: UsageCode, message: string, hint?: string): HarnessError<UsageCode> {
  return new HarnessError(code, message, hint === undefined ? {} : { hint });
}

/** The candidates that look like `word`, at most three, best first; for "did you mean". */
export function similar(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `Did you mean a, b?` or, when nothing looks like it, `otherwise`. */
export function suggestion(word: string, candidates: readonly string[], otherwise: string): string {
  const near = similar(word.slice(0, 80), candidates);
  return near.length === 0 ? otherwise : `Did you mean ${near.join(' or ')}?`;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replace = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
