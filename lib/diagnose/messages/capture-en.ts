/** Sentences about what a capture shows, in English. */

import {
  type AlertEvidence,
  type ConversationLoss,
  type HandshakeEvidence,
  type IcmpEvidence,
  type SftunnelRole,
  type Side,
} from '../../evidence/index.ts';
import type { PresentedChain } from '../facts/facts.ts';
import { type ClampName, clampNameOf } from '../facts/mss.ts';
import {
  giveUpMs,
  hasExchangedKeys,
  isFlightWhole,
  isHelloInPart,
  isHidden,
  isOnlyVerified,
  lateForClient,
  lostToClient,
  missedByServer,
  serverIsDone,
  stoppedInFlight,
  unseenAtEnd,
} from '../facts/turns.ts';
import { type Captured, endpointText, type Witness } from '../facts/witness.ts';
import type { PathLoss } from '../rules/path.ts';
import type { MismatchSign } from '../rules/sftunnel-pair.ts';
import { instantOf } from './names.ts';
import {
  afterKeyExchange,
  alertMeanings,
  answerOf,
  handshakeOf,
  helloOf,
  icmpOf,
  listed,
  lookNames,
  nothingElse,
  plural,
} from './words-en.ts';

/** Lengths of hellos to one server, in bytes. */
export interface FailingSizes {
  readonly from: number;
  readonly to: number;
  /** Of those that are shorter, and answered. */
  readonly longest: number;
  /** How many were answered, and the first conversation in which one was. */
  readonly times: number;
  readonly conversation: string;
  readonly beside: readonly string[];
}

/** Connections that the server ended before either side had sent a byte. */
export interface EndedEmpty {
  readonly count: number;
  readonly clients: readonly string[];
  readonly server: string;
  readonly how: 'closed' | 'reset';
  readonly withinMs: number;
  /** The same clients spoke TLS with the server, too. */
  readonly besideTls: boolean;
}

/** A chain of a capture. */
type CapturedPresentation = Pick<PresentedChain, 'version' | 'auth' | 'side'> & {
  readonly captured: NonNullable<PresentedChain['captured']>;
  readonly complaint: AlertEvidence | null;
};

export interface DatesAtCapture {
  readonly subject: string;
  readonly notAfter: string | null;
  /** Days left when it was captured. */
  readonly daysThen: number | null;
  /** Days now, to the end or since it. */
  readonly days: number | null;
}

