/**
 * The frame of a certificate (RFC 5280 §4.1): its parts as the exact bytes sent, so that names can be compared, and the
 * signature checked, on what the issuer signed. What the parts say is decoded elsewhere.
 */

import { DecodeError, sameBytes } from '../wire/index.ts';
import { oidText } from './oid.ts';
import { type CertificateTime, readTime } from './time.ts';
import { checkDer, childrenOf, contentOf, elementOf, expectTag, readTlv, rootTlv, type Tlv, tags } from './tlv.ts';

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** All arrays are views of `der`, with tag and length unless said otherwise. */
export interface CertificateFrame {
  readonly der: Uint8Array;
  /** The bytes that are signed. */
  readonly tbs: Uint8Array;
  readonly version: number;
  /** Content of the INTEGER. */
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly notBefore: CertificateTime;
  readonly notAfter: CertificateTime;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions: readonly RawExtension[];
  readonly signatureAlgorithm: Uint8Array;
  /** Content of the BIT STRING without its count of unused bits. */
  readonly signature: Uint8Array;
  readonly deviations: readonly string[];
}

/**
 * Largest certificate we read, in bytes: as large as the largest Certificate message we accept, so that a server
 * that sends one with 10,000 names is still described.
 */
export const maxCertificateBytes = 262_144;

/** How many departures of one certificate are listed. */
const maxDeviations = 32;

/** Departures that were tolerated: `id` or `id: detail`, each once, in the order met. */
export class Deviations {
  readonly #notes: Set<string>;

  constructor(known: readonly string[] = []) {
    this.#notes = new Set(known);
  }

