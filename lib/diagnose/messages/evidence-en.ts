/** Sentences about evidence and about excluded alternatives, in English. */

import type { CertificateRow, VersionName } from '../../evidence/index.ts';
import type { Witness } from '../facts/witness.ts';
import type { SuiteWeakness } from '../rules/suite.ts';
import { capturedWitness, captureEn, placeOf, resetIds } from './capture-en.ts';
import { certificateFilesEn } from './certificate-files-en.ts';
import { chainPathEn } from './chain-path-en.ts';
import { filesEn } from './files-en.ts';
import { instantOf } from './names.ts';
import { pathEn } from './path-en.ts';
import { handshakeOf, helloOf, listed, outcomeOf, plural, weaknessTexts } from './words-en.ts';

export const sayEn = {
  ...captureEn,
  ...certificateFilesEn,
  ...pathEn,
  ...filesEn,
  ...chainPathEn,

  /** Of a failure in a log. */
  cameUpLater: (): string =>
    'a later attempt to this peer came up without a complaint: as far as this log tells, the failure is over',

  /** Behind `dtlsAnswered`. */
  dtlsHeld: (): string =>
    '. From the same port of the client an association had come up before: servers may pass over new hellos as long as they have that one, until it times out there',
  /** One attempt or conversation: what was sent and what became of it. */
  witness: (witness: Witness): string =>
    witness.captured === undefined ? `${helloOf(witness)}: ${outcomeOf(witness)}` : capturedWitness(witness),
  control: (attempt: Witness): string => `control, ${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  /** @param sure false where the same host may have begun with another TTL */
  resetFromElsewhere: (witness: Witness, { sure }: { sure: boolean }): string => {
    const { synAck, reset } = witness.evidence.path;
    const said = `SYN-ACK with TTL ${synAck?.ttl}, RST with TTL ${reset?.ttl}`;
    if (witness.captured === undefined) return `${said}: ${sure ? '' : 'perhaps '}sent by different hosts`;
    return `${placeOf(witness)}: ${said}${resetIds(witness)}: ${sure ? '' : 'perhaps '}sent by different hosts`;
  },
  sentAfterReset: (): string =>
    "the server went on sending after the RST that bears its address (bytes beyond the RST's sequence number): somebody else sent the RST",

  presented: ({ version, auth }: Pick<CertificateRow, 'version' | 'auth'>): string =>
    `presented in ${version}, ${auth} authentication`,
  givenCaDidNotSign: ({ subject }: { subject: string }): string =>
    `the CA given has the issuer's name (${subject}), but its key did not sign the certificate; it may be out of date`,
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
    otherKey,
  }: {
    subject: string;
    issuer: string;
    urls: readonly string[];
    roots: number;
    /** A certificate of the issuer's name was sent, but not one of the key that signed. */
    otherKey: boolean;
  }): string =>
    `${subject} was issued by ${issuer}, ${otherKey ? 'whose certificate with the right key' : 'which'} was not sent and is not among ${plural(roots, 'trusted root')}${
      urls.length === 0 ? '' : `; it can be fetched from ${listed(urls)}`
    }`,
  issuerOfOtherKey: ({ issuer, subject }: { issuer: string; subject: string }): string =>
    `this certificate has the issuer's name (${issuer}) but another key than the one that signed ${subject}; it may be from before or after a renewal of the CA`,
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
    `the certificate received in ${handshakeOf(version)} does not decode`,
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

  whyRstCame: (): string => 'a refusal came back, so packets reach somebody',
  whyNoRst: (): string => 'no RST came back',
  whyConnected: (): string => 'the TCP connection came up',
  whyHeard: (): string => 'packets came back from this port',
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
  whyVersionChosen: ({ version, conversation }: { version: string; conversation: string }): string =>
    `the same server chose ${version} in ${conversation}, and these hellos offer it, too`,
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
