/** A certificate as reports show it: hostile DER in, plain JSON out. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Certificate, CertificateStatus } from '../evidence/index.ts';
import { HarnessError, sameBytes, toHex } from '../wire/index.ts';
import { readExtensions } from './extensions.ts';
import { type CertificateFrame, Deviations, maxCertificateBytes, readFrame } from './frame.ts';
import { describeKey } from './key.ts';
import { nameText } from './name.ts';
import { algorithmOid, keyPurposeNames, oidName, signatureAlgorithmNames } from './oid.ts';
import { toPem } from './pem.ts';
import { daysBetween } from './time.ts';

export interface ReadCertificateOptions {
  /** Clock of the judgement: `status` and `daysLeft` are counted from it. */
  readonly now: Date;
  /** When the certificate was seen, for `daysLeftAtCapture`. */
  readonly atCapture?: Date | null;
  /** As `certificateSha256` gives it, where it is known. */
  readonly sha256?: string;
}

/** `expiring`: valid now, but for 90 days at most (the longer of the two usual warning times). */
const expiringMs = 90 * 86_400_000;

/**
 * Reads a certificate as far as it can be read. What departs from DER or RFC 5280 but still makes sense is tolerated and
 * listed in `deviations` (`id` or `id: detail`); a date that cannot be read is null, and `status` then goes by the other one.
 * No field holds control characters or bidirectional overrides.
 * @throws HarnessError `unreadable-certificate`, and nothing else, when the bytes are no certificate at all.
 */
export function readCertificate(der: Uint8Array, options: ReadCertificateOptions): Certificate {
  const frame = certificateFrame(der);
  const deviations = new Deviations(frame.deviations);
  const { note } = deviations;
  const { notBefore, notAfter } = { notBefore: frame.notBefore.date, notAfter: frame.notAfter.date };
  const daysLeft = (at: Date | null | undefined): number | null =>
    notAfter === null || at === null || at === undefined ? null : daysBetween(at, notAfter);
  const extensions = readExtensions(frame, note);
  const subject = nameOrHex(frame.subject, 'subject', note);
  if (frame.version < 3) note(`version-${frame.version}`);
  return {
    sha256: options.sha256 ?? certificateSha256(der),
    subject,
    issuer: nameOrHex(frame.issuer, 'issuer', note),
    serial: serialText(frame.serial),
    version: frame.version,
    notBefore: notBefore?.toISOString() ?? null,
    notAfter: notAfter?.toISOString() ?? null,
    daysLeft: daysLeft(options.now),
    daysLeftAtCapture: daysLeft(options.atCapture),
    status: certificateStatus(frame, options.now),
    names: extensions.names,
    key: describeKey(frame.spki, note),
    signatureAlgorithm: signatureAlgorithmName(frame.signatureAlgorithm),
    selfIssued: sameBytes(frame.subject, frame.issuer),
    isCa: extensions.isCa,
    extendedKeyUsage: extensions.keyPurposes.map((oid) => oidName(keyPurposeNames, oid)),
    aiaIssuers: extensions.caIssuers,
    pem: toPem(der),
    deviations: deviations.list(),
  };
}

/**
 * As `readCertificate`, but bytes that are no certificate give one in which nothing is known: names empty, dates null, version
 * 0, and the reason in `deviations` as `unreadable: …`. For reports, which must show what was sent.
 */
export function readCertificateOrStub(der: Uint8Array, options: ReadCertificateOptions): Certificate {
  try {
    return readCertificate(der, options);
  } catch (error) {
    return {
      sha256: options.sha256 ?? certificateSha256(der),
      subject: '',
      issuer: '',
      serial: '00',
      version: 0,
      notBefore: null,
      notAfter: null,
      daysLeft: null,
      daysLeftAtCapture: null,
      status: 'valid',
      names: [],
      key: { type: 'unknown', bits: null },
      signatureAlgorithm: 'unknown',
      selfIssued: false,
      isCa: false,
      extendedKeyUsage: [],
      aiaIssuers: [],
      pem: toPem(der.subarray(0, maxCertificateBytes)),
      deviations: [`unreadable: ${reasonOf(error)}`],
    };
  }
}

/** As `readFrame`, with the error that users see. */
function certificateFrame(der: Uint8Array): CertificateFrame {
  try {
    return readFrame(der);
  } catch (cause) {
    throw new HarnessError('unreadable-certificate', `The certificate cannot be read: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

/** Lower-case hex SHA-256 of a certificate's DER, the name that evidence calls it by. */
export function certificateSha256(der: Uint8Array): string {
  return toHex(sha256(der));
}

/** Validity at `now`. Both ends belong to the period (RFC 5280 §4.1.2.5). A date that cannot be read decides nothing. */
export function certificateStatus(
  frame: { readonly notBefore: { readonly date: Date | null }; readonly notAfter: { readonly date: Date | null } },
  now: Date,
): CertificateStatus {
  const { notBefore, notAfter } = { notBefore: frame.notBefore.date, notAfter: frame.notAfter.date };
  if (notAfter !== null && now > notAfter) return 'expired';
  if (notBefore !== null && now < notBefore) return 'not-yet-valid';
  const soon = notAfter !== null && notAfter.getTime() - now.getTime() <= expiringMs;
  return soon ? 'expiring' : 'valid';
}

/** Name of a DER AlgorithmIdentifier as OpenSSL prints it, its dotted OID when it has none, `unknown` when unreadable. */
export function signatureAlgorithmName(algorithm: Uint8Array): string {
  try {
    const oid = algorithmOid(algorithm);
    return oid === null ? 'unknown' : oidName(signatureAlgorithmNames, oid);
  } catch {
    return 'unknown';
  }
}

/** Hex of an INTEGER's content without leading zeros; a negative number with a minus sign, as OpenSSL and Go print it. */
function serialText(content: Uint8Array): string {
  const negative = ((content[0] ?? 0) & 0x80) !== 0;
  const magnitude = negative ? twosComplement(content) : content;
  const first = magnitude.findIndex((octet) => octet !== 0);
  return first < 0 ? '00' : `${negative ? '-' : ''}${toHex(magnitude.subarray(first))}`;
}

function twosComplement(content: Uint8Array): Uint8Array {
  const out = new Uint8Array(content.length);
  let carry = 1;
  for (let i = content.length - 1; i >= 0; i--) {
    const sum = (~(content[i] as number) & 0xff) + carry;
    out[i] = sum & 0xff;
    carry = sum >> 8;
  }
  return out;
}

/** A name that is no Name is shown as its bytes, so that two of them can still be told apart. */
function nameOrHex(der: Uint8Array, which: string, note: Deviations['note']): string {
  try {
    return nameText(der, note);
  } catch {
    note(`${which}-unreadable`);
    return `#${toHex(der.subarray(0, 256))}`;
  }
}

/** What the DER reader says, without the sentence that `certificateFrame` puts around it. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
