/** Is it TLS that the server speaks? Decided by its first bytes alone, so that the answer does not depend on how they arrive. */

import type { LooksLike } from '../evidence/index.ts';
import { looksLikeTls, maxRecordFragment, recordHeaderLength, toHex } from '../wire/index.ts';

/** `undecided`: more bytes are needed. `detail` is one sentence. */
export type FirstBytes =
  | { readonly kind: 'tls' }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'not-tls'; readonly looksLike: LooksLike; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string };

/** As many first bytes as are ever looked at. */
export const longestLook = 256;

/** @param final true when nothing follows `bytes`, so that the judgement is made on what is there. */
export function judgeFirstBytes(bytes: Uint8Array, final: boolean): FirstBytes {
  const [first] = bytes;
  if (first === undefined) return undecided;
  if (looksLikeTls(bytes.subarray(0, 1))) return judgeRecordHeader(bytes, final);
  if (first >= 0x80) return judgeSsl2(bytes, final);
  return judgeText(bytes, final);
}

const undecided = { kind: 'undecided' } as const;
const tls = { kind: 'tls' } as const;
/** A content type, then a version that is not SSL 3 or TLS: a broken record, if the rest of the header looks like one. */
function judgeRecordHeader(bytes: Uint8Array, final: boolean): FirstBytes {
  if (bytes.length === 1) return final ? tls : undecided;
  if (looksLikeTls(bytes)) return tls;
  if (bytes.length < recordHeaderLength) return final ? binary(bytes) : undecided;
  const header = bytes.subarray(0, recordHeaderLength);
  const length = uint16(header, 3);
  if (length === 0 || length > maxRecordFragment) return binary(header);
  return {
    kind: 'malformed',
    detail: `The first record has version 0x${toHex(header.subarray(1, 3))}, which is neither SSL 3.0 nor TLS.`,
  };
}

/**
 * SSL 2.0 has a two-byte header whose first bit is set; its server says SERVER-HELLO (4) or ERROR (0), 3 bytes long. A protocol of its
 * own, which nothing of TLS can follow.
 */
function judgeSsl2(bytes: Uint8Array, final: boolean): FirstBytes {
  if (bytes.length < 3) return final ? binary(bytes) : undecided;
  const length = uint16(bytes, 0) & 0x7fff;
  if (bytes[2] === 4 && length >= 11) return ssl2('The server answered with an SSL 2.0 SERVER-HELLO.');
  if (bytes[2] === 0 && length === 3) return ssl2('The server answered with an SSL 2.0 ERROR.');
  return binary(bytes.subarray(0, 3));
}

function ssl2(detail: string): FirstBytes {
  return { kind: 'not-tls', looksLike: 'ssl2', detail };
}

/** Text is judged by its first line, or by `longestLook` bytes of it. */
function judgeText(bytes: Uint8Array, final: boolean): FirstBytes {
  const look = bytes.subarray(0, longestLook);
  const end = look.findIndex((byte) => byte === lineFeed || !isText(byte));
  if (end >= 0 && look[end] !== lineFeed) return binary(look.subarray(0, end + 1));
  if (end < 0 && look.length < longestLook && !final) return undecided;
  const line = String.fromCharCode(...look.subarray(0, end < 0 ? look.length : end)).trimEnd();
  const looksLike = greetings.find(([pattern]) => pattern.test(line))?.[1] ?? 'text';
  return { kind: 'not-tls', looksLike, detail: `The first line is ${JSON.stringify(printable(line))}.` };
}

const lineFeed = 0x0a;

function isText(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0d;
}

/** First line of a greeting or an answer, most specific first. 220, 421 and 554 open SMTP (RFC 5321 §3.1) and FTP (RFC 959 §5.4) alike. */
const greetings: readonly (readonly [RegExp, LooksLike])[] = [
  [/^HTTP\/\d/, 'http'],
  [/^<(?:!doctype html|html|head|title)\b/i, 'http'],
  [/^SSH-\d/, 'ssh'],
  [/^(?:220|421|554)[ -].*ftp/i, 'ftp'],
  [/^(?:220|421|554)[ -].*(?:smtp|mail)/i, 'smtp'],
  [/^220[ -]filezilla/i, 'ftp'],
  [/^\* (?:OK|PREAUTH|BYE)\b/, 'imap'],
  [/^(?:\+OK|-ERR)\b/, 'pop3'],
];

function binary(bytes: Uint8Array): FirstBytes {
  return { kind: 'not-tls', looksLike: 'binary', detail: `The first bytes are ${toHex(bytes.subarray(0, 16))}.` };
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function printable(line: string): string {
  const shown = line.replace(/[^\x20-\x7e]/g, '?');
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
