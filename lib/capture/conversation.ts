/** From what TLS and the transport showed to the conversation as reports have it. */

import {
  type AlertEvidence,
  type CertificateAbsence,
  type Completeness,
  type Conversation,
  type ConversationLoss,
  type ConversationOutcome,
  type EndOutcome,
  type HandshakeEvidence,
  handshakeEvidence,
  type OwnConnection,
  type SftunnelFacts,
  type Side,
  type StreamEvidence,
} from '../evidence/index.ts';
import { alertDescription } from '../wire/index.ts';
import { isoTime } from './time.ts';
import type { TlsFacts } from './tls/facts.ts';
import type { TransportFacts } from './transport.ts';

export interface ConversationParts {
  readonly id: string;
  readonly tls: TlsFacts;
  readonly transport: TransportFacts;
  readonly icmp: ConversationLoss['icmp'];
  readonly fragments: ConversationLoss['fragments'];
  /** Bytes that the server sent before the hello; absent where there are none. */
  readonly greeting?: number;
}

/** What the capture adds to a conversation. */
export interface Setting {
  readonly sftunnel: SftunnelFacts | null;
  /** Where the capture is a recording of ours, and says so. */
  readonly own: OwnConnection | null;
  /** How long the capture went on after the last packet of it, in milliseconds. */
  readonly watched: number;
}

/** A handshake that made no progress for so long is silent; a server's own time-outs are longer, its answers are not. */
const silenceMs = 3_000;
/** As long as a host waits before it sends a SYN again, at least (RFC 6298 §2.1). */
const lateMs = 1_000;
/** Bytes of a record with an alert of TLS 1.3. */
const sealedAlertRecord = 24;

export function conversationOf(parts: ConversationParts, setting: Setting): Conversation {
  const { id, tls, transport, icmp, fragments } = parts;
  const { sftunnel, own } = setting;
  const [clientHello = null, ...moreClientHellos] = tls.clientHellos;
  const [serverHello = null, ...moreServerHellos] = tls.serverHellos;
  const end = endOf(parts, setting);
  const certificateAbsence = absenceOf(tls, transport);
  return {
    id,
    protocol: tls.protocol,
    client: transport.client,
    server: transport.server,
    startedAt: isoTime(transport.firstTime),
    endedAt: isoTime(transport.lastTime),
    ...lateHello(tls, transport),
    firstPacket: transport.firstPacket,
    lastPacket: transport.lastPacket,
    clientHello,
    moreClientHellos,
    helloRetryRequest: tls.helloRetryRequest,
    serverHello,
    moreServerHellos,
    certificates: tls.certificates,
    certificateAbsence,
    certificateRequest: tls.certificateRequest,
    alerts: tls.alerts,
    outcome: outcomeOf(end),
    decrypted: tls.decrypted,
    evidence: evidenceOf(parts, certificateAbsence, end),
    loss: { retransmissions: transport.retransmissions, missingBytes: transport.missing, icmp, fragments },
    sftunnel,
    ...(own === null ? {} : { own }),
  };
}

function lateHello({ clientMessages }: TlsFacts, { firstTime }: TransportFacts): Pick<Conversation, 'helloAt'> {
  const at = clientMessages.findLast(({ message }) => message === 'client-hello')?.at;
  return at !== undefined && Date.parse(at) - firstTime >= lateMs ? { helloAt: at } : {};
}

function evidenceOf(
  { id, tls, transport, greeting = 0 }: ConversationParts,
  certificateAbsence: HandshakeEvidence['certificateAbsence'],
  end: EndOutcome | null,
): HandshakeEvidence {
  return handshakeEvidence({
    source: { kind: 'packets', ref: id },
    completeness: completenessOf(tls, transport),
    hello: tls.hello,
    negotiated: tls.negotiated,
    certificates: tls.certificates,
    certificateAbsence,
    connect: transport.connect,
    ...streamsOf(tls, transport),
    received: tls.received,
    reply: replyOf(tls, end),
    end,
    endedBy: end === 'reset' || end === 'closed' ? (transport.endedBy?.side ?? null) : null,
    ...keyExchangeOf(tls, end),
    ...(isUnanswered(end) && greeting > 0 && transport.inbound?.bytes === greeting ? { greeted: greeting } : {}),
    ...(end === 'malformed' && tls.malformed !== null ? { brokenBy: tls.malformed.from } : {}),
    ...sealedAlertsOf(tls, transport, end),
    ...((end === 'malformed' || end === 'not-tls') && tls.imitated ? { imitated: true } : {}),
    looksLike: tls.notTls?.from === 'server' ? tls.notTls.looksLike : null,
    missingInbound: transport.missingInbound,
    alert: alertOf(tls),
    path: transport.path,
    detail: tls.malformed?.detail ?? tls.notTls?.detail ?? null,
  });
}

function isUnanswered(end: EndOutcome | null): boolean {
  return end === 'closed' || end === 'reset' || end === 'silent';
}