export const captureEn = {
  /** A sentence about a conversation, with its place. */
  inConversation: (witness: Witness, text: string): string => `${placeOf(witness)}: ${text}`,
  /** @param other another client than those that got no answer */
  helloAnswered: ({ conversation }: { conversation: string }): string =>
    `another hello to the same server and name was answered (${conversation}): not all are dropped. Packets may have been lost by chance, or a policy is for this client, its hello or that time`,
  dtlsAnswered: ({ client, server, other }: { client: string; server: string; other: boolean }): string =>
    other
      ? `${server} answered the DTLS hello of another client, ${client}: UDP to this port was not blocked for all. What differs may be the client's path, a policy for it, or the time`
      : `${server} answered another DTLS hello of ${client}: UDP between the two was not blocked all the time`,
  /** @param limit findings told one by one */
  beyondLimit: ({ limit, text }: { limit: number; text: string }): string =>
    `beyond the ${limit} findings that are told one by one: ${text}`,
  presentedIn: ({ version, auth, side, captured: { witness, role }, complaint }: CapturedPresentation): string =>
    `${placeOf(witness)}: presented by the ${sideOf(side, role)} in ${handshakeOf(version)}, ${auth} authentication${
      complaint === null ? '' : `; the ${complaint.from} ended the handshake with alert ${alertOf(complaint)}`
    }`,
  expiredAtCapture: ({
    subject,
    notAfter,
    days,
  }: {
    subject: string;
    notAfter: string | null;
    days: number | null;
  }): string =>
    `${subject} expired on ${instantOf(notAfter) ?? 'an unreadable date'}${days === null ? '' : `, ${plural(days, 'day')} before it was captured`}`,
  notYetValidAtCapture: ({
    subject,
    notBefore,
    days,
  }: {
    subject: string;
    notBefore: string | null;
    days: number | null;
  }): string =>
    `${subject} is valid from ${instantOf(notBefore) ?? 'an unreadable date'} on${days === null ? '' : `, ${plural(days, 'day')} after it was captured`}`,
  expiredSince: ({ subject, notAfter, daysThen, days }: DatesAtCapture): string =>
    `${subject} was valid when captured${daysThen === null ? '' : ` (${plural(daysThen, 'day')} left then)`} and has expired since, on ${instantOf(notAfter) ?? 'an unreadable date'}${days === null ? '' : `, ${plural(days, 'day')} ago`}`,
  expiringAtCapture: ({ subject, notAfter, daysThen, days }: DatesAtCapture): string =>
    `${subject} expires on ${instantOf(notAfter) ?? 'an unreadable date'}${
      daysThen === null || days === null
        ? ''
        : `: ${plural(daysThen, 'day')} left when captured, ${plural(days, 'day')} now`
    }`,
  trustedHereOnly: ({ subject, roots }: { subject: string; roots: number }): string =>
    `${subject} leads to one of the ${plural(roots, 'trusted root')} given here, but the client says that it does not know the CA`,
  issuedBy: ({
    side,
    role,
    subject,
    issuer,
    notBefore,
  }: {
    side: Side;
    role: SftunnelRole | null;
    subject: string;
    issuer: string;
    notBefore: string | null;
  }): string =>
    `${sideOf(side, role)}: ${subject}, issued by ${issuer}, valid from ${instantOf(notBefore) ?? 'an unreadable date'}`,
  lostByCapture: ({ packets }: { packets: number }): string =>
    `the machine that made the capture lost ${plural(packets, 'packet')} by its own count`,
  givenCaSigned: ({ side, role }: { side: Side; role: SftunnelRole | null }): string =>
    `this CA was given, not sent; its key signed the certificate of the ${sideOf(side, role)}`,
  authoritiesDiffer: ({ how }: { how: MismatchSign }): string => mismatchTexts[how],

  largeLost: (loss: PathLoss): string => lossOf(loss),
  mtuAnnounced: ({ type, code, from, mtu }: IcmpEvidence): string =>
    `ICMP ${type}/${code} from ${from}: ${mtu === null ? 'a smaller MTU, not said which' : `MTU ${mtu}`}; the handshake went on`,
  mssDiffers: ({ syn, synAck }: { syn: number; synAck: number }): string => {
    const usual = clampNameOf(Math.min(syn, synAck));
    const said = syn === synAck ? `SYN and SYN-ACK with MSS ${syn}` : `SYN with MSS ${syn}, SYN-ACK with MSS ${synAck}`;
    return `${said}${usual === null ? '' : ` (usual for ${clampTexts[usual]})`}`;
  },
  /** @param beside what all that failed offer, and none that was answered */
  onlyLongerFail: (sizes: FailingSizes): string => {
    const { from, to, longest, times, conversation, beside } = sizes;
    const failed = from === to ? `hellos of ${from} bytes` : `hellos of ${from} to ${to} bytes`;
    const offered = beside.length === 0 ? '' : `; those that failed offer besides ${listed(beside)}`;
    return `${failed} fail, and hellos of up to ${longest} bytes are answered in between (${plural(times, 'time')}, first in ${conversation})${offered}`;
  },
  noCertificateSent: (): string => 'the client sent none',
  fragmentsMissing: ({ seen, incomplete, later }: ConversationLoss['fragments']): string =>
    `${plural(incomplete, 'datagram')} that came in fragments never became whole; fragments seen: ${seen}${later === true ? '' : '. No fragment in the capture is a later one: a capture filter on a port leaves them out, too'}`,
  arpUnanswered: ({ address, count }: { address: string; count: number }): string =>
    `${plural(count, 'ARP request')} for ${address} and no reply in the capture`,
  /** @param count connections, of these clients; the first ones are named */
  endedEmpty: ({ count, clients, server, how, withinMs, besideTls }: EndedEmpty): string =>
    `${plural(count, 'connection')} from ${listed(clients)} to ${server} came up, and ${how === 'closed' ? 'a FIN' : 'a RST'} in the name of the server ended ${count === 1 ? 'it' : 'each'} within ${withinMs} ms, before either side had sent a byte. A limit of connections, a list of permitted peers, or a proxy that does not reach the server does so. ${besideTls ? 'In other connections of the capture they spoke TLS' : 'Whether the client meant to speak TLS is not seen: monitors only open the port'}`,
  anotherOfThem: (): string => 'another of these connections',
  whySmallerArrived: (): string => 'smaller segments of the same connection arrived',
  whySameIssuerName: (): string => 'both certificates name the same issuer',
};

