/** From what TLS and the transport showed to the conversation as reports have it. */

import {
  type CertificateAbsence,
  type Conversation,
  type ConversationLoss,
  type ConversationOutcome,
  type EndOutcome,
  type HandshakeEvidence,
  handshakeEvidence,
  type OwnConnection,
  type SftunnelFacts,
  type Side,
} from '../../evidence/index.ts';
import { isoTime } from '../time.ts';
import type { TlsFacts } from '../tls/facts.ts';
import { alertOf, endOf, sealedAlertRecord, streamsOf } from './ending.ts';
import { completenessOf } from './lacking.ts';
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

/** As long as a host waits before it sends a SYN again, at least (RFC 6298 §2.1). */
const lateMs = 1_000;

export function conversationOf(parts: ConversationParts, setting: Setting): Conversation {
  const { id, tls, transport, icmp, fragments } = parts;
  const { carrier } = transport;
  const { sftunnel, own } = setting;
  const [clientHello = null, ...moreClientHellos] = tls.clientHellos;
  const [serverHello = null, ...moreServerHellos] = tls.serverHellos;
  const end = endOf(tls, transport, setting);
  const certificateAbsence = absenceOf(tls, transport);
  return {
    id,
    protocol: tls.protocol,
    ...(carrier === null ? {} : { carrier: { name: carrier, transport: transport.protocol } }),
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
    ...(end === 'silent' && isInPart(tls) ? { answerInPart: true } : {}),
    ...(isUnanswered(end) && greeting > 0 && transport.inbound?.bytes === greeting ? { greeted: greeting } : {}),
    ...(end === 'malformed' && tls.malformed !== null ? { brokenBy: tls.malformed.from } : {}),
    ...sealedAlertsOf(tls, transport, end),
    ...((end === 'malformed' || end === 'not-tls') && tls.imitated ? { imitated: true } : {}),
    looksLike: tls.notTls?.from === 'server' ? tls.notTls.looksLike : null,
    missingInbound: transport.missingInbound,
    alert: alertOf(tls, transport),
    path: transport.path,
    detail: tls.malformed?.detail ?? tls.notTls?.detail ?? null,
  });
}

/** Of TCP what is missing holds up all that follows it. */
function isInPart({ protocol, gap, cut }: TlsFacts): boolean {
  return protocol === 'dtls' && (gap.server || cut.server);
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

/** What comes behind the FIN of the other side answers that. */
function sealedAlertsOf(
  { alerts, endsLikeAlert }: TlsFacts,
  { endedBy, afterFin }: TransportFacts,
  end: EndOutcome | null,
): Pick<HandshakeEvidence, 'sealedAlerts'> {
  if (end !== 'closed' && end !== 'reset' && end !== 'silent') return {};
  const isGoodbye = (side: Side): boolean =>
    endedBy !== null && endedBy.side !== side && endedBy.side !== null && afterFin >= sealedAlertRecord;
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

/** A warning, a HelloRequest or a change_cipher_spec answers nothing yet. */
function replyOf({ received }: TlsFacts, end: EndOutcome | null): HandshakeEvidence['reply'] {
  const answer = received.find(({ message }) => !beforeAnswer.has(message));
  return (answer ?? received[0])?.message ?? (end === 'complete' ? null : end);
}

const beforeAnswer: ReadonlySet<string> = new Set(['alert', 'hello-request', 'change-cipher-spec']);

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
