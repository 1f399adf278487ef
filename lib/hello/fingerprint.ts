/** JA3 and JA4: names by which other tools know a ClientHello. GREASE never counts. */

import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { extensionType, isGrease, toHex } from '../wire/index.ts';
import { CodeText, mark, sorted } from './code-text.ts';
import { alpnOf, findExtensionSpec } from './read.ts';
import { codeNumber, type HelloSpec } from './spec.ts';

/** Digests of bytes, as hex. */
export interface Digests {
  md5(bytes: Uint8Array): string;
  sha256(bytes: Uint8Array): string;
}

/** Without anything of the surroundings. */
export const portableDigests: Digests = {
  md5: (bytes) => toHex(md5(bytes)),
  sha256: (bytes) => toHex(sha256(bytes)),
};

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
  readonly cipherSuites: ArrayLike<number>;
  /** Types, in the order sent. */
  readonly extensions: ArrayLike<number>;
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
  const text = ja3Text(withoutGreaseIn(partsOf(spec)));
  return { text: new TextDecoder().decode(text), hash: portableDigests.md5(text) };
}

/**
 * JA4 of a hello (FoxIO-LLC/ja4, technical_details/JA4.md; the client fingerprint is under BSD 3-Clause).
 * The first letter is `q` when the hello has QUIC transport parameters, `d` for a DTLS version, else `t`.
 */
export function ja4(spec: HelloSpec): string {
  return fingerprintsOf(partsOf(spec), portableDigests).ja4;
}

/** Both of such a hello, JA3 as its hash. */
export function fingerprintsOf(
  parts: FingerprintParts,
  digests: Digests,
): { readonly ja3: string; readonly ja4: string } {
  const counted = withoutGreaseIn(parts);
  return { ja3: digests.md5(ja3Text(counted)), ja4: ja4Of(counted, digests) };
}

function ja4Of(parts: CountedParts, digests: Digests): string {
  const { suites, types, versions } = parts;
  const version = Math.max(...(versions ?? [parts.version]));
  const named = types.includes(extensionType.server_name) ? 'd' : 'i';
  const head = `${transport(types, version)}${versionMark(version)}${named}${count(suites)}${count(types)}${alpnMark(parts.alpn)}`;
  const hash = (text: Uint8Array): string => (text.length === 0 ? nothing : digests.sha256(text).slice(0, 12));
  return `${head}_${hash(sortedText(suites))}_${hash(ja4Tail(parts))}`;
}

/** The text whose MD5 is the JA3. */
function ja3Text({ version, suites, types, groups, pointFormats }: CountedParts): Uint8Array {
  const lists = [[version], suites, types, groups, pointFormats];
  const text = new CodeText(lists);
  for (const list of lists) {
    if (text.length > 0) text.put(mark.comma);
    text.decimals(list);
  }
  return text.written;
}

/** Types in rising order, then signature schemes as they came; nothing without such types. */
function ja4Tail({ types, schemes }: CountedParts): Uint8Array {
  const counted = those(types, tellsMore);
  if (counted.length === 0) return new Uint8Array(0);
  const text = new CodeText([counted, schemes]);
  text.hex(sorted(counted));
  if (schemes.length > 0) text.put(mark.underscore);
  text.hex(schemes);
  return text.written;
}

function sortedText(codes: Uint16Array): Uint8Array {
  const text = new CodeText([codes]);
  text.hex(sorted(codes));
  return text.written;
}

/** What counts. */
interface CountedParts extends Pick<FingerprintParts, 'version' | 'pointFormats' | 'alpn'> {
  readonly suites: Uint16Array;
  readonly types: Uint16Array;
  readonly groups: Uint16Array;
  readonly schemes: Uint16Array;
  readonly versions: Uint16Array | null;
}

function withoutGreaseIn(parts: FingerprintParts): CountedParts {
  const { version, pointFormats, alpn, supportedVersions } = parts;
  return {
    version,
    pointFormats,
    alpn,
    suites: withoutGrease(parts.cipherSuites),
    types: withoutGrease(parts.extensions),
    groups: withoutGrease(parts.groups),
    schemes: withoutGrease(parts.signatureSchemes),
    versions: supportedVersions && withoutGrease(supportedVersions),
  };
}

const withoutGrease = (codes: ArrayLike<number>): Uint16Array => those(codes, isNotGrease);
const isNotGrease = (code: number): boolean => !isGrease(code);
/** Types that are not already in the head of a JA4. */
const tellsMore = (type: number): boolean =>
  type !== extensionType.server_name && type !== extensionType.application_layer_protocol_negotiation;

function those(codes: ArrayLike<number>, count: (code: number) => boolean): Uint16Array {
  const all = new Uint16Array(codes.length);
  let length = 0;
  for (let i = 0; i < codes.length; i++) if (count(codes[i]!)) all[length++] = codes[i]!;
  return length === all.length ? all : all.subarray(0, length);
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

function transport(types: Uint16Array, version: number): 'q' | 'd' | 't' {
  if (types.includes(extensionType.quic_transport_parameters)) return 'q';
  return version >> 8 === 0xfe ? 'd' : 't';
}

const versionMark = (version: number): string => versionMarks[version] ?? '00';
const count = (list: Uint16Array): string => String(Math.min(list.length, 99)).padStart(2, '0');

/** First and last character of the first protocol; of its hex when one of the two is not an ASCII letter or digit. */
function alpnMark([first = '']: readonly string[]): string {
  if (first === '') return '00';
  const ends = `${first[0]}${first.at(-1)}`;
  if (/^[0-9a-z]{2}$/i.test(ends)) return ends;
  const hex = toHex(Uint8Array.from(first, (character) => character.charCodeAt(0)));
  return `${hex[0]}${hex.at(-1)}`;
}