/** Where a capture shows it. */
export function placeOf({ id, captured }: Witness): string {
  if (captured === undefined) return id;
  const server = endpointText(captured.server);
  return captured.client === null ? `SYN to ${server}` : `${id}, ${endpointText(captured.client)} > ${server}`;
}

/** One conversation: what was sent and what became of it. */
export function capturedWitness(witness: Witness): string {
  return `${placeOf(witness)}: ${capturedOutcome(witness)}`;
}

function capturedOutcome(witness: Witness): string {
  const { evidence } = witness;
  switch (evidence.connect) {
    case 'refused':
      return icmpOf(evidence) === '' ? 'answered with RST' : `refused${icmpOf(evidence)}`;
    case 'timeout':
      return unansweredSyn(witness.captured);
    case 'unreachable':
      return `the address cannot be reached${icmpOf(evidence)}`;
    default: {
      const hello = evidence.hello === null ? [] : [helloOf(witness)];
      const told = [answerOf(evidence), capturedFailure(witness)].flatMap((part) => part ?? []);
      return [...hello, told.join(', then ') || nothingElse(evidence)].join(': ');
    }
  }
}

function unansweredSyn({ sentOnce, portUp }: Partial<Captured> = {}): string {
  const told = sentOnce === true ? 'not answered, nor sent again' : 'not answered';
  return portUp === true
    ? `${told}, though other connections to the port came up: lost packets or a limit of the server are possible, too`
    : told;
}

/** How it ended, and who ended it; null when it was finished or went on. */
function capturedFailure({ evidence, captured }: Witness): string | null {
  const { alert, end, endedBy, brokenBy, received, sent, looksLike, detail } = evidence;
  const by = endedBy === null || endedBy === undefined ? '' : ` from the ${endedBy}`;
  const missing = endedEarly(evidence).join(', ');
  const before = missing === '' ? '' : `${missing}, then `;
  switch (end) {
    case 'alert':
      return alert === null
        ? 'alert'
        : `${alert.level} alert ${alertOf(alert)} from the ${alert.from}${capturedMeaning(alert, evidence)}`;
    case 'reset':
      return `${before}RST${by}${pointOf(evidence)}${laterOf(captured)}`;
    case 'closed':
      return `${before}FIN${by}${lateOf(evidence) || pointOf(evidence) + laterOf(captured)}`;
    case 'silent': {
      if (evidence.keyExchanged === true) return afterKeyExchange(evidence);
      if (isFlightWhole(evidence)) return 'the flight of the server is whole, but the client did not go on';
      if ((evidence.sealedAlerts ?? []).length > 0)
        return [...sealedAlertsIn(evidence), 'nothing more'].join(', then ');
      if (isHidden(evidence)) return 'nothing more; whether the answer is whole cannot be seen in TLS 1.3';
      if (isHelloInPart(evidence)) return `${helloInPart(evidence)}, then nothing more`;
      if (isOnlyVerified(evidence)) return 'HelloVerifyRequest, then nothing more';
      if (received.length > 0) return 'nothing more, the answer is not whole';
      if (sent.acked === 0) return `${noAnswer(evidence)}, not acknowledged`;
      return sent.acked === null
        ? noAnswer(evidence)
        : `${noAnswer(evidence)}, though ${sent.acked} of ${sent.bytes} bytes were acknowledged`;
    }
    case 'not-tls':
      if (looksLike === 'ssl2') return `answer of SSL 2.0, which is not TLS${detail === null ? '' : `: ${detail}`}`;
      if (evidence.imitated === true) return imitated;
      return looksLike === null
        ? 'answer that is not TLS'
        : `answer that is not TLS but looks like ${lookNames.get(looksLike) ?? looksLike.toUpperCase()}`;
    case 'malformed': {
      if (evidence.imitated === true) return imitated;
      const broken = brokenBy === null || brokenBy === undefined ? 'broken TLS' : `broken TLS from the ${brokenBy}`;
      return detail === null ? broken : `${broken}: ${detail}`;
    }
    default:
      return null;
  }
}

