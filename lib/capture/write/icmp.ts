/** ICMP errors that tell the sender of a packet why it went no further. */

import { Writer } from '../../wire/index.ts';
import type { IpAddresses } from './address.ts';
import { internetChecksum, transportChecksum } from './checksum.ts';
import { ipProtocol, ipv4HeaderLength, ipv6HeaderLength, withUint16 } from './ip.ts';

/** ICMP destination unreachable (RFC 792), by what it says about the path. */
export const unreachableCode = { network: 0, host: 1, port: 3, fragmentationNeeded: 4, prohibited: 13 } as const;

/**
 * ICMP message "destination unreachable" that quotes the packet's header and 8 bytes of its payload.
 * @param packet the IPv4 packet it is about.
 * @param code see `unreachableCode`.
 * @param nextHopMtu for fragmentation needed (RFC 1191 §4), else 0.
 */
export function destinationUnreachable(packet: Uint8Array, code: number, nextHopMtu = 0): Uint8Array {
  const writer = new Writer();
  writer.uint(1, 3);
  writer.uint(1, code);
  writer.uint(2, 0);
  writer.uint(2, 0);
  writer.uint(2, nextHopMtu);
  writer.put(packet.subarray(0, ipv4HeaderLength + 8));
  const message = writer.finish();
  return withUint16(message, 2, internetChecksum(message));
}

/** ICMP "fragmentation needed and DF set" (type 3, code 4; RFC 1191 §4). */
export function fragmentationNeeded(packet: Uint8Array, nextHopMtu: number): Uint8Array {
  return destinationUnreachable(packet, unreachableCode.fragmentationNeeded, nextHopMtu);
}

/** ICMPv6 "packet too big" (type 2; RFC 4443 §3.2), which quotes as much as fits in 1280 bytes. */
export function packetTooBig(addresses: IpAddresses, packet: Uint8Array, mtu: number): Uint8Array {
  const writer = new Writer();
  writer.uint(1, 2);
  writer.uint(1, 0);
  writer.uint(2, 0);
  writer.uint(4, mtu);
  writer.put(packet.subarray(0, minimumMtu - ipv6HeaderLength - icmpHeaderLength));
  const message = writer.finish();
  return withUint16(message, 2, transportChecksum(addresses, ipProtocol.icmpv6, message));
}

const icmpHeaderLength = 8;
/** Of IPv6 (RFC 8200 §5). */
const minimumMtu = 1280;
