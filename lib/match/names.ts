/** Names that a test's author writes: looked up, and when they are wrong answered with the nearest right ones. */

import { HarnessError, nearest } from '../wire/index.ts';

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
