/** Why something is not known, in words. */

import type { Messages } from './messages/index.ts';

/** A reason in words; one without a wording of its own is shown as it is. */
export function reasonText(words: Messages, reason: string): string {
  const [id = '', ...detail] = reason.split(': ');
  return Object.hasOwn(words.reasons, id) ? (words.reasons[id]?.(detail.join(': ')) ?? reason) : reason;
}
