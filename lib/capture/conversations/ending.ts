/** How a handshake ended, as far as the capture shows it; what it does not show is no end. */

import type { AlertEvidence, EndOutcome, OwnConnection, Side, StreamEvidence } from '../../evidence/index.ts';
import { alertDescription } from '../../wire/index.ts';
import type { TlsFacts } from '../tls/facts.ts';
import { completenessOf, hasHoles, isFromMiddle, lacksFlight, mayBeOver, mayHaveFinished } from './lacking.ts';
import type { TransportFacts } from './transport.ts';

/** What the capture adds to a conversation. */
interface View {
  readonly own: OwnConnection | null;
  readonly watched: number;
}

/** A handshake that made no progress for so long is silent; a server's own time-outs are longer, its answers are not. */
const silenceMs = 3_000;
/** Bytes of a record with an alert of TLS 1.3. */
export const sealedAlertRecord = 24;
/** The same in clear. */
const alertRecord = 7;

/** The alert that ended the handshake, or else the last one that can be read; none that only answers the end. */
export function alertOf({ alerts }: TlsFacts, transport: TransportFacts): AlertEvidence | null {
  const readable = alerts.flatMap(({ from, level, code, name }) =>
    level === 'encrypted' || code === null || name === null || answersFin(from, code, transport)
      ? []
      : [{ from, level, code, name }],
  );
  return readable.find(({ level }) => level === 'fatal') ?? readable.at(-1) ?? null;
}

/** What OpenSSL 3 and GnuTLS say to a FIN that comes before the handshake is finished. */
export const farewells: ReadonlySet<number> = new Set([
  alertDescription.decode_error,
  alertDescription.unexpected_message,
]);

/** The other side had ended it already. */
function answersFin(from: Side, code: number, { endedBy, afterFin }: TransportFacts): boolean {
  if (!farewells.has(code) || endedBy === null || endedBy.how !== 'closed') return false;
  return endedBy.side !== from && afterFin >= alertRecord;
}

/** How the handshake ended; what happened after it had finished is no failure of it. Null: the capture does not show it. */
export function endOf(tls: TlsFacts, transport: TransportFacts, { own, watched }: View): EndOutcome | null {
  const end = seenEndOf(tls, transport, watched);
  // We had what we wanted; packets of a client that leaves look the same when it gives up.
  const leaves = own?.left === true && transport.endedBy?.side !== 'server';
  return leaves && (end === 'closed' || end === 'reset' || end === 'silent') ? 'stopped' : end;
}

function seenEndOf(tls: TlsFacts, transport: TransportFacts, watched: number): EndOutcome | null {
  if (tls.complete || leftSatisfied(tls, transport)) return 'complete';
  if (transport.wentOnBefore) return null;
  const alert = alertOf(tls, transport);
  // A client that is answered with another protocol, or with broken TLS, complains of records that are none.
  const complains =
    alert?.from === 'client' &&
    (tls.notTls?.from === 'server' || (tls.malformed?.from === 'server' && ofRecords.has(alert.code)));
  if (alert?.level === 'fatal' && !complains) return 'alert';
  // Behind a handshake that may be over everything may follow.
  const followed = transport.captureLost && mayHaveFinished(tls, transport);
  if (tls.malformed !== null) return followed || isFromMiddle(transport, tls.malformed.from) ? null : 'malformed';
  if (tls.notTls !== null) {
    const { looksLike, from } = tls.notTls;
    return followed || (looksLike === 'binary' && isFromMiddle(transport, from)) ? null : 'not-tls';
  }
  // What is not in the capture may have finished it.
  if (hasHoles(tls, transport)) return transport.endedBy === null ? null : unlessUnseen(tls, transport);
  // What one side said last may have been said first: clocks of two interfaces differ.
  if (tls.clientAhead || isAnsweredBefore(tls)) return null;
  if (transport.endedBy !== null)
    return wasIdle(tls, transport) || leftBeforeAlert(tls, transport) ? null : transport.endedBy.how;
  // It has sent its Finished, and may have nothing more to say.
  if (tls.clientAnswered || lacksFlight(tls)) return null;
  const inVain = transport.protocol === 'udp' ? repeatsInVain(tls, transport) : sentInVain(tls, transport);
  const waited = (watched >= silenceMs && !isExcerpt(tls, transport)) || inVain;
  return waited && transport.connect === 'ok' && completenessOf(tls, transport) === 'full' ? 'silent' : null;
}