function keyExchangeOf(
  { clientMessages }: TlsFacts,
  end: EndOutcome | null,
): Pick<HandshakeEvidence, 'keyExchanged' | 'keyExchangedAt'> {
  const sent = clientMessages.findLast(({ message }) => message === 'client-key-exchange');
  if (sent === undefined || (end !== 'silent' && end !== 'closed' && end !== 'reset')) return {};
  return { ...(end === 'silent' ? { keyExchanged: true } : {}), keyExchangedAt: sent.at };
}

/** What comes behind the client's FIN answers that. */
function sealedAlertsOf(
  { alerts, endsLikeAlert }: TlsFacts,
  { endedBy, afterLeaving }: TransportFacts,
  end: EndOutcome | null,
): Pick<HandshakeEvidence, 'sealedAlerts'> {
  if (end !== 'closed' && end !== 'reset' && end !== 'silent') return {};
  const isGoodbye = (side: Side): boolean =>
    side === 'server' && endedBy?.side === 'client' && afterLeaving >= sealedAlertRecord;
  const sides = (['client', 'server'] as const).filter(
    (side) =>
      !isGoodbye(side) &&
      (endsLikeAlert[side] || alerts.some(({ from, level }) => from === side && level === 'encrypted')),
  );
  return sides.length === 0 ? {} : { sealedAlerts: sides };
}

/** Bytes that are missing may hold certificates; a side that ended or refused the handshake before it came to them sent none. */
function absenceOf(tls: TlsFacts, transport: TransportFacts): HandshakeEvidence['certificateAbsence'] {
  const over = transport.endedBy !== null || tls.alerts.some(({ level }) => level === 'fatal');
  const seenWhole =
    over && completenessOf(tls, transport) === 'full' && !transport.captureLost && tls.malformed === null;
  const of = (side: Side): CertificateAbsence | null => {
    const reason = tls.certificateAbsence[side];
    const none = seenWhole && transport.missing[side] === 0 && !tls.cut[side] && !tls.gap[side] && !tls.midStream[side];
    return reason === 'truncated' && none ? null : reason;
  };
  return { client: of('client'), server: of('server') };
}

function completenessOf(tls: TlsFacts, transport: TransportFacts): Completeness {
  if (transport.snapped) return 'snapped';
  if (transport.oneSided) return 'one-sided';
  // With the SYN in the capture, a beginning that is missing was lost: by the path, or by the capture.
  const beginsLate = (tls.midStream.client || tls.midStream.server) && transport.captureLost;
  return transport.connect === 'unseen' || beginsLate ? 'mid-stream' : 'full';
}

/** A warning, a HelloRequest or a change_cipher_spec answers nothing yet. */
function replyOf({ received }: TlsFacts, end: EndOutcome | null): HandshakeEvidence['reply'] {
  const answer = received.find(({ message }) => !beforeAnswer.has(message));
  return (answer ?? received[0])?.message ?? (end === 'complete' ? null : end);
}

const beforeAnswer: ReadonlySet<string> = new Set(['alert', 'hello-request', 'change-cipher-spec']);

/** The alert that ended the handshake, or else the last one that can be read. */
function alertOf({ alerts }: TlsFacts): AlertEvidence | null {
  const readable = alerts.flatMap(({ from, level, code, name }) =>
    level === 'encrypted' || code === null || name === null ? [] : [{ from, level, code, name }],
  );
  return readable.find(({ level }) => level === 'fatal') ?? readable.at(-1) ?? null;
}

/** How the handshake ended; what happened after it had finished is no failure of it. Null: the capture does not show it. */
function endOf(parts: ConversationParts, { own, watched }: Setting): EndOutcome | null {
  const end = seenEndOf(parts, watched);
  // We had what we wanted; packets of a client that leaves look the same when it gives up.
  const leaves = own?.left === true && parts.transport.endedBy?.side !== 'server';
  return leaves && (end === 'closed' || end === 'reset' || end === 'silent') ? 'stopped' : end;
}

function seenEndOf({ tls, transport }: ConversationParts, watched: number): EndOutcome | null {
  if (tls.complete || leftSatisfied(tls, transport)) return 'complete';
  const alert = alertOf(tls);
  // A client that is answered with another protocol, or with broken TLS, complains of records that are none.
  const complains =
    alert?.from === 'client' &&
    (tls.notTls?.from === 'server' || (tls.malformed?.from === 'server' && ofRecords.has(alert.code)));
  if (alert?.level === 'fatal' && !complains) return 'alert';
  if (tls.malformed !== null) return 'malformed';
  if (tls.notTls !== null) return 'not-tls';
  // What is not in the capture may have finished it.
  if (hasHoles(tls, transport)) return transport.endedBy === null ? null : unlessUnseen(tls, transport);
  if (transport.endedBy !== null)
    return wasIdle(tls, transport) || leftBeforeAlert(tls, transport) ? null : transport.endedBy.how;
  // It has sent its Finished, and may have nothing more to say.
  if (tls.clientAnswered) return null;
  const waited = (watched >= silenceMs && !isExcerpt(tls, transport)) || sentInVain(tls, transport);
  return waited && transport.connect === 'ok' && completenessOf(tls, transport) === 'full' ? 'silent' : null;
}