  readonly note = (id: string, detail?: string): void => {
    if (this.#notes.size < maxDeviations) this.#notes.add(detail === undefined ? id : `${id}: ${detail}`);
  };

  list(): string[] {
    return [...this.#notes];
  }
}

/**
 * Splits a certificate into its parts. The DER framing is checked first, from end to end.
 * @throws DecodeError when the framing is broken or a part is missing.
 */
export function readFrame(given: Uint8Array): CertificateFrame {
  const der = plainBytes(given);
  if (der.length > maxCertificateBytes) {
    throw new DecodeError('too-long', `${der.length} bytes, more than the ${maxCertificateBytes} we read`, 0);
  }
  const deviations = new Deviations();
  const { note } = deviations;
  const { end, longLengthAt } = checkDer(der);
  if (end !== der.length) note('trailing-bytes', `${der.length - end} after the certificate`);
  if (longLengthAt !== null) note('length-encoding', `not minimal at byte ${longLengthAt}`);
  const root = rootTlv(der, tags.sequence, 'Certificate');
  const [tbsTlv, algorithm, signature, extra] = childrenOf(der, root);
  if (extra !== undefined) note('certificate-extra-field');
  const tbs = expectTag(tbsTlv, tags.sequence, 'tbsCertificate');
  const { innerAlgorithm, ...parts } = readTbs(der, tbs, note);
  const signatureAlgorithm = elementOf(der, expectTag(algorithm, tags.sequence, 'signatureAlgorithm', root.end));
  if (!sameBytes(innerAlgorithm, signatureAlgorithm)) note('signature-algorithm-mismatch');
  const signatureTlv = expectTag(signature, tags.bitString, 'signatureValue', root.end);
  if (der[signatureTlv.content] !== 0) note('signature-unused-bits');
  return {
    der,
    tbs: elementOf(der, tbs),
    ...parts,
    signatureAlgorithm,
    signature: contentOf(der, signatureTlv).subarray(1),
    deviations: deviations.list(),
  };
}

/** The subject alone, found without a look at the rest; null when the framing does not lead to it. */
export function subjectOf(der: Uint8Array): Uint8Array | null {
  return fieldOf(der, 4, 'subject');
}

/** The SubjectPublicKeyInfo alone, in the same way. */
export function publicKeyOf(der: Uint8Array): Uint8Array | null {
  return fieldOf(der, 5, 'subjectPublicKeyInfo');
}

/** @param place of a SEQUENCE in tbsCertificate, the version not counted */
function fieldOf(given: Uint8Array, place: number, what: string): Uint8Array | null {
  const der = plainBytes(given);
  try {
    const [tbs] = childrenOf(der, rootTlv(der, tags.sequence, 'Certificate'));
    const fields = childrenOf(der, expectTag(tbs, tags.sequence, 'tbsCertificate'));
    const afterVersion = fields[0]?.tag === 0xa0 ? 1 : 0;
    return elementOf(der, expectTag(fields[afterVersion + place], tags.sequence, what));
  } catch {
    return null;
  }
}

/** The same bytes without the methods of a subclass: views of a Buffer of Node cost five times as much as plain ones. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  const isPlain = Object.getPrototypeOf(bytes) === Uint8Array.prototype;
  return isPlain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

type Note = Deviations['note'];
type TbsParts = Omit<CertificateFrame, 'der' | 'tbs' | 'signatureAlgorithm' | 'signature' | 'deviations'>;

function readTbs(der: Uint8Array, tbs: Tlv, note: Note): TbsParts & { innerAlgorithm: Uint8Array } {
  const fields = childrenOf(der, tbs);
  const take = (tag: number, what: string): Tlv => expectTag(fields.shift(), tag, what, tbs.end);
  const version = fields[0]?.tag === 0xa0 ? readVersion(der, fields.shift() as Tlv, note) : 1;
  const serial = contentOf(der, take(tags.integer, 'serialNumber'));
  const innerAlgorithm = elementOf(der, take(tags.sequence, 'signature'));
  const issuer = elementOf(der, take(tags.sequence, 'issuer'));
  const validity = take(tags.sequence, 'validity');
  const [notBefore, notAfter] = childrenOf(der, validity).map((tlv) => readTime(der, tlv));
  if (notBefore === undefined || notAfter === undefined) {
    throw new DecodeError('truncated', 'validity lacks a date', validity.start);
  }
  for (const { date, problem } of [notBefore, notAfter]) {
    if (problem !== null) note(date === null ? 'date-unreadable' : 'date-encoding', problem);
  }
  const subject = elementOf(der, take(tags.sequence, 'subject'));
  const spki = elementOf(der, take(tags.sequence, 'subjectPublicKeyInfo'));
  const extensions: RawExtension[] = [];
  for (const field of fields) {
    if (field.tag === 0xa3) readExtensions(der, field, extensions, note);
    // issuerUniqueID and subjectUniqueID say nothing that anybody reads.
    else if (!uniqueIdTags.includes(field.tag)) note('certificate-extra-field');
  }
  if (version < 3 && extensions.length > 0) note('extensions-before-v3');
  noteSerial(serial, note);
  return { version, serial, innerAlgorithm, issuer, notBefore, notAfter, subject, spki, extensions };
}

/** [1] and [2] IMPLICIT BIT STRING, primitive or constructed. */
const uniqueIdTags = [0x81, 0x82, 0xa1, 0xa2];

function readVersion(der: Uint8Array, tlv: Tlv, note: Note): number {
  const [integer] = childrenOf(der, tlv);
  const content = contentOf(der, expectTag(integer, tags.integer, 'version', tlv.start));
  const version = content.length === 1 ? (content[0] as number) + 1 : 0;
  if (version === 1) note('version-encoding', 'version 1 is the default and must be left out');
  if (version < 1 || version > 3) note('version-unknown', version === 0 ? `${content.length} bytes` : String(version));
  return version;
}

function noteSerial(serial: Uint8Array, note: Note): void {
  const [first, second] = serial;
  if (first === undefined) note('serial-empty');
  else if ((first & 0x80) !== 0) note('serial-negative');
  else if (serial.every((octet) => octet === 0)) note('serial-zero');
  if (serial.length > 20) note('serial-long', `${serial.length} bytes`);
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    note('serial-encoding', 'not minimal');
  }
}

function readExtensions(der: Uint8Array, field: Tlv, extensions: RawExtension[], note: Note): void {
  const list = readTlv(der, field.content, field.end);
  if (list.tag !== tags.sequence) return note('extensions-unreadable');
  const items = childrenOf(der, list);
  if (items.length === 0) note('extensions-empty');
  for (const item of items) {
    const extension = readExtension(der, item, note);
    if (extension === null) note('extension-unreadable', `at byte ${item.start}`);
    else extensions.push(extension);
  }
}

/** One extension, or null when it has not the shape of one: a client may still accept the rest of the certificate. */
function readExtension(der: Uint8Array, item: Tlv, note: Note): RawExtension | null {
  if (item.tag !== tags.sequence) return null;
  const parts = childrenOf(der, item);
  const [oidTlv] = parts;
  const hasCritical = parts[1]?.tag === tags.boolean;
  const critical = hasCritical && contentOf(der, parts[1] as Tlv).some((octet) => octet !== 0);
  if (hasCritical && !critical) note('extension-critical-encoding', 'FALSE is the default and must be left out');
  const value = parts[hasCritical ? 2 : 1];
  if (oidTlv?.tag !== tags.oid || value?.tag !== tags.octetString) return null;
  const oid = oidText(contentOf(der, oidTlv));
  return oid === null ? null : { oid, critical, value: contentOf(der, value) };
}
