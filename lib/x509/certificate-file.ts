/**
 * Files with certificates: PEM with anything around it, DER, PKCS #7, bare base64. What is damaged is told by its line and never
 * repaired; what is secret is named and never kept.
 */

import type { CertificateFileFormat, FileProblem, OtherBlock, PemDamage } from '../evidence/index.ts';
import { readFrame } from './frame.ts';
import { inspectPem, type PemBlock, type PemProblem } from './pem.ts';
import { certificatesOfPkcs7, otherKind } from './pkcs7.ts';
import { readTlv, tags } from './tlv.ts';

/** Limits on one file; what is beyond is a problem of the file, not an error. */
export const certificateFileLimits = { bytes: 2 ** 24, certificates: 4_096, problems: 1_000 } as const;

export interface FoundCertificate {
  readonly der: Uint8Array;
  /** Of BEGIN; null outside of PEM. */
  readonly line: number | null;
}

/** A problem before it is put into words; see `fileProblemText`. */
export type FoundProblem = Omit<FileProblem, 'text'>;

export interface ReadCertificateFile {
  /** Never `report`. */
  readonly format: CertificateFileFormat;
  readonly certificates: readonly FoundCertificate[];
  readonly problems: readonly FoundProblem[];
  readonly others: readonly OtherBlock[];
}

/** Reads a file, whatever it is; never throws. The time is linear in its length. */
export function readCertificateFile(bytes: Uint8Array): ReadCertificateFile {
  const found = new Found();
  if (bytes.length > certificateFileLimits.bytes) {
    found.problem('too-large');
    return found.as('unknown');
  }
  // A digit 0 is the same byte as the tag, but no certificate is so short that its length fits into seven bits; keys are.
  const [tag, length = 0] = bytes;
  if (tag === tags.sequence && (length >= 0x80 || bytes.length === length + 2)) return fromDer(bytes, found);
  const text = textOf(bytes);
  if (/\WBEGIN [A-Z]|^BEGIN [A-Z]/.test(text)) return fromPem(text, found);
  const bare = text.replaceAll(/\s/g, '');
  const der = /^MI[A-Za-z0-9+/]{60,}={0,2}$/.test(bare) ? decoded(bare) : null;
  if (der === null) return found.as('unknown');
  const read = fromDer(der, found);
  return read.format === 'unknown' ? read : { ...read, format: 'base64' };
}

