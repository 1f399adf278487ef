/** What became of an attempt, in the words the rules reason with. */

import { answered, type HandshakeEvidence } from '../../evidence/index.ts';
import { largestPayload } from './packets.ts';
import type { Witness } from './witness.ts';

/** The server understood the hello and chose: a ServerHello or HelloRetryRequest came, or a whole handshake was finished. */
export function isAnswered({ evidence }: Witness): boolean {
  return wasConnected(evidence) && (answered(evidence) || evidence.negotiated !== null);
}

/** Something of the peer's came back, be it only an alert. */
export function isAlive({ evidence }: Witness): boolean {
  return (
    wasConnected(evidence) &&
    (evidence.received.length > 0 ||
      evidence.alert !== null ||
      evidence.negotiated !== null ||
      evidence.looksLike !== null)
  );
}

/** Nothing at all came back: no answer to the SYN, or none to the hello. */
export function isSilent({ evidence }: Witness): boolean {
  return (
    evidence.connect === 'timeout' ||
    (evidence.connect === 'ok' && evidence.end === 'silent' && evidence.received.length === 0)
  );
}

/**
 * True when the attempt shows that its hello was not accepted. Silence beside another open connection of ours shows nothing,
 * since many headends serve one at a time (rule 3); neither does an attempt that we or the run ended. In a capture only the whole
 * view counts (rule 5), and an end that the client made is none of the server's.
 */
export function isFailure(attempt: Witness): boolean {
  if (attempt.evidence.connect !== 'ok' || isAnswered(attempt)) return false;
  if (isCaptured(attempt) && attempt.evidence.completeness !== 'full') return false;
  switch (attempt.evidence.end) {
    case 'silent':
      return attempt.concurrent === 0;
    case 'reset':
    case 'closed':
      return !isCaptured(attempt) || attempt.evidence.endedBy === 'server';
    case 'alert':
    case 'malformed':
    case 'not-tls':
      return true;
    default:
      return false;
  }
}

/** Seen in packets, as opposed to made by us. */
export function isCaptured({ evidence }: Witness): boolean {
  return evidence.source.kind === 'packets';
}

/** A capture may begin when the connection is already up. */
function wasConnected({ connect }: HandshakeEvidence): boolean {
  return connect === 'ok' || connect === 'unseen';
}

/**
 * Hello message of the longest answered attempt, in bytes; 0 when none was answered. Only those count whose packets were as large
 * as those of the hellos that failed: in smaller ones a path may carry what it loses otherwise.
 */
export function longestAnswered(attempts: Iterable<Witness>, failed: readonly Witness[]): number {
  const payload = least(failed.map(largestPayload));
  let longest = 0;
  for (const attempt of attempts) {
    if (isAnswered(attempt) && largestPayload(attempt) >= payload) longest = Math.max(longest, attempt.hello.length);
  }
  return longest;
}

/** The smallest of some numbers, however many; infinity when there are none. */
export function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
