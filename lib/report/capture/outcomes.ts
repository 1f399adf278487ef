/** How conversations ended, in the words of the text: the outcomes of JSON, and what JSON tells of the others in their evidence alone. */

import type { Conversation, ConversationOutcome, Side } from '../../evidence/index.ts';

export type ShownOutcome = ConversationOutcome | 'not-tls' | 'malformed';

export function shownOutcome({ outcome, evidence: { end, imitated } }: Conversation): ShownOutcome {
  if (outcome !== 'unknown' || (end !== 'not-tls' && end !== 'malformed')) return outcome;
  return imitated === true ? 'not-tls' : end;
}

/** The side that ended it, or whose bytes did; null where that is not known. */
export function endedBy(conversation: Conversation): Side | null {
  const { endedBy: by = null, brokenBy = null, looksLike, imitated } = conversation.evidence;
  switch (shownOutcome(conversation)) {
    case 'not-tls':
      if (imitated === true) return null;
      // Of a client that speaks something else it is not told what.
      return looksLike === null ? 'client' : 'server';
    case 'malformed':
      return brokenBy;
    default:
      return by;
  }
}