/** `TRUSTED CERTIFICATE` is OpenSSL's own: the certificate, then trust settings. */
const certificateLabel = /^(?:X509 |TRUSTED )?CERTIFICATE$/;
const bundleLabel = /^(?:PKCS7|PKCS #7 SIGNED DATA|CMS)$/;

/** True for blocks that ought to hold certificates. */
export function holdsCertificates(label: string | null): boolean {
  return label === null || certificateLabel.test(label) || bundleLabel.test(label);
}

/** True where a file, or a part of it, was not looked at or not judged: nobody knows whether it is good, or damaged. */
export function wasNotRead({ problem }: Pick<FileProblem, 'problem'>): boolean {
  return notRead.has(problem);
}
const notRead: ReadonlySet<string> = new Set([
  'too-large',
  'too-many',
  'broken-report',
  'capture',
  'unreadable',
  'left-out',
  'not-judged',
]);

/** What is found, up to the limits. */
class Found {
  readonly #certificates: FoundCertificate[] = [];
  readonly #problems: FoundProblem[] = [];
  readonly #others: OtherBlock[] = [];

  /** @returns false when the limit is reached */
  certificate(der: Uint8Array, line: number | null): boolean {
    if (this.#certificates.length < certificateFileLimits.certificates) {
      this.#certificates.push({ der, line });
      return true;
    }
    if (this.#problems.at(-1)?.problem !== 'too-many') this.problem('too-many', { line });
    return false;
  }

  problem(problem: FoundProblem['problem'], more: Partial<FoundProblem> = {}): void {
    if (this.#problems.length >= certificateFileLimits.problems) return;
    this.#problems.push({ label: null, line: null, at: null, damage: [], ...more, problem });
  }

  other(label: string, line: number | null): void {
    if (this.#others.length < certificateFileLimits.certificates) this.#others.push({ label, line });
  }

  as(format: CertificateFileFormat): ReadCertificateFile {
    return { format, certificates: this.#certificates, problems: this.#problems, others: this.#others };
  }
}

/** One element, or several behind each other. */
function fromDer(bytes: Uint8Array, found: Found): ReadCertificateFile {
  const bundle = certificatesOfPkcs7(bytes);
  if (bundle !== null) {
    for (const der of bundle) if (!found.certificate(der, null)) break;
    return found.as('pkcs7');
  }
  const only = otherKind(bytes);
  if (only !== null) {
    found.other(only, null);
    return found.as('unknown');
  }
  for (let offset = 0; bytes[offset] === tags.sequence; ) {
    const end = endOfElement(bytes, offset);
    const der = bytes.subarray(offset, end);
    if (!isCertificate(der)) found.problem('not-a-certificate', { damage: [] });
    else if (!found.certificate(der, null)) break;
    offset = end;
  }
  return found.as('der');
}

function fromPem(text: string, found: Found): ReadCertificateFile {
  const { blocks, problems } = inspectPem(text);
  const parts = [...blocks, ...problems].sort((a, b) => a.line - b.line);
  for (const part of parts) {
    if ('problem' in part) fromProblem(part, found);
    else fromBlock(part, found);
  }
  for (const { label, line } of brokenBegins(text, parts)) found.problem('wrong-begin', { label, line, at: line });
  return found.as('pem');
}

function fromProblem({ label, line, at, problem, damage }: PemProblem, found: Found): void {
  // What is encrypted is a key, and as it should be.
  if (problem === 'encrypted') found.other(label, line);
  else found.problem(problem, { label, line, at, damage });
}

function fromBlock(block: PemBlock, found: Found): void {
  const { label, line, bytes } = block;
  if (bundleLabel.test(label)) {
    const bundle = certificatesOfPkcs7(bytes);
    if (bundle === null) found.problem('not-a-certificate', { label, line, at: line, damage: lengthDamage(block) });
    for (const der of bundle ?? []) if (!found.certificate(der, line)) break;
  } else if (!certificateLabel.test(label)) found.other(label, line);
  else {
    const der = label === 'TRUSTED CERTIFICATE' ? bytes.subarray(0, endOfElement(bytes, 0)) : bytes;
    if (isCertificate(der)) found.certificate(der, line);
    else found.problem('not-a-certificate', { label, line, at: line, damage: lengthDamage(block) });
  }
}

/** Lines that were to begin a block and do not: a hyphen is missing, a dash stands in its place, a blank is too much. */
function brokenBegins(
  text: string,
  parts: readonly (PemBlock | PemProblem)[],
): { readonly label: string; readonly line: number }[] {
  const known = new Set(parts.map(({ line }) => line));
  const broken: { readonly label: string; readonly line: number }[] = [];
  let line = 1;
  let counted = 0;
  // Only lines with BEGIN are cut out: a file of 16 MiB may have as many lines.
  for (const { 0: raw, index } of text.matchAll(/[^\r\n]{0,64}BEGIN [^\r\n]{0,64}/g)) {
    line += text.slice(counted, index).match(/\r\n|\r|\n/g)?.length ?? 0;
    counted = index;
    const [, label] = /^\W{0,20}BEGIN +((?:X509 |TRUSTED )?CERTIFICATE|PKCS7|CMS)\W{0,20}$/.exec(raw.trim()) ?? [];
    if (label !== undefined && !known.has(line)) broken.push({ label, line });
  }
  return broken;
}

/** Whole lines are missing, or there are too many: told by the length that the first bytes announce. */
function lengthDamage({ bytes, declared, line, endLine }: PemBlock): PemDamage[] {
  if (declared === null || declared === bytes.length) return [];
  const lines = endLine - line - 1;
  const found = { characters: charactersOf(bytes.length), lines };
  const width = Math.ceil(found.characters / Math.max(1, lines) / 4) * 4;
  const characters = charactersOf(declared);
  return [
    {
      kind: 'total',
      line: endLine - 1,
      found,
      expected: { characters, lines: Math.ceil(characters / Math.max(4, width)) },
    },
  ];
}

/** Of base64, padding included. */
function charactersOf(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** Windows saves text as UTF-16, and with a mark before UTF-8. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return new TextDecoder('latin1').decode(marked ? bytes.subarray(3) : bytes);
}

function decoded(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function endOfElement(bytes: Uint8Array, start: number): number {
  try {
    return readTlv(bytes, start, bytes.length).end;
  } catch {
    return bytes.length;
  }
}

function isCertificate(der: Uint8Array): boolean {
  try {
    readFrame(der);
    return true;
  } catch {
    return false;
  }
}
