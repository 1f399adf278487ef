/** Names that a test's author writes: looked up, and when they are wrong answered with the nearest right ones. */

import { HarnessError } from '../wire/index.ts';

/**
 * Ends a matcher whose argument names nothing.
 * @throws HarnessError `unknown-name`
 */
export function unknownName(kind: string, name: string, known: Iterable<string>): never {
  const near = nearest(name, known);
  throw new HarnessError('unknown-name', `There is no ${kind} ${JSON.stringify(name)}.`, {
    hint: near.length === 0 ? `See the list of ${kind} names.` : `Did you mean ${near.join(', ')}?`,
  });
}

/** Up to three of `known` that differ from `name` least, nearest first; none when all are far away. */
export function nearest(name: string, known: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  const wanted = name.toLowerCase();
  return [...known]
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
