/** Whose turn it was in a captured handshake, and how long the sides waited for one another. */

import type { Conversation, HandshakeEvidence, ReceivedMessage } from '../../evidence/index.ts';

/** Who ends a handshake after so long without progress has given up waiting; servers that answer do so sooner. */
export const giveUpMs = 3_000;

/** Milliseconds from the last message of the server, or the hello, to the last packet; null where not known. */
export function waitedMs({ startedAt, helloAt, endedAt, evidence }: Conversation): number | null {
  const since = [startedAt, helloAt, evidence.received.at(-1)?.at].map((at) => Date.parse(at || startedAt));
  const waited = Date.parse(endedAt ?? '') - Math.max(...since);
  return Number.isNaN(waited) ? null : waited;
}

/** The server sent all that it sends before the client goes on. */
export function serverIsDone(received: readonly ReceivedMessage[]): boolean {
  return received.some(({ message }) => message === 'server-hello-done' || message === 'finished');
}

/** Over TCP and up to TLS 1.2: more than the hello, and its record headers, is the client's key exchange, with which it accepts the server. */
export function clientIsDone({ hello, sent, received }: HandshakeEvidence): boolean {
  if (hello === null || sent.acked === null || !received.some(({ message }) => message === 'server-hello-done'))
    return false;
  return sent.bytes > hello.length + 5 * Math.ceil(hello.length / 100);
}
