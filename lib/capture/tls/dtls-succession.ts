/** Associations of DTLS between the same addresses and ports, one after the other (RFC 6347 §4.2.8): what belongs to which. */

import { contentType, dtlsHandshakeHeaderLength, dtlsRecordHeaderLength, handshakeType } from '../../wire/index.ts';
import { u16, u24, u32 } from '../bytes.ts';
import type { DtlsReader } from './dtls.ts';
import { randomEnd, randomStart } from './dtls-flights.ts';
import type { Direction } from './handshake-state.ts';

/** Offset of the random of a ClientHello or ServerHello that a datagram begins with, in clear; 0 where there is none. */
function helloRandomAt(bytes: Uint8Array, start: number, end: number, type: number): number {
  const message = start + dtlsRecordHeaderLength;
  const body = message + dtlsHandshakeHeaderLength;
  if (body + randomEnd > end || bytes[start] !== contentType.handshake || u16(bytes, start + 3) !== 0) return 0;
  const isBeginning = u24(bytes, message + 6) === 0 && u24(bytes, message + 9) >= randomEnd;
  return isBeginning && bytes[message] === type ? body + randomStart : 0;
}

/** Is this datagram a hello of its own? One whose random was there before is late, or sent again. */
export function isNewHello(
  reader: DtlsReader,
  before: DtlsReader | null,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const random = helloRandomAt(bytes, start, end, handshakeType.client_hello);
  return random > 0 && !reader.knows(bytes, random) && before?.knows(bytes, random) !== true;
}

/**
 * Does this datagram belong to `before`, though another association has begun? That one is in force until the other is (§4.2.8).
 * @param direction as `reader` has it, and then as `before` has it
 */
export function isOfBefore(
  reader: DtlsReader,
  before: DtlsReader,
  direction: Direction,
  directionBefore: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const first = bytes[start] as number;
  const isInClear = first <= contentType.ACK && u16(bytes, start + 3) === 0;
  const type = isInClear && first === contentType.handshake ? (bytes[start + dtlsRecordHeaderLength] as number) : -1;
  if (type === handshakeType.client_hello || type === handshakeType.server_hello) {
    const random = helloRandomAt(bytes, start, end, type);
    return random > 0 && !reader.knows(bytes, random) && before.knows(bytes, random);
  }
  // What was not agreed on is not gone on with.
  if (!before.isPast) return false;
  if (!isInClear) {
    return !reader.hasSealed(direction, first) && (before.handshakeOver || before.hasSealed(directionBefore, first));
  }
  // Nobody goes on without an answer, which an alert may be.
  if (type === handshakeType.hello_verify_request || first === contentType.alert) return false;
  // Numbers of records go on in an association, and begin with 0 in each.
  return !reader.isAnswered && before.isAhead(directionBefore, u32(bytes, start + 7));
}

/** Does this record show that its sender still has the association, not only that it ends it? */
export function goesOn(first: number): boolean {
  return first !== contentType.alert && first !== contentType.handshake && first !== contentType.change_cipher_spec;
}