const imitated = 'both sides go on with what is not TLS: a protocol of their own that only begins like TLS';

/** What was missing when one side ended it. */
function endedEarly(evidence: HandshakeEvidence): string[] {
  const { received, sent, endedBy } = evidence;
  const lost = lostToClient(evidence);
  const inVain = sent.acked === 0 && (sent.retransmitted ?? 0) > 0;
  return [
    ...(isHelloInPart(evidence) ? [helloInPart(evidence)] : received.length === 0 ? [noAnswer(evidence)] : []),
    ...(received.length === 0 && inVain ? ['not acknowledged'] : []),
    ...(lost > 0 ? [`${plural(lost, 'byte')} of the answer never came`] : []),
    ...(lost === 0 && endedBy === 'client' && stoppedInFlight(evidence) ? ['an answer that is not whole'] : []),
    ...(missedByServer(evidence)
      ? ['bytes of the client that never reached the server, though later ones did (SACK)']
      : []),
    ...sealedAlertsIn(evidence),
  ];
}

/** TLS 1.3 hides the types of records, too. */
function sealedAlertsIn(evidence: HandshakeEvidence): string[] {
  const { sealedAlerts = [] } = evidence;
  if (sealedAlerts.length === 0) return [];
  const what = isHidden(evidence) ? 'an encrypted record as long as an alert' : 'an encrypted alert';
  return [
    `${what} from the ${sealedAlerts.join(' and one from the ')} (not visible what it says: a refusal of any kind, or a goodbye)`,
  ];
}

function lateOf(evidence: HandshakeEvidence): string {
  const late = lateForClient(evidence);
  return late === 0 ? '' : `, before ${late} of ${plural(evidence.inbound?.bytes ?? 0, 'byte')} of the answer came`;
}

/** How long nothing had happened, where somebody waited. */
function laterOf(captured: Witness['captured']): string {
  const waited = captured?.waitedMs ?? 0;
  return waited < giveUpMs ? '' : `, ${Math.floor(waited / 1000)} s later`;
}

/** Where in a handshake up to TLS 1.2, whose messages can be told apart, it was ended. */
function pointOf(evidence: HandshakeEvidence): string {
  const unseen = unseenAtEnd(evidence).map(({ side, bytes }) => `${plural(bytes, 'byte')} of the ${side}`);
  if (unseen.length > 0) return `, before which ${unseen.join(' and ')} are not in the capture`;
  if (hasExchangedKeys(evidence)) return " after the client's key exchange";
  if (serverIsDone(evidence)) return ' after the whole flight of the server, which the client did not answer';
  return evidence.endedBy === 'server' && stoppedInFlight(evidence) ? ' within its flight' : '';
}

function helloInPart({ sent }: HandshakeEvidence): string {
  return `only the first ${plural(sent.bytes, 'byte')} of the hello, which is not whole`;
}

function noAnswer({ inbound, greeted = 0 }: HandshakeEvidence): string {
  if (greeted > 0)
    return `no answer; the server had sent ${plural(greeted, 'byte')} before the hello, which no TLS server does`;
  const bytes = inbound?.bytes ?? 0;
  return bytes === 0 ? 'no answer' : `no whole TLS message in the ${plural(bytes, 'byte')} of the answer`;
}

function alertOf({ code, name }: AlertEvidence): string {
  return `${code} ${name}`;
}

