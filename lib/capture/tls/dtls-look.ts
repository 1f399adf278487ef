/** Is this datagram DTLS? Asked of every UDP datagram of a capture, by content alone. */

import {
  contentType,
  dtlsHandshakeHeaderLength,
  dtlsRecordHeaderLength,
  dtlsVersion,
  handshakeType,
  isDtlsUnifiedHeader,
  unregisteredDtlsVersion,
} from '../../wire/index.ts';
import { u16, u24 } from '../bytes.ts';

/**
 * True when the datagram in [start, end) is made of DTLS records up to its end, the first of which has the old header: all of
 * DTLS up to 1.2, and what DTLS 1.3 sends in clear.
 */
export function looksLikeDtls(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < dtlsRecordHeaderLength || !isRecordHeader(bytes, start)) return false;
  const type = bytes[start] as number;
  // A connection ID, of whatever length, stands before the length (RFC 9146 §4).
  if (type === contentType.tls12_cid) return isEncrypted(bytes, start);
  const length = u16(bytes, start + 11);
  let next = start + dtlsRecordHeaderLength + length;
  if (next > end || length === 0) return false;
  if (!isEncrypted(bytes, start) && !isClearContent(bytes, start + dtlsRecordHeaderLength, type, length)) return false;
  while (next < end) {
    const first = bytes[next] as number;
    if (isDtlsUnifiedHeader(first) || first === contentType.tls12_cid) return true;
    if (end - next < dtlsRecordHeaderLength || !isRecordHeader(bytes, next)) return false;
    next += dtlsRecordHeaderLength + u16(bytes, next + 11);
  }
  return next === end;
}

/** Content type, and a version that DTLS has: 1.0, 1.2, and the one before 1.0. DTLS 1.3 stays at 1.2 here (RFC 9147 §4). */
export function isRecordHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at] as number;
  if (type < contentType.change_cipher_spec || type > contentType.ACK) return false;
  const version = u16(bytes, at + 1);
  return version === dtlsVersion['DTLSv1.2'] || version === dtlsVersion['DTLSv1.0'] || version === oldest;
}

const oldest = unregisteredDtlsVersion['DTLSv0.9'];

/** Epoch 0 is in clear. */
function isEncrypted(bytes: Uint8Array, at: number): boolean {
  return u16(bytes, at + 3) > 0;
}

function isClearContent(bytes: Uint8Array, body: number, type: number, length: number): boolean {
  switch (type) {
    case contentType.handshake:
      return isHandshakeHeader(bytes, body, length);
    case contentType.alert:
      return length === 2 && (bytes[body] === 1 || bytes[body] === 2);
    case contentType.change_cipher_spec:
      // Three bytes before DTLS 1.0: it had a sequence number.
      return (length === 1 || length === 3) && bytes[body] === 1;
    case contentType.ACK:
      return true;
    default:
      return false;
  }
}

/** A handshake fragment that lies within its message, which is of a known type. */
function isHandshakeHeader(bytes: Uint8Array, at: number, length: number): boolean {
  if (length < dtlsHandshakeHeaderLength) return false;
  const type = bytes[at] as number;
  const whole = u24(bytes, at + 1);
  const offset = u24(bytes, at + 6);
  const fragment = u24(bytes, at + 9);
  return (
    type <= handshakeType.compressed_certificate &&
    offset + fragment <= whole &&
    dtlsHandshakeHeaderLength + fragment <= length &&
    (fragment > 0 || whole === 0)
  );
}
