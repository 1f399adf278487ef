/** JA3 and JA4: names by which other tools know a ClientHello. GREASE never counts. */

import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { extensionType, isGrease, toHex } from '../wire/index.ts';
import { alpnOf, findExtensionSpec } from './read.ts';
import { codeNumber, type HelloSpec } from './spec.ts';

export interface Ja3 {
  /** Version, suites, extensions, groups, point formats: decimal, in the order sent. */
  readonly text: string;
  /** MD5 of `text`, hex. */
  readonly hash: string;
}

/** What fingerprints are made of; GREASE may be among it. */
export interface FingerprintParts {
  /** client_version. */
  readonly version: number;
  readonly cipherSuites: readonly number[];
  /** Types, in the order sent. */
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureSchemes: readonly number[];
  /** Of supported_versions; null without the extension. */
  readonly supportedVersions: readonly number[] | null;
  /** Protocols of ALPN, one character per byte. */
  readonly alpn: readonly string[];
}

/** JA3 of a hello (salesforce/ja3, README "How it works"). */
export function ja3(spec: HelloSpec): Ja3 {
  const text = ja3Text(partsOf(spec));
  return { text, hash: toHex(md5(new TextEncoder().encode(text))) };
}

/** The text whose MD5 is the JA3. */
export function ja3Text(parts: FingerprintParts): string {
  return [
    [parts.version],
    withoutGrease(parts.cipherSuites),
    withoutGrease(parts.extensions),
    withoutGrease(parts.groups),
    parts.pointFormats,
  ]
    .map((values) => values.join('-'))
    .join(',');
}

/**
 * JA4 of a hello (FoxIO-LLC/ja4, technical_details/JA4.md; the client fingerprint is under BSD 3-Clause).
 * The first letter is `q` when the hello has QUIC transport parameters, `d` for a DTLS version, else `t`.
 */
export function ja4(spec: HelloSpec): string {
  return ja4Of(partsOf(spec), shortHash);
}

/** @param hash first 12 hex digits of the SHA-256 of a text; asked twice, and never for an empty one */
export function ja4Of(parts: FingerprintParts, hash: (text: string) => string = shortHash): string {
  const suites = withoutGrease(parts.cipherSuites);
  const types = withoutGrease(parts.extensions);
  const version = Math.max(
    ...(parts.supportedVersions === null ? [parts.version] : withoutGrease(parts.supportedVersions)),
  );
  const named = types.includes(extensionType.server_name) ? 'd' : 'i';
  const head = `${transport(types, version)}${versionMark(version)}${named}${count(suites)}${count(types)}${alpnMark(parts.alpn)}`;

  const counted = types.filter((type) => !alreadyInHead.has(type));
  const schemes = withoutGrease(parts.signatureSchemes).map(plainHex).join(',');
  const tail = [sorted(counted), schemes].filter((part) => part !== '').join('_');
  return `${head}_${suites.length === 0 ? nothing : hash(sorted(suites))}_${counted.length === 0 ? nothing : hash(tail)}`;
}

function partsOf(spec: HelloSpec): FingerprintParts {
  const groups = findExtensionSpec(spec, '0x000a');
  const pointFormats = findExtensionSpec(spec, '0x000b');
  const schemes = findExtensionSpec(spec, '0x000d');
  const versions = findExtensionSpec(spec, '0x002b');
  return {
    version: codeNumber(spec.legacyVersion),
    cipherSuites: spec.cipherSuites.map(codeNumber),
    extensions: (spec.extensions ?? []).map(({ type }) => codeNumber(type)),
    groups: groups !== undefined && 'groups' in groups ? groups.groups.map(codeNumber) : [],
    pointFormats: pointFormats !== undefined && 'pointFormats' in pointFormats ? pointFormats.pointFormats : [],
    signatureSchemes:
      schemes !== undefined && 'signatureSchemes' in schemes ? schemes.signatureSchemes.map(codeNumber) : [],
    supportedVersions:
      versions !== undefined && 'supportedVersions' in versions ? versions.supportedVersions.map(codeNumber) : null,
    alpn: alpnOf(spec),
  };
}

const nothing = '000000000000';
const alreadyInHead: ReadonlySet<number> = new Set([
  extensionType.server_name,
  extensionType.application_layer_protocol_negotiation,
]);

const versionMarks: Readonly<Record<number, string>> = {
  0x0304: '13',
  0x0303: '12',
  0x0302: '11',
  0x0301: '10',
  0x0300: 's3',
  0x0002: 's2',
  0xfeff: 'd1',
  0xfefd: 'd2',
  0xfefc: 'd3',
};

function withoutGrease(codes: readonly number[]): number[] {
  return codes.filter((code) => !isGrease(code));
}

function transport(types: readonly number[], version: number): 'q' | 'd' | 't' {
  if (types.includes(extensionType.quic_transport_parameters)) return 'q';
  return version >> 8 === 0xfe ? 'd' : 't';
}

const versionMark = (version: number): string => versionMarks[version] ?? '00';
const count = (list: readonly unknown[]): string => String(Math.min(list.length, 99)).padStart(2, '0');
const plainHex = (code: number): string => code.toString(16).padStart(4, '0');
const sorted = (codes: readonly number[]): string => codes.map(plainHex).sort().join(',');

function shortHash(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}

/** First and last character of the first protocol; of its hex when one of the two is not an ASCII letter or digit. */
function alpnMark([first = '']: readonly string[]): string {
  if (first === '') return '00';
  const ends = `${first[0]}${first.at(-1)}`;
  if (/^[0-9a-z]{2}$/i.test(ends)) return ends;
  const hex = toHex(Uint8Array.from(first, (character) => character.charCodeAt(0)));
  return `${hex[0]}${hex.at(-1)}`;
}
