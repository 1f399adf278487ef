/** Whose turn it was in a captured handshake, and how long the sides waited for one another. */

import type { Conversation, HandshakeEvidence, Side, StreamEvidence } from '../../evidence/index.ts';
import { dtlsVersion, suiteTraits, tlsVersion } from '../../wire/index.ts';

import type { CaptureView } from './facts.ts';
import type { Witness } from './witness.ts';

/** Who ends a handshake after so long without progress has given up waiting; servers that answer do so sooner. */
export const giveUpMs = 3_000;

/** A server that is told of the end says goodbye with an alert, which is none of the answer. */
const longestFarewell = 100;

/** Milliseconds from the last message of the server, the hello, or the client's key exchange, to the last packet; null where not known. */
export function waitedMs({ startedAt, helloAt, endedAt, evidence }: Conversation): number | null {
  const since = [startedAt, helloAt, evidence.received.at(-1)?.at, evidence.keyExchangedAt].map((at) =>
    Date.parse(at || startedAt),
  );
  const waited = Date.parse(endedAt ?? '') - Math.max(...since);
  return Number.isNaN(waited) ? null : waited;
}

/** All that the server sends before the client goes on has come. */
export function isFlightWhole(evidence: HandshakeEvidence): boolean {
  return serverIsDone(evidence) && evidence.answerInPart !== true;
}

/** The server sent all that it sends before the client goes on: with its Finished where a session is resumed (RFC 5246 §7.3). */
export function serverIsDone(evidence: HandshakeEvidence): boolean {
  const last = evidence.received.some(({ message }) => message === 'server-hello-done' || message === 'finished');
  return last || (isOlder(evidence) && hasChangedCipher(evidence));
}

function hasChangedCipher({ received }: HandshakeEvidence): boolean {
  return received.some(({ message }) => message === 'change-cipher-spec');
}

/** Up to TLS 1.2 a change_cipher_spec means what it says. */
function isOlder({ negotiated }: HandshakeEvidence): boolean {
  const version = Number(negotiated?.version ?? Number.NaN);
  return version <= tlsVersion['TLSv1.2'] || version === dtlsVersion['DTLSv1.0'] || version === dtlsVersion['DTLSv1.2'];
}

/** The server asked for a hello with its cookie, as DTLS servers do first, and no more (RFC 6347 §4.2.1). */
export function isOnlyVerified({ received }: HandshakeEvidence): boolean {
  return received.length > 0 && received.every(({ message }) => message === 'hello-verify-request');
}

/** The client accepted the server, up to TLS 1.2: it sent its key exchange. */
export function hasExchangedKeys({ keyExchanged, keyExchangedAt = null }: HandshakeEvidence): boolean {
  return keyExchanged === true || keyExchangedAt !== null;
}

/** What DTLS cannot decrypt it passes over (RFC 6347 §4.1.2.7): a server that does not take what the client sent last only seems mute. */
export function mayPassOver({ negotiated, ...rest }: HandshakeEvidence): boolean {
  const version = Number(negotiated?.version ?? Number.NaN);
  const isDtls = version === dtlsVersion['DTLSv1.0'] || version === dtlsVersion['DTLSv1.2'];
  return isDtls && hasExchangedKeys({ negotiated, ...rest });
}

/** The server went on behind the client's key exchange, of which the client knows nothing. */
export function isFinishedInVain(evidence: HandshakeEvidence): boolean {
  return mayPassOver(evidence) && hasChangedCipher(evidence);
}

/** Both have a key from before, which need not be the same one. */
export function hasPresharedKey({ negotiated }: HandshakeEvidence): boolean {
  return suiteTraits(Number(negotiated?.cipherSuite ?? Number.NaN))?.keyExchange.endsWith('PSK') ?? false;
}

/** Of the hello only the beginning came, so that nobody could answer it. */
export function isHelloInPart({ source, hello, sent, inbound, received, connect }: HandshakeEvidence): boolean {
  const isUnanswered = received.length === 0 && (inbound?.bytes ?? 0) === 0;
  return source.kind === 'packets' && hello === null && connect === 'ok' && sent.bytes > 0 && isUnanswered;
}