/** What an alert says depends on who sent it, and on whether the hello had been answered. */
function capturedMeaning({ code, from }: AlertEvidence, { negotiated }: HandshakeEvidence): string {
  const laterMeaning = negotiated === null ? undefined : laterMeanings.get(code);
  const serverMeaning = laterMeaning ?? alertMeanings.get(code);
  const meaning = certificateMeanings.get(code) ?? (from === 'client' ? clientMeanings.get(code) : serverMeaning);
  return meaning === undefined ? '' : ` (${meaning})`;
}

const certificateMeanings: ReadonlyMap<number, string> = new Map([
  [42, 'the certificate is not accepted; the alert does not say why'],
  [43, 'certificates of this kind are not accepted'],
  [44, 'the certificate is revoked'],
  [45, 'the certificate counts as expired'],
  [46, 'the certificate is not accepted; the alert does not say why'],
  [48, 'the CA of the certificate is not known'],
]);

/** Of a server that has accepted the hello. */
const laterMeanings: ReadonlyMap<number, string> = new Map([
  [47, 'a field of what the client sent after the hello is not allowed'],
  [50, 'what the client sent after the hello cannot be decoded'],
]);

const clientMeanings: ReadonlyMap<number, string> = new Map([
  [40, 'it does not go on with what the server chose; the alert does not say why'],
  [70, 'it does not speak the version that the server chose'],
  [71, 'what the server chose is not strong enough'],
]);

function sideOf(side: Side, role: SftunnelRole | null): string {
  return role === null ? side : `${side} (${role})`;
}

/** Both IP-IDs where they can tell hosts apart: hosts that count them do not begin at 0. */
export function resetIds({ evidence: { path } }: Witness): string {
  const [first, second] = [path.synAck?.ipId ?? 0, path.reset?.ipId ?? 0];
  return first === 0 || second === 0 ? '' : `, IP-ID ${first} and ${second}`;
}

function lossOf({ direction, lost, missing, passed, sacked, headers, icmp }: PathLoss): string {
  const to = direction === 'outbound' ? 'server' : 'client';
  const gap =
    lost === null
      ? `${missing === null ? 'the beginning of what is' : plural(missing, 'byte')} on the way to the ${to} never came`
      : `a segment of ${plural(lost, 'byte')} to the ${to} was sent again and again and never acknowledged`;
  const bounds = [
    ...(lost === null ? [] : [`packets of ${lost + headers} bytes are lost`]),
    ...(passed === null || passed === 0 ? [] : [`packets of ${passed + headers} bytes arrive`]),
  ];
  return [
    gap,
    ...(sacked ? [`the ${to} acknowledged later bytes (SACK)`] : []),
    ...(bounds.length === 0 ? [] : [`so ${bounds.join(' and ')}`]),
    ...(icmp === null ? [] : [`ICMP ${icmp.type}/${icmp.code} from ${icmp.from} did not help`]),
  ].join('; ');
}

const mismatchTexts: Readonly<Record<MismatchSign, string>> = {
  names: 'the issuers have different names; for an HA pair of FMCs that is by design, each has its own CA',
  signatures: 'the CA of that name signed the certificate of one end and not that of the other',
  apart:
    'two CA certificates of that name were sent or given, with different keys: each end has a certificate of its own one',
  alert:
    'decrypt_error is what OpenSSL says of a certificate that the key of its own CA of that name did not sign: the CA was perhaps renewed, and only one end has the new one. It says so, too, of a key exchange that is not signed with the key of the certificate',
  unknown:
    'unknown_ca is what OpenSSL says where it has no CA of the name of the issuer: the end that refuses has the cacert.pem of another FMC, or none',
  'signature-of-one': 'the CA of that name did not sign the certificate of one end; the CA at hand may be out of date',
  times:
    'the issuers have the same name, but the certificates were not made together; the CA was perhaps renewed in between',
};

export const clampTexts: Readonly<Record<ClampName, string>> = {
  flets: "FLET'S PPPoE, MTU 1454",
  pppoe: 'PPPoE, MTU 1492',
  asa: 'traffic through a Cisco ASA or FTD',
  tunnel: 'tunnels such as GRE and IPsec',
};
