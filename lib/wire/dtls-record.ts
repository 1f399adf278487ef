/** DTLS records, several of which may stand in a datagram, and the handshake fragments inside them. */

import type { TypeOf } from './codec.ts';
import { opaque, struct, u8, u16, u24, u48 } from './combinators.ts';

/** DTLSPlaintext and DTLSCiphertext up to DTLS 1.2; in DTLS 1.3 only what is sent in clear (RFC 6347 §4.1, RFC 9147 §4). */
export const dtlsRecord = struct({ type: u8, version: u16, epoch: u16, sequenceNumber: u48, fragment: opaque(2) });
export type DtlsRecord = TypeOf<typeof dtlsRecord>;

/** Bytes before `fragment` in a record. */
export const dtlsRecordHeaderLength = 13;

/**
 * Handshake message or a part of one (RFC 6347 §4.2.2). `length` is that of the whole body; in the transcript the message
 * stands as if it came in one fragment (§4.2.6).
 */
export const dtlsHandshake = struct({
  type: u8,
  length: u24,
  messageSeq: u16,
  fragmentOffset: u24,
  fragment: opaque(3),
});
export type DtlsHandshake = TypeOf<typeof dtlsHandshake>;

/** Bytes before `fragment` in a handshake message. */
export const dtlsHandshakeHeaderLength = 12;

/** True for the first byte of an encrypted DTLS 1.3 record, which has the bits 001CSLEE (RFC 9147 §4). */
export function isDtlsUnifiedHeader(firstByte: number): boolean {
  return firstByte >> 5 === 1;
}
