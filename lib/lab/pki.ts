/** A test PKI made at run time: root, two intermediates, and any leaf. All dates follow the given clock, so nothing expires. */

import { type KeyObject, randomBytes } from 'node:crypto';
import {
  certificatePem,
  type Digest,
  encodeCertificate,
  type NameParts,
  type OmittableExtension,
  type Purpose,
} from './certificate.ts';
import { type KeyPair, type KeyType, keyPair } from './keys.ts';

export interface TestPkiOptions {
  /** The clock all dates are relative to. */
  readonly now: Date;
  /** Source of the serial numbers; keys always come from the system. */
  readonly random?: (length: number) => Uint8Array;
  /** Organisation in the names of its certificates; two PKIs met by one client should differ in it. Default `Lab`. */
  readonly organisation?: string;
}

/** A certificate with its private key and the certificates above it. */
export interface TestCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly subject: NameParts;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** Null for a self-signed certificate. */
  readonly issuer: TestCertificate | null;
}

/** What to issue. Everything is optional: the default is a good server certificate without names. */
export interface IssueOptions {
  /** Host names and IP addresses for subjectAltName. */
  readonly names?: readonly string[];
  /** Default: `CN=` the first name, or `CN=unnamed`. */
  readonly subject?: NameParts;
  /** Default: the lower intermediate. */
  readonly issuer?: TestCertificate | 'self';
  /** Default: 30 days before the PKI's clock. */
  readonly notBefore?: Date;
  /** Default: 365 days after the PKI's clock. */
  readonly notAfter?: Date;
  /** A kind of key, or a pair to use again (a renewed certificate, a CA replaced under the same key). Default P-256. */
  readonly key?: KeyType | KeyPair;
  /** Default sha256. */
  readonly digest?: Digest;
  /** Default 3. */
  readonly version?: 1 | 3;
  /** Big-endian; default: 16 random bytes. */
  readonly serial?: Uint8Array;
  readonly isCa?: boolean;
  readonly pathLength?: number;
  /** Default: serverAuth and clientAuth for a leaf, none for a CA. */
  readonly extendedKeyUsage?: readonly Purpose[];
  readonly caIssuers?: readonly string[];
  readonly omit?: readonly OmittableExtension[];
}

export interface TestPki {
  readonly now: Date;
  readonly root: TestCertificate;
  /** Upper one (issued by the root) and lower one (issues the leaves). */
  readonly intermediates: readonly [upper: TestCertificate, lower: TestCertificate];
  /** What a client must trust, as PEM. */
  readonly rootsPem: string;
  issue(options?: IssueOptions): TestCertificate;
  /** A second PKI under the same clock that nobody trusts; made on first use. */
  stranger(): TestPki;
}

/** The instant `days` (may be negative or fractional) after `date`. */
export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

/** Makes the PKI: three P-256 key pairs, a few milliseconds. */
export function createTestPki({ now, random = randomBytes, organisation = 'Lab' }: TestPkiOptions): TestPki {
  const lifetime = { notBefore: daysAfter(now, -730), notAfter: daysAfter(now, 3650) };
  const issueFrom = (options: IssueOptions, issuer: TestCertificate | null): TestCertificate =>
    make(options, issuer, now, random);
  const authority = (
    name: string,
    issuer: TestCertificate | null,
    pathLength: { pathLength?: number },
  ): TestCertificate => {
    const subject: NameParts = [
      ['O', organisation],
      ['CN', `${organisation} ${name}`],
    ];
    return issueFrom({ subject, isCa: true, ...pathLength, ...lifetime }, issuer);
  };
  const root = authority('Root CA', null, {});
  const upper = authority('Policy CA', root, { pathLength: 1 });
  const lower = authority('Issuing CA', upper, { pathLength: 0 });
  let stranger: TestPki | undefined;
  return {
    now,
    root,
    intermediates: [upper, lower],
    rootsPem: root.pem,
    issue: (options = {}) => issueFrom(options, options.issuer === 'self' ? null : (options.issuer ?? lower)),
    stranger() {
      stranger ??= createTestPki({ now, random, organisation: `Not ${organisation}` });
      return stranger;
    },
  };
}

/** The certificate and those above it, leaf first, without the self-signed root (RFC 5246 §7.4.2 lets a server omit it). */
export function chainOf(leaf: TestCertificate): TestCertificate[] {
  const chain = [leaf];
  for (let above = leaf.issuer; above !== null && above.issuer !== null; above = above.issuer) chain.push(above);
  return chain;
}

function make(
  options: IssueOptions,
  issuer: TestCertificate | null,
  now: Date,
  random: (length: number) => Uint8Array,
): TestCertificate {
  const { names = [], isCa = false, key = 'P-256' } = options;
  const pair = typeof key === 'string' ? keyPair(key) : key;
  const subject = options.subject ?? [['CN', names[0] ?? 'unnamed']];
  const der = encodeCertificate({
    version: options.version ?? 3,
    serial: options.serial ?? random(16),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: options.notBefore ?? daysAfter(now, -30),
    notAfter: options.notAfter ?? daysAfter(now, 365),
    publicKey: pair.publicKey,
    issuerKey: issuer ?? pair,
    digest: options.digest ?? 'sha256',
    isCa,
    pathLength: options.pathLength ?? null,
    names,
    extendedKeyUsage: options.extendedKeyUsage ?? (isCa ? [] : ['serverAuth', 'clientAuth']),
    caIssuers: options.caIssuers ?? [],
    omit: options.omit ?? [],
  });
  return {
    der,
    pem: certificatePem(der),
    subject,
    publicKey: pair.publicKey,
    privateKey: pair.privateKey,
    privateKeyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer,
  };
}
