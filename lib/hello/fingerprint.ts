/** JA3 and JA4: names by which other tools know a ClientHello. GREASE never counts. */

import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Code } from '../evidence/index.ts';
import { extensionType, isGrease, toHex } from '../wire/index.ts';
import { alpnOf, extensionTypesOf, findExtensionSpec, groupsOf, versionsOf } from './read.ts';
import { codeNumber, type HelloSpec } from './spec.ts';

export interface Ja3 {
  /** Version, suites, extensions, groups, point formats: decimal, in the order sent. */
  readonly text: string;
  /** MD5 of `text`, hex. */
  readonly hash: string;
}

/** JA3 of a hello (salesforce/ja3, README "How it works"). */
export function ja3(spec: HelloSpec): Ja3 {
  const pointFormats = findExtensionSpec(spec, '0x000b');
  const text = [
    [codeNumber(spec.legacyVersion)],
    withoutGrease(spec.cipherSuites),
    withoutGrease(extensionTypesOf(spec)),
    groupsOf(spec).map(codeNumber),
    pointFormats !== undefined && 'pointFormats' in pointFormats ? pointFormats.pointFormats : [],
  ]
    .map((values) => values.join('-'))
    .join(',');
  return { text, hash: toHex(md5(new TextEncoder().encode(text))) };
}

/**
 * JA4 of a hello (FoxIO-LLC/ja4, technical_details/JA4.md; the client fingerprint is under BSD 3-Clause).
 * The first letter is `q` when the hello has QUIC transport parameters, `d` for a DTLS version, else `t`.
 */
export function ja4(spec: HelloSpec): string {
  const suites = withoutGrease(spec.cipherSuites);
  const types = withoutGrease(extensionTypesOf(spec));
  const version = Math.max(...versionsOf(spec).map(codeNumber));
  const named = types.includes(extensionType.server_name) ? 'd' : 'i';
  const head = `${transport(types, version)}${versionMark(version)}${named}${count(suites)}${count(types)}${alpnMark(spec)}`;

  const signatures = findExtensionSpec(spec, '0x000d');
  const schemes = signatures !== undefined && 'signatureSchemes' in signatures ? signatures.signatureSchemes : [];
  const counted = types.filter((type) => !alreadyInHead.has(type));
  const tail = [sorted(counted), withoutGrease(schemes).map(plainHex).join(',')].filter((part) => part !== '');
  return `${head}_${shortHash(sorted(suites))}_${counted.length === 0 ? nothing : shortHash(tail.join('_'))}`;
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

function withoutGrease(codes: readonly Code[]): number[] {
  return codes.map(codeNumber).filter((code) => !isGrease(code));
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
  return text === '' ? nothing : toHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}

/** First and last character of the first protocol; of its hex when one of the two is not an ASCII letter or digit. */
function alpnMark(spec: HelloSpec): string {
  const first = alpnOf(spec)[0] ?? '';
  if (first === '') return '00';
  const ends = `${first[0]}${first.at(-1)}`;
  if (/^[0-9a-z]{2}$/i.test(ends)) return ends;
  const hex = toHex(Uint8Array.from(first, (character) => character.charCodeAt(0)));
  return `${hex[0]}${hex.at(-1)}`;
}
