/** Sentences about evidence and about excluded alternatives, in English. */

import type { Attempt, CertificateRow, HandshakeEvidence, VersionName } from '../../evidence/index.ts';
import type { SuiteWeakness } from '../rules/suite.ts';
import { instantOf, suiteName, versionNames } from './names.ts';

export const sayEn = {
  /** One attempt: what was sent and what became of it. */
  attempt: (attempt: Attempt): string => `${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  control: (attempt: Attempt): string => `control, ${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  resetFromElsewhere: ({ evidence: { path } }: Attempt): string =>
    `SYN-ACK with TTL ${path.synAck?.ttl}, RST with TTL ${path.reset?.ttl}: sent by different hosts`,

  presented: ({ version, auth }: Pick<CertificateRow, 'version' | 'auth'>): string =>
    `presented in ${version}, ${auth} authentication`,
  expired: ({ subject, notAfter, days }: { subject: string; notAfter: string | null; days: number | null }): string =>
    `${subject} expired on ${instantOf(notAfter) ?? 'an unreadable date'}${days === null ? '' : `, ${plural(days, 'day')} ago`}`,
  expiring: ({ subject, notAfter, days }: { subject: string; notAfter: string | null; days: number | null }): string =>
    `${subject} expires on ${instantOf(notAfter) ?? 'an unreadable date'}${days === null ? '' : `, in ${plural(days, 'day')}`}`,
  notYetValid: ({
    subject,
    notBefore,
    days,
  }: {
    subject: string;
    notBefore: string | null;
    days: number | null;
  }): string =>
    `${subject} is valid from ${instantOf(notBefore) ?? 'an unreadable date'} on${days === null ? '' : `, in ${plural(days, 'day')}`}`,
  noSuchName: ({ names, name }: { names: readonly string[]; name: string }): string =>
    names.length === 0 ? `no subjectAltName, so nothing matches ${name}` : `${name} is not among ${listed(names)}`,
  nameOnlyInCn: ({ subject, name }: { subject: string; name: string }): string =>
    `${name} is in the CN only (${subject}); there is no subjectAltName, and current clients do not look at the CN`,
  keySize: ({ subject, type, bits }: { subject: string; type: string; bits: number }): string =>
    `${subject}: ${type} key of ${bits} bits`,
  signedWith: ({ subject, algorithm }: { subject: string; algorithm: string }): string =>
    `${subject} is signed with ${algorithm}`,
  usages: ({ usages }: { usages: readonly string[] }): string =>
    `extendedKeyUsage has ${listed(usages)}, not serverAuth`,
  issuerMissing: ({
    subject,
    issuer,
    urls,
    roots,
  }: {
    subject: string;
    issuer: string;
    urls: readonly string[];
    roots: number;
  }): string =>
    `${subject} was issued by ${issuer}, which was not sent and is not among ${plural(roots, 'trusted root')}${
      urls.length === 0 ? '' : `; it can be fetched from ${listed(urls)}`
    }`,
  rootNotTrusted: ({ subject, roots }: { subject: string; roots: number }): string =>
    `the chain ends in ${subject}, which is not among ${plural(roots, 'trusted root')}`,
  signatureWrong: ({ subject, issuer }: { subject: string; issuer: string }): string =>
    `the signature of ${subject} does not fit the key of ${issuer}`,
  signatureNotChecked: ({ subject, algorithm }: { subject: string; algorithm: string | null }): string =>
    algorithm === null
      ? `the chain is so large that the signature of ${subject} was not checked: whether it is trusted is not known`
      : `the signature of ${subject} is of the kind ${algorithm}, which cannot be checked here: whether it is trusted is not known`,
  signedItself: ({ subject, roots }: { subject: string; roots: number }): string =>
    `${subject} is signed with its own key and is not among ${plural(roots, 'trusted root')}`,
  orderSent: ({ subjects }: { subjects: readonly string[] }): string => `sent in this order: ${listed(subjects)}`,
  datesUnreadable: ({ subject }: { subject: string }): string =>
    `the validity dates of ${subject} cannot be read, so whether it is valid is not known`,
  certificateUnreadable: ({ version }: { version: VersionName }): string =>
    `the certificate received in ${version} does not decode`,
  issuerNotExpected: ({ issuer, expected }: { issuer: string; expected: string }): string =>
    `issued by ${issuer}, expected ${expected}`,
  fingerprintNotExpected: ({ expected }: { expected: string }): string => `not the expected fingerprint ${expected}`,

  suiteChosen: ({
    version,
    suite,
    weaknesses,
  }: {
    version: VersionName;
    suite: string;
    weaknesses: readonly SuiteWeakness[];
  }): string => `${version} ${suite}: ${weaknesses.map((weakness) => weaknessTexts[weakness]).join(', ')}`,
  certificateDemanded: ({ authorities, types }: { authorities: readonly string[]; types: readonly string[] }): string =>
    `a client certificate is demanded; accepted CAs: ${authorities.length === 0 ? 'none named' : listed(authorities)}${
      types.length === 0 ? '' : `; types: ${listed(types)}`
    }`,
  noRenegotiationInfo: (): string => 'ServerHello without renegotiation_info',

  whyRstCame: (): string => 'a RST came back, so packets reach somebody',
  whyNoRst: (): string => 'no RST came back',
  whyConnected: (): string => 'the TCP connection came up',
  whyNothingAcknowledged: (): string => 'not one byte of any hello was acknowledged',
  whySmallerFailedToo: ({ smallest, largest }: { smallest: number; largest: number }): string =>
    `a smaller hello (${smallest} bytes) ended the same way as a larger one (${largest} bytes)`,
  whyFitsEveryPath: ({ bytes }: { bytes: number }): string => `${bytes} bytes fit into one packet on every path`,
  whyFitsUsualPaths: ({ bytes }: { bytes: number }): string => `${bytes} bytes fit into one packet on all usual lines`,
  whyWithoutNameToo: ({ name }: { name: string }): string => `a hello without the name ${name} ended the same way`,
  whyBeforeServerHello: (): string =>
    'the alert came before a ServerHello, when no certificate can have been asked for',
  whyRefusedByAnswer: (): string => 'the server answered the hellos it refused',
  whyServerHello: (): string => 'a ServerHello came, so version and suite were agreed on',
  whyVersionCommon: ({ versions }: { versions: readonly string[] }): string => `both speak ${listed(versions)}`,
  whyNotSelfIssued: ({ issuer }: { issuer: string }): string => `it was issued by another, ${issuer}`,
  whyChainWhole: (): string => 'every certificate up to the root was sent',
  whyNoIssuerNeeded: (): string => 'the certificate is its own issuer',
  whyControlAnswered: ({ times }: { times: number }): string =>
    `the control hello was answered ${plural(times, 'time')} in between`,
  whyLongerAnswered: ({ length }: { length: number }): string => `a hello of ${length} bytes was answered`,
  whyItArrived: (): string => 'the hello was not lost: it was answered with a RST, a FIN or an alert',
  whySplitFailedToo: ({ length, times }: { length: number; times: number }): string =>
    `${length} bytes and more failed in small segments too (${plural(times, 'time')})`,
  whySplitAnswered: ({ length, times }: { length: number; times: number }): string =>
    `${length} bytes and more were answered in small segments (${plural(times, 'time')})`,
  whyNoAlertFirst: (): string => 'no TLS message came before the RST',
  whyAnsweredBefore: ({ times }: { times: number }): string =>
    `${plural(times, 'connection')} had been answered before`,
};

function helloOf({ hello, evidence, segments, records }: Attempt): string {
  const details = [
    ...(evidence.hello === null || evidence.hello.versions.length === 0 ? [] : [versionNames(evidence.hello.versions)]),
    ...(evidence.hello === null ? [] : [evidence.hello.sni === null ? 'no SNI' : `SNI ${evidence.hello.sni}`]),
    ...(records.length > 1 ? [`in ${records.length} records`] : []),
    ...(segments.length > 1
      ? [`in ${segments.length} segments, the first of ${plural(segments[0] ?? 0, 'byte')}`]
      : []),
  ];
  return `hello of ${hello.length} bytes${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

function outcomeOf(attempt: Attempt): string {
  const { evidence } = attempt;
  switch (evidence.connect) {
    case 'refused':
      return 'not sent, the SYN was answered with RST';
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

function answerOf({ negotiated, received }: HandshakeEvidence): string | null {
  if (negotiated !== null)
    return `ServerHello, ${versionNames([negotiated.version])}, ${suiteName(negotiated.cipherSuite)}`;
  if (received.some(({ message }) => message === 'hello-retry-request')) return 'HelloRetryRequest';
  return received.some(({ message }) => message === 'server-hello') ? 'ServerHello' : null;
}

/** How it ended, null when we ended it or the flight was whole. */
function failureOf({ evidence, replyMs }: Attempt): string | null {
  const { alert, end, received } = evidence;
  switch (end) {
    case 'alert':
      return alert === null ? 'alert' : `${alert.level} alert ${alert.code} ${alert.name}${meaningOf(alert.code)}`;
    case 'reset':
      return evidence.endedBeforeHello ? 'RST before the hello was sent' : 'RST';
    case 'closed':
      return evidence.endedBeforeHello ? 'FIN before the hello was sent' : 'FIN';
    case 'silent':
      if (received.length > 0 || replyMs !== null) return 'nothing more, the answer is not whole';
      return evidence.sent.acked === 0 ? 'no answer, not acknowledged' : 'no answer';
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

function icmpOf({ path }: HandshakeEvidence): string {
  const first = path.icmp?.[0];
  return first === undefined ? '' : ` (ICMP ${first.type}/${first.code} from ${first.from})`;
}

/** What common alerts say (RFC 8446 §6.2, RFC 5246 §7.2.2). */
const alertMeanings: ReadonlyMap<number, string> = new Map([
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
const lookNames: ReadonlyMap<string, string> = new Map([
  ['binary', 'binary data'],
  ['text', 'plain text'],
]);

const weaknessTexts: Readonly<Record<SuiteWeakness, string>> = {
  broken: 'broken',
  'no-forward-secrecy': 'no forward secrecy',
  'no-aead': 'no authenticated encryption',
  'finite-field': 'finite-field DHE',
  unusual: 'cipher not in general use',
};

/** The first items of a list, and how many more there are. */
function listed(items: readonly string[]): string {
  const shown = 8;
  return items.length <= shown
    ? items.join(', ')
    : `${items.slice(0, shown).join(', ')} and ${items.length - shown} more`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