/** Bytes of either side which the other acknowledged and the capture does not have: alerts, perhaps. Those of who ended it come first. */
export function unseenAtEnd({ endedBy, sent, inbound }: HandshakeEvidence): { side: Side; bytes: number }[] {
  const unseen = ({ acked, bytes }: StreamEvidence): number => Math.max(0, (acked ?? 0) - bytes);
  const ofClient = { side: 'client', bytes: unseen(sent) } as const;
  const ofServer = { side: 'server', bytes: inbound ? unseen(inbound) : 0 } as const;
  if (endedBy === null || endedBy === undefined) return [];
  return (endedBy === 'client' ? [ofClient, ofServer] : [ofServer, ofClient]).filter(({ bytes }) => bytes > 0);
}

/** Bytes of the answer that a client which ended the handshake had not got, though it got later ones. */
export function lostToClient({ endedBy, missingInbound }: HandshakeEvidence): number {
  return endedBy === 'client' ? (missingInbound ?? 0) : 0;
}

/** Bytes of the client never reached the server that ended the handshake, though later ones did. */
export function missedByServer({ endedBy, sent: { acked, bytes, tailSacked } }: HandshakeEvidence): boolean {
  return endedBy === 'server' && tailSacked === true && acked !== null && acked < bytes;
}

/** Bytes of the answer that came when the client had closed already: its FIN acknowledges what it got before. */
export function lateForClient({ end, endedBy, inbound, missingInbound }: HandshakeEvidence): number {
  if (end !== 'closed' || endedBy !== 'client' || (missingInbound ?? 0) > 0) return 0;
  const late = (inbound?.bytes ?? 0) - (inbound?.acked ?? Number.POSITIVE_INFINITY);
  return late > longestFarewell ? late : 0;
}

/** What follows the ServerHello is encrypted: the type of a message is as hidden as what it says. */
export function isHidden({ negotiated }: HandshakeEvidence): boolean {
  const version = Number(negotiated?.version ?? Number.NaN);
  return version === tlsVersion['TLSv1.3'] || version === dtlsVersion['DTLSv1.3'];
}

/** The server chose, and the rest of its flight, which up to TLS 1.2 is in clear, was seen by nobody: the client acknowledged no more than the capture has. */
export function stoppedInFlight(evidence: HandshakeEvidence): boolean {
  const { negotiated, inbound } = evidence;
  if ((inbound?.acked ?? 0) > (inbound?.bytes ?? 0)) return false;
  const isInClear = negotiated !== null && Number(negotiated.version) <= tlsVersion['TLSv1.2'];
  return isInClear && !serverIsDone(evidence);
}

/** The whole flight of a server that speaks in clear came, and the client said nothing to it. */
export function isClientsTurn({ evidence }: Witness): boolean {
  return isFlightWhole(evidence) && !hasExchangedKeys(evidence);
}

/** The server asked for another hello, and none came. */
export function isRetryUnanswered({ conversation, witness: { evidence } }: CaptureView): boolean {
  const { received } = evidence;
  const asked = received.length > 0 && received.every(({ message }) => message !== 'server-hello');
  return asked && conversation.helloRetryRequest !== null && conversation.moreClientHellos.length === 0;
}

/** Nothing but what follows the key exchange is left for the server to say. */
export function isServersTurn({ evidence }: Witness): boolean {
  const { received } = evidence;
  return hasExchangedKeys(evidence) && !received.some(({ message }) => message === 'change-cipher-spec');
}

/** False where it can be seen that no certificate had come. */
export function mayHaveCertificate({ conversation, witness: { evidence } }: CaptureView): boolean {
  const came = evidence.received.some(({ message }) => message === 'certificate');
  if (isResumption(conversation)) return came;
  return came || !isInClear(conversation) || !stoppedInFlight(evidence);
}

/** Both go on with an earlier session: no certificates are sent. */
export function isResumption({ certificateAbsence }: Conversation): boolean {
  return certificateAbsence.server === 'resumed';
}

/** Up to TLS 1.2, where alerts and certificates are in clear. */
export function isInClear({ serverHello }: Conversation): boolean {
  return serverHello !== null && /^(?:TLSv1(?:\.[012])?|SSLv3)$/.test(serverHello.version);
}

/** The client was asked for a certificate, and its list was empty. */
export function hasNoCertificate({ conversation }: CaptureView): boolean {
  const { certificateRequest, certificates, certificateAbsence } = conversation;
  return certificateRequest !== null && certificates.client.length === 0 && certificateAbsence.client === null;
}