/** Alerts about what came, not about what it says: unexpected_message to decode_error, and what libraries say of a wrong version of a record. */
const ofRecords: ReadonlySet<number> = new Set([
  alertDescription.unexpected_message,
  alertDescription.bad_record_mac,
  alertDescription.record_overflow,
  alertDescription.illegal_parameter,
  alertDescription.decode_error,
  alertDescription.protocol_version,
]);

/**
 * In TLS 1.3 a server need not answer the client's Finished. A client that sent it and then closed had accepted the server, unless the
 * server's last record has the length of an alert.
 */
function leftSatisfied(tls: TlsFacts, { endedBy }: TransportFacts): boolean {
  return tls.clientAnswered && endedBy?.side === 'client' && endedBy.how === 'closed' && !tls.endsLikeAlert.server;
}

/**
 * What answers a client that has closed already may be the end of the server's side (close_notify), or a refusal of what the client sent
 * last: both are alerts.
 */
function leftBeforeAlert(tls: TlsFacts, { endedBy, afterLeaving }: TransportFacts): boolean {
  return (
    tls.clientAnswered && endedBy?.how === 'closed' && tls.endsLikeAlert.server && afterLeaving >= sealedAlertRecord
  );
}

/** The client's Finished went through, and much later the server closed: as it does with a connection that nobody uses. */
function wasIdle(tls: TlsFacts, { endedBy, sent, lastTime }: TransportFacts): boolean {
  const closed = endedBy?.side === 'server' && endedBy.how === 'closed';
  if (!closed || !tls.clientAnswered || tls.endsLikeAlert.server || (sent.acked ?? 0) < sent.bytes) return false;
  return lastTime - Date.parse(tls.received.at(-1)?.at ?? '') >= silenceMs;
}

/** Ended in the view of a capture with holes: only what came before any application data ended a handshake. */
function unlessUnseen(tls: TlsFacts, transport: TransportFacts): EndOutcome | null {
  const appeared = tls.applicationData.client + tls.applicationData.server > 0;
  return appeared || tls.clientHellos.length === 0 ? null : (transport.endedBy?.how ?? null);
}

/** Bytes that never arrived are the path's doing; bytes that the receiver acknowledged are missing in the capture alone. */
function hasHoles(tls: TlsFacts, transport: TransportFacts): boolean {
  return completenessOf(tls, transport) !== 'full' || transport.captureLost;
}

/** Either side kept sending the same again, without any acknowledgement. */
function sentInVain(tls: TlsFacts, transport: TransportFacts): boolean {
  const { sent, inbound } = streamsOf(tls, transport);
  return (sent.lostSegment ?? null) !== null || (inbound?.lostSegment ?? null) !== null;
}

/**
 * Bytes that nobody acknowledged and nobody sent again, for so long: no host does that (RFC 6298 §5). The rest was not captured, or was
 * cut out. Behind a place that loses packets the gap, or the SACK for what is above it, shows that there was more.
 */
function isExcerpt(tls: TlsFacts, transport: TransportFacts): boolean {
  const { sent, inbound, missing } = transport;
  const waits = (stream: StreamEvidence | null, gap: number): boolean =>
    stream !== null && stream.acked !== null && stream.bytes > stream.acked && stream.tailSacked !== true && gap === 0;
  return !triedAgain(tls, transport) && (waits(sent, missing.client) || waits(inbound, missing.server));
}

/**
 * Since the last progress there was time to send a segment again for real: the copies that mirror ports and captures of several
 * interfaces show of each packet come at once.
 */
function triedAgain({ received, clientMessages }: TlsFacts, { upTime, lastTime }: TransportFacts): boolean {
  const progress = [received, clientMessages].map((messages) => Date.parse(messages.at(-1)?.at ?? '') || 0);
  return lastTime - Math.max(upTime, ...progress) >= retransmissionMs;
}

const retransmissionMs = 1_000;

/** What is lost again and again takes its time to be. */
function streamsOf(tls: TlsFacts, transport: TransportFacts): Pick<TransportFacts, 'sent' | 'inbound'> {
  const { sent, inbound } = transport;
  if (triedAgain(tls, transport)) return { sent, inbound };
  const without = (stream: StreamEvidence): StreamEvidence =>
    (stream.lostSegment ?? null) === null ? stream : { ...stream, lostSegment: null };
  return { sent: without(sent), inbound: inbound === null ? null : without(inbound) };
}

function outcomeOf(end: EndOutcome | null): ConversationOutcome {
  switch (end) {
    case 'complete':
      return 'completed';
    case 'alert':
    case 'reset':
    case 'closed':
      return end;
    case 'silent':
      return 'stalled';
    default:
      return 'unknown';
  }
}