/** The capture has the ServerHello before the hello that it answers. */
function isAnsweredBefore({ clientHellos: [hello], serverHellos: [answer] }: TlsFacts): boolean {
  return hello !== undefined && answer !== undefined && answer.packet < hello.packet;
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
 * server's last record has the length of an alert, or is a fatal one that the key log opens: the client left because of it.
 */
function leftSatisfied(tls: TlsFacts, transport: TransportFacts): boolean {
  const { endedBy } = transport;
  const left = tls.clientAnswered && endedBy?.side === 'client' && endedBy.how === 'closed';
  if (!left || tls.endsLikeAlert.server) return false;
  const alert = alertOf(tls, transport);
  return alert?.level !== 'fatal' || alert.from !== 'server';
}

/**
 * What answers a client that has closed already may be the end of the server's side (close_notify), or a refusal of what the client sent
 * last: both are alerts.
 */
function leftBeforeAlert(tls: TlsFacts, { endedBy, afterFin }: TransportFacts): boolean {
  const left = endedBy?.side === 'client' && endedBy.how === 'closed';
  return left && tls.clientAnswered && tls.endsLikeAlert.server && afterFin >= sealedAlertRecord;
}

/** The client's Finished went through, and much later the server closed: as it does with a connection that nobody uses. */
function wasIdle(tls: TlsFacts, { endedBy, sent, lastTime }: TransportFacts): boolean {
  const closed = endedBy?.side === 'server' && endedBy.how === 'closed';
  if (!closed || !tls.clientAnswered || tls.endsLikeAlert.server || (sent.acked ?? 0) < sent.bytes) return false;
  return lastTime - Date.parse(tls.received.at(-1)?.at ?? '') >= silenceMs;
}

/** Ended in the view of a capture with holes: only what came before any application data, and before it may have been over, ended a handshake. */
function unlessUnseen(tls: TlsFacts, transport: TransportFacts): EndOutcome | null {
  const appeared = tls.applicationData.client + tls.applicationData.server > 0;
  if (appeared || tls.clientHellos.length === 0 || mayBeOver(tls, transport)) return null;
  return transport.endedBy?.how ?? null;
}

/** UDP has no acknowledgements that are read: a side sends its flight again as long as the next one of the other does not come (RFC 6347 §4.2.4). */
function repeatsInVain(tls: TlsFacts, transport: TransportFacts): boolean {
  return transport.retransmissions > 0 && sinceProgress(tls, transport) >= silenceMs;
}

/** Either side kept sending the same again, without any acknowledgement. */
function sentInVain(tls: TlsFacts, transport: TransportFacts): boolean {
  const { sent, inbound } = streamsOf(tls, transport);
  return (sent.lostSegment ?? null) !== null || (inbound?.lostSegment ?? null) !== null;
}

/**
 * Bytes that nobody acknowledged and nobody sent again, for so long: no host does that (RFC 6298 §5), and in DTLS no side that waits for
 * a flight (RFC 6347 §4.2.4). The rest was not captured, or was cut out. Behind a place that loses packets the gap, or the SACK for what
 * is above it, shows that there was more.
 */
function isExcerpt(tls: TlsFacts, transport: TransportFacts): boolean {
  if (tls.protocol === 'dtls') return !triedAgain(tls, transport);
  const { sent, inbound, missing } = transport;
  const waits = (stream: StreamEvidence | null, gap: number): boolean =>
    stream !== null && stream.acked !== null && stream.bytes > stream.acked && stream.tailSacked !== true && gap === 0;
  return !triedAgain(tls, transport) && (waits(sent, missing.client) || waits(inbound, missing.server));
}

/**
 * Since the last progress there was time to send a segment again for real: the copies that mirror ports and captures of several
 * interfaces show of each packet come at once.
 */
function triedAgain(tls: TlsFacts, transport: TransportFacts): boolean {
  return sinceProgress(tls, transport) >= retransmissionMs;
}

/** Milliseconds from the last message that is none sent again to the last packet. */
function sinceProgress({ received, clientMessages }: TlsFacts, { upTime, lastTime }: TransportFacts): number {
  const progress = [received, clientMessages].map((messages) => Date.parse(messages.at(-1)?.at ?? '') || 0);
  return lastTime - Math.max(upTime, ...progress);
}

const retransmissionMs = 1_000;

/** What is lost again and again takes its time to be. */
export function streamsOf(tls: TlsFacts, transport: TransportFacts): Pick<TransportFacts, 'sent' | 'inbound'> {
  const { sent, inbound } = transport;
  if (triedAgain(tls, transport)) return { sent, inbound };
  const without = (stream: StreamEvidence): StreamEvidence =>
    (stream.lostSegment ?? null) === null ? stream : { ...stream, lostSegment: null };
  return { sent: without(sent), inbound: inbound === null ? null : without(inbound) };
}
