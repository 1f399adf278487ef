/** IPv4 and IPv6 packets without options. */

import { Writer } from '../../wire/index.ts';
import { type IpAddresses, ipBytes } from './address.ts';
import { internetChecksum } from './checksum.ts';

/** Upper-layer protocols (IANA). */
export const ipProtocol = { icmp: 1, tcp: 6, udp: 17, fragment: 44, icmpv6: 58 } as const;

export interface Ipv4Fields extends IpAddresses {
  /** See `ipProtocol`. */
  readonly protocol: number;
  /** Default 64. */
  readonly ttl?: number;
  /** Identification; default 0. */
  readonly id?: number;
  /** Default true, as hosts with path MTU discovery send. */
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** In bytes, a multiple of 8; default 0. */
  readonly fragmentOffset?: number;
}

/** An IPv4 packet with a header of 20 bytes (RFC 791 §3.1). @throws EncodeError when it would be longer than 65,535 bytes. */
export function ipv4Packet(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const { dontFragment = true, moreFragments = false, fragmentOffset = 0 } = fields;
  const writer = new Writer();
  writer.uint(2, 0x4500);
  writer.uint(2, ipv4HeaderLength + payload.length);
  writer.uint(2, fields.id ?? 0);
  writer.uint(2, (dontFragment ? 0x4000 : 0) + (moreFragments ? 0x2000 : 0) + fragmentOffset / 8);
  writer.uint(1, fields.ttl ?? 64);
  writer.uint(1, fields.protocol);
  writer.uint(2, 0);
  writer.put(ipBytes(fields.source));
  writer.put(ipBytes(fields.destination));
  const header = writer.finish();
  writer.put(payload);
  return withUint16(writer.finish(), 10, internetChecksum(header));
}

export interface Ipv6Fields extends IpAddresses {
  /** See `ipProtocol`. */
  readonly nextHeader: number;
  /** Default 64. */
  readonly hopLimit?: number;
  /** Default 0. */
  readonly flowLabel?: number;
}

/** An IPv6 packet (RFC 8200 §3); extension headers are part of the payload. */
export function ipv6Packet(fields: Ipv6Fields, payload: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.uint(1, 0x60);
  writer.uint(3, fields.flowLabel ?? 0);
  writer.uint(2, payload.length);
  writer.uint(1, fields.nextHeader);
  writer.uint(1, fields.hopLimit ?? 64);
  writer.put(ipBytes(fields.source));
  writer.put(ipBytes(fields.destination));
  writer.put(payload);
  return writer.finish();
}

export const ipv4HeaderLength = 20;
export const ipv6HeaderLength = 40;

/** The message with `value` written at `offset`. */
export function withUint16(message: Uint8Array, offset: number, value: number): Uint8Array {
  message[offset] = value >> 8;
  message[offset + 1] = value & 0xff;
  return message;
}
