/** Is this segment the beginning of TLS? Asked of every segment of flows that are not known yet, by content alone. */

import { contentType, handshakeType, maxRecordFragment, recordHeaderLength, tlsVersion } from '../../wire/index.ts';
import { u16, u24 } from '../bytes.ts';

/**
 * 1: a ClientHello (TLS or SSL 2.0 form). 2: a ServerHello, a HelloRequest, a certificate list or an alert in clear. 3: another
 * TLS record, weak evidence. 0: none of these.
 */
export type TlsStart = 0 | 1 | 2 | 3;

/** Whether `looksLikeTlsStart` needs to be asked: true for one of 100 random segments, of which there is at least one byte. */
export function mayBeginTls(bytes: Uint8Array, start: number, end: number): boolean {
  const type = bytes[start] as number;
  if (type >= 0x80) return end - start < 3 || bytes[start + 2] === handshakeType.client_hello;
  if (type < contentType.change_cipher_spec || type > contentType.heartbeat) return false;
  return end - start < 2 || bytes[start + 1] === majorVersion;
}

/**
 * Judges a segment by its first 11 bytes, and by the next record header where the segment holds it. Of random segments less
 * than one in a million passes. A segment of less than 6 bytes never does.
 */
export function looksLikeTlsStart(bytes: Uint8Array, start: number, end: number): TlsStart {
  if (end - start < 6) return 0;
  const type = bytes[start] as number;
  if (type >= 0x80) return isSslv2ClientHello(bytes, start, end) ? 1 : 0;
  if (!isRecordHeader(bytes, start)) return 0;
  const length = u16(bytes, start + 3);
  const body = start + recordHeaderLength;
  const next = body + length;
  if (next + recordHeaderLength <= end && !isRecordHeader(bytes, next)) return 0;
  if (type === contentType.handshake) return handshakeStart(bytes, body, end, length);
  if (length > maxRecordFragment) return 0;
  if (type === contentType.application_data) return length > 0 ? 3 : 0;
  if (type === contentType.change_cipher_spec) return length === 1 && bytes[body] === 1 ? 3 : 0;
  // An alert: its level in clear, or so many bytes as encryption makes of two.
  if (length === 2) return bytes[body] === 1 || bytes[body] === 2 ? 2 : 0;
  return length >= shortestSealed && length <= longestSealedAlert ? 3 : 0;
}

/**
 * Records of a session whose handshake was not captured: their headers must lead from one to the next, or to the end of the
 * segment, since three bytes alone occur in any protocol.
 */
export function walks(bytes: Uint8Array, start: number, end: number): boolean {
  let headers = 0;
  let at = start;
  for (; at + recordHeaderLength <= end && headers < 3; headers++) {
    const length = u16(bytes, at + 3);
    if (!isRecordHeader(bytes, at) || bytes[at] === contentType.heartbeat) return false;
    if (length === 0 || length > maxRecordFragment) return false;
    at += recordHeaderLength + length;
  }
  return headers > 1 || at === end;
}

const majorVersion = tlsVersion.SSLv3 >> 8;
const lastMinorVersion = tlsVersion['TLSv1.3'] & 0xff;
/** An authentication tag, or a MAC, and the two bytes. */
const shortestSealed = 18;
/** IV, MAC of SHA-384 and padding of at most one block. */
const longestSealedAlert = 96;
/** version, random, empty session id, one suite, one compression method: a ServerHello; a ClientHello has more lengths. */
const shortestHello = 38;

function isRecordHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at] as number;
  return (
    type >= contentType.change_cipher_spec &&
    type <= contentType.heartbeat &&
    bytes[at + 1] === majorVersion &&
    (bytes[at + 2] as number) <= lastMinorVersion
  );
}

/** @param body offset of the fragment, of which at least one byte is there */
function handshakeStart(bytes: Uint8Array, body: number, end: number, length: number): TlsStart {
  if (length === 0) return 0;
  const type = bytes[body] as number;
  const known = Math.min(length, end - body);
  const message = known < 4 ? -1 : u24(bytes, body + 1);
  if (type === handshakeType.client_hello) return message < 0 || message >= shortestHello ? 1 : 0;
  if (length > maxRecordFragment) return 0;
  if (type === handshakeType.server_hello) return message < 0 || message >= shortestHello ? 2 : 0;
  if (type === handshakeType.hello_request) return length === 4 && message === 0 ? 2 : 0;
  if (type === handshakeType.certificate && isCertificateList(bytes, body, end, message)) return 2;
  // Anything else in clear, or something encrypted.
  return length >= 4 ? 3 : 0;
}

/** A Certificate message as before TLS 1.3: the lengths of message, list and first certificate agree, and that is a SEQUENCE. */
function isCertificateList(bytes: Uint8Array, body: number, end: number, message: number): boolean {
  if (end - body < 12 || bytes[body + 10] !== 0x30 || (bytes[body + 11] as number) < 0x80) return false;
  const list = u24(bytes, body + 4);
  return list + 3 === message && u24(bytes, body + 7) + 3 <= list;
}

/** Two-byte header, type 1, version, three lengths that add up (RFC 5246 appendix E.2). */
function isSslv2ClientHello(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 11 || bytes[start + 2] !== handshakeType.client_hello) return false;
  const length = u16(bytes, start) & 0x7fff;
  const version = u16(bytes, start + 3);
  const specs = u16(bytes, start + 5);
  const sessionId = u16(bytes, start + 7);
  const challenge = u16(bytes, start + 9);
  return (
    (version === 2 || (version >= tlsVersion.SSLv3 && version <= tlsVersion['TLSv1.3'])) &&
    specs > 0 &&
    specs % 3 === 0 &&
    sessionId <= 32 &&
    challenge >= 16 &&
    challenge <= 32 &&
    9 + specs + sessionId + challenge === length
  );
}
