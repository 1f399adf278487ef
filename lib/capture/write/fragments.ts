/** IP packets cut into fragments. */

import { concat, EncodeError, Writer } from '../../wire/index.ts';
import { internetChecksum } from './checksum.ts';
import { ipProtocol, ipv4HeaderLength, ipv6HeaderLength, withUint16 } from './ip.ts';

/**
 * The fragments of an IPv4 packet made by `ipv4Packet` (RFC 791 §2.3), in order; the DF bit is cleared.
 * @param sizes payload bytes of each fragment, multiples of 8 but for the last; the last number repeats as often as needed.
 * @throws EncodeError `out-of-range` for a size that cannot be.
 */
export function fragmentIpv4(packet: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  return cut(packet.subarray(ipv4HeaderLength), sizes).map(({ offset, payload, last }) => {
    const header = packet.slice(0, ipv4HeaderLength);
    withUint16(header, 2, ipv4HeaderLength + payload.length);
    withUint16(header, 6, (last ? 0 : 0x2000) + offset / 8);
    withUint16(header, 10, 0);
    return concat(withUint16(header, 10, internetChecksum(header)), payload);
  });
}

/**
 * The fragments of an IPv6 packet made by `ipv6Packet` without extension headers (RFC 8200 §4.5), in order.
 * @param identification 32 bits that all fragments of the packet share.
 */
export function fragmentIpv6(packet: Uint8Array, sizes: readonly number[], identification: number): Uint8Array[] {
  return cut(packet.subarray(ipv6HeaderLength), sizes).map(({ offset, payload, last }) => {
    const header = packet.slice(0, ipv6HeaderLength);
    const writer = new Writer();
    writer.uint(1, header[6] as number);
    writer.uint(1, 0);
    writer.uint(2, offset + (last ? 0 : 1));
    writer.uint(4, identification);
    writer.put(payload);
    header[6] = ipProtocol.fragment;
    return concat(withUint16(header, 4, writer.length), writer.finish());
  });
}

interface Piece {
  readonly offset: number;
  readonly payload: Uint8Array;
  readonly last: boolean;
}

function cut(payload: Uint8Array, sizes: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  for (let offset = 0; offset < payload.length; ) {
    const size = sizes[Math.min(pieces.length, sizes.length - 1)] ?? 0;
    const last = offset + size >= payload.length;
    if (!Number.isInteger(size) || size < 1 || (!last && size % 8 !== 0)) {
      throw new EncodeError('out-of-range', `a fragment of ${size} bytes that is not the last one`);
    }
    pieces.push({ offset, payload: payload.subarray(offset, offset + size), last });
    offset += size;
  }
  return pieces;
}
