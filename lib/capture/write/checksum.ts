/** The Internet checksum (RFC 1071), and the pseudo-headers that TCP, UDP and ICMPv6 put in front of it. */

import { Writer } from '../../wire/index.ts';
import { type IpAddresses, ipBytes } from './address.ts';

/** One's complement of the one's complement sum of 16-bit words; an odd last byte counts as if a zero followed. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  if (bytes.length % 2 === 1) sum += (bytes[bytes.length - 1] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** Checksum of an upper-layer message whose own checksum field is zero (RFC 9293 §3.1, RFC 8200 §8.1). */
export function transportChecksum({ source, destination }: IpAddresses, protocol: number, message: Uint8Array): number {
  const writer = new Writer();
  const from = ipBytes(source);
  writer.put(from);
  writer.put(ipBytes(destination));
  if (from.length === 4) {
    writer.uint(2, protocol);
    writer.uint(2, message.length);
  } else {
    writer.uint(4, message.length);
    writer.uint(4, protocol);
  }
  writer.put(message);
  return internetChecksum(writer.finish());
}
