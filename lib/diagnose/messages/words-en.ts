/** Parts of sentences about handshakes, in English. */

import { type HandshakeEvidence, isUnreachable, type VersionName } from '../../evidence/index.ts';
import { unseenVersion } from '../facts/facts.ts';
import { hasPresharedKey, isFinishedInVain, mayPassOver } from '../facts/turns.ts';
import type { Witness } from '../facts/witness.ts';
import type { SuiteWeakness } from '../rules/suite.ts';
import { suiteName, versionNames } from './names.ts';

export function helloOf({ hello, evidence, segments, records, mss = null }: Witness): string {
  const details = [
    ...(evidence.hello === null || evidence.hello.versions.length === 0 ? [] : [versionNames(evidence.hello.versions)]),
    ...(evidence.hello === null ? [] : [evidence.hello.sni === null ? 'no SNI' : `SNI ${evidence.hello.sni}`]),
    ...(records.length > 1 ? [`in ${records.length} records`] : []),
    ...(segments.length > 1
      ? [`in ${segments.length} segments, the first of ${plural(segments[0] ?? 0, 'byte')}`]
      : []),
    ...(mss === null ? [] : [`MSS ${mss} announced`]),
  ];
  return `hello of ${hello.length} bytes${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

export function outcomeOf(attempt: Witness): string {
  const { evidence } = attempt;
  switch (evidence.connect) {
    case 'refused':
      // The system reports a RST and ICMP "port unreachable" alike.
      return `not sent, the SYN was refused${icmpOf(evidence) || ' (RST, or ICMP port unreachable)'}`;
    case 'timeout':
      return 'not sent, the SYN was not answered';
    case 'unreachable':
      return `not sent, the address cannot be reached${icmpOf(evidence)}`;
    case 'resolve-failed':
      return 'not sent, the name does not resolve';
    default: {
      const answer = answerOf(evidence);
      if (answer === null) return failureOf(attempt) ?? 'ended by us';
      const failure = failureOf(attempt);
      return failure === null ? answer : `${answer}, then ${failure}`;
    }
  }
}

export function answerOf({ negotiated, received }: HandshakeEvidence): string | null {
  if (negotiated !== null)
    return `ServerHello, ${versionNames([negotiated.version])}, ${suiteName(negotiated.cipherSuite)}`;
  if (received.some(({ message }) => message === 'hello-retry-request')) return 'HelloRetryRequest';
  return received.some(({ message }) => message === 'server-hello') ? 'ServerHello' : null;
}

/** How it ended, null when we ended it or the flight was whole. */
function failureOf({ evidence, replyMs }: Witness): string | null {
  const { alert, end, received } = evidence;
  switch (end) {
    case 'alert':
      return alert === null ? 'alert' : `${alert.level} alert ${alert.code} ${alert.name}${meaningOf(alert.code)}`;
    case 'reset':
      return evidence.endedBeforeHello ? 'RST before the hello was sent' : 'RST';
    case 'closed':
      return evidence.endedBeforeHello ? 'FIN before the hello was sent' : 'FIN';
    case 'silent':
      return `${received.length > 0 || replyMs !== null ? 'nothing more, the answer is not whole' : 'no answer'}${deliveryOf(evidence)}`;
    case 'not-tls':
      return evidence.looksLike === null
        ? 'answer that is not TLS'
        : `answer that is not TLS but looks like ${lookNames.get(evidence.looksLike) ?? evidence.looksLike.toUpperCase()}`;
    case 'malformed':
      return evidence.detail === null ? 'broken TLS' : `broken TLS: ${evidence.detail}`;
    default:
      return null;
  }
}

/** What is known of the packets of a handshake that fell silent. */
function deliveryOf({ sent: { acked, bytes, tailSacked, lostSegment }, inbound }: HandshakeEvidence): string {
  const resent =
    lostSegment === null || lostSegment === undefined
      ? ''
      : `; a segment of ${plural(lostSegment, 'byte')} was sent again and again`;
  const gap = inbound?.tailSacked === true ? '; packets came from behind a gap in it' : '';
  if (acked === null) return gap;
  if (acked >= bytes) return `, though all ${bytes} bytes sent were acknowledged${gap}`;
  const later = tailSacked === true ? ', but later bytes were (SACK)' : '';
  const told = acked === 0 ? 'not acknowledged' : `${acked} of ${bytes} bytes acknowledged`;
  return `, ${told}${later}${resent}${gap}`;
}

export function nothingElse(evidence: HandshakeEvidence): string {
  return evidence.path.icmp?.some(isUnreachable) ? `not answered${icmpOf(evidence)}` : 'nothing else was seen';
}

export function icmpOf({ path }: HandshakeEvidence): string {
  const first = path.icmp?.[0];
  return first === undefined ? '' : ` (ICMP ${first.type}/${first.code} from ${first.from})`;
}

/** What common alerts say (RFC 8446 §6.2, RFC 5246 §7.2.2). */
export const alertMeanings: ReadonlyMap<number, string> = new Map([
  [10, 'the message is not expected at this point'],
  [40, 'no agreement on suite, group, certificate or renegotiation; the alert does not say which'],
  [47, 'a field of the hello is not allowed'],
  [50, 'the hello cannot be decoded'],
  [70, 'none of the offered versions is supported'],
  [71, 'the offered suites are not strong enough'],
  [80, 'an error inside the server'],
  [86, 'the client seems to have fallen back to a lower version'],
  [109, 'an extension is missing'],
  [112, 'the server does not know the name'],
  [116, 'a client certificate is required'],
  [120, 'none of the offered ALPN protocols is supported'],
]);

function meaningOf(code: number): string {
  const meaning = alertMeanings.get(code);
  return meaning === undefined ? '' : ` (${meaning})`;
}

/** Protocols are called by their names. */
export const lookNames: ReadonlyMap<string, string> = new Map([
  ['ssl2', 'SSL 2.0'],
  ['binary', 'binary data'],
  ['text', 'plain text'],
]);

export const weaknessTexts: Readonly<Record<SuiteWeakness, string>> = {
  broken: 'broken',
  'no-forward-secrecy': 'no forward secrecy',
  'no-aead': 'no authenticated encryption',
  'finite-field': 'finite-field DHE',
  unusual: 'cipher not in general use',
};

/** The first items of a list, and how many more there are. */
export function listed(items: readonly string[]): string {
  const shown = 8;
  return items.length <= shown
    ? items.join(', ')
    : `${items.slice(0, shown).join(', ')} and ${items.length - shown} more`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What certificates came in. */
export function handshakeOf(version: VersionName): string {
  return version === unseenVersion ? 'a handshake of unknown version' : version;
}

/** Of a server that did not go on; what it sent again is nothing new. */
export function afterKeyExchange(evidence: HandshakeEvidence): string {
  if (isFinishedInVain(evidence))
    return 'the client sent its key exchange again and again, though the server had finished: it did not get all that the server sent last';
  if (!mayPassOver(evidence)) return 'the client sent its key exchange, and nothing more came from the server';
  const psk = hasPresharedKey(evidence)
    ? ': one with another pre-shared key cannot decrypt it, and passes it over'
    : '';
  return `the client sent its key exchange, and nothing new came from the server${psk}`;
}
