/** Mistakes on the command line: one sentence, what to do instead, exit code 2. */

import { HarnessError, nearest } from '../wire/index.ts';

/** Codes of usage errors, listed in docs/errors.md. */
export type UsageCode =
  | 'bad-target'
  | 'bad-port'
  | 'bad-option'
  | 'bad-hello'
  | 'no-client-hello'
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

/** `Did you mean a, b?` or, when nothing looks like it, `otherwise`. */
export function suggestion(word: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(word, candidates);
  return near.length === 0 ? otherwise : `Did you mean ${near.join(' or ')}?`;
}
