/** The Internet checksum (RFC 1071), and the pseudo-headers that TCP, UDP and ICMPv6 put in front of it. */

import { type IpAddresses, ipBytes } from './address.ts';

/** One's complement of the one's complement sum of 16-bit words; an odd last byte counts as if a zero followed. */
export function internetChecksum(bytes: Uint8Array): number {
  return complement(wordSum(bytes));
}

/** Checksum of an upper-layer message whose own checksum field is zero (RFC 9293 §3.1, RFC 8200 §8.1). */
export function transportChecksum({ source, destination }: IpAddresses, protocol: number, message: Uint8Array): number {
  // Both pseudo-headers add up to the same: addresses, length and protocol, whatever lies between them.
  return complement(
    wordSum(ipBytes(source)) + wordSum(ipBytes(destination)) + message.length + protocol + wordSum(message),
  );
}

/**
 * Finishes the checksum of a TCP segment or UDP datagram, in place, where its sender left it to a network card: what stands there is then
 * the sum of the pseudo-header alone. Any other checksum stays, right or wrong.
 * @param at offset of the checksum @param addresses both, as in the IP header
 */
export function finishTransportChecksum(
  message: Uint8Array,
  at: number,
  addresses: Uint8Array,
  protocol: number,
): void {
  if (message.length < at + 2) return;
  const pseudoHeader = wordSum(addresses) + message.length + protocol;
  if (wordSum(message.subarray(at, at + 2)) !== (~complement(pseudoHeader) & 0xffff)) return;
  message.fill(0, at, at + 2);
  const sum = complement(pseudoHeader + wordSum(message));
  message[at] = sum >> 8;
  message[at + 1] = sum & 0xff;
}

/** Not folded: sums of 64 KiB are far from the limit of whole numbers. */
function wordSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  return bytes.length % 2 === 1 ? sum + ((bytes[bytes.length - 1] as number) << 8) : sum;
}

function complement(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}
