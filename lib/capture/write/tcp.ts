/** TCP segments and UDP datagrams with their checksums. */

import { Writer } from '../../wire/index.ts';
import type { IpAddresses } from './address.ts';
import { transportChecksum } from './checksum.ts';
import { ipProtocol, withUint16 } from './ip.ts';

/** Control bits (RFC 9293 §3.1); add them up. */
export const tcpFlag = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

export interface TcpOptions {
  /** Maximum segment size (RFC 9293 §3.7.1), in a SYN. */
  readonly mss?: number;
  /** SACK permitted (RFC 2018 §2), in a SYN. */
  readonly sackPermitted?: boolean;
  /** TSval and TSecr (RFC 7323 §3.2). */
  readonly timestamps?: readonly [value: number, echo: number];
  /** Shift count (RFC 7323 §2.2), in a SYN. */
  readonly windowScale?: number;
  /** Blocks received above the acknowledged number, each from its first to past its last sequence number (RFC 2018 §3). */
  readonly sack?: readonly (readonly [left: number, right: number])[];
}

export interface TcpFields extends IpAddresses {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence numbers are taken modulo 2^32. */
  readonly seq: number;
  /** Default 0. */
  readonly ack?: number;
  /** See `tcpFlag`. */
  readonly flags: number;
  /** As it stands in the header, not scaled; default 64240. */
  readonly window?: number;
  readonly urgent?: number;
  readonly options?: TcpOptions;
}

/** A TCP segment (RFC 9293 §3.1), its options in the order that Linux uses. */
export function tcpSegment(fields: TcpFields, payload: Uint8Array = none): Uint8Array {
  const options = encodeTcpOptions(fields.options ?? {});
  const writer = new Writer();
  writer.uint(2, fields.sourcePort);
  writer.uint(2, fields.destinationPort);
  writer.uint(4, fields.seq >>> 0);
  writer.uint(4, (fields.ack ?? 0) >>> 0);
  writer.uint(1, (tcpHeaderLength + options.length) << 2);
  writer.uint(1, fields.flags);
  writer.uint(2, fields.window ?? 64_240);
  writer.uint(2, 0);
  writer.uint(2, fields.urgent ?? 0);
  writer.put(options);
  writer.put(payload);
  const segment = writer.finish();
  return withUint16(segment, 16, transportChecksum(fields, ipProtocol.tcp, segment));
}

/** The options, padded to a multiple of 4 bytes. @throws EncodeError `out-of-range` when they do not fit a header (40 bytes). */
export function encodeTcpOptions({ mss, sackPermitted, timestamps, windowScale, sack }: TcpOptions): Uint8Array {
  const writer = new Writer();
  if (mss !== undefined) {
    writer.uint(2, 0x0204);
    writer.uint(2, mss);
  }
  if (sackPermitted === true) writer.uint(2, 0x0402);
  if (timestamps !== undefined) {
    if (sackPermitted !== true) writer.uint(2, 0x0101);
    writer.uint(2, 0x080a);
    writer.uint(4, timestamps[0]);
    writer.uint(4, timestamps[1]);
  }
  if (windowScale !== undefined) {
    writer.uint(3, 0x01_0303);
    writer.uint(1, windowScale);
  }
  if (sack !== undefined && sack.length > 0) {
    writer.uint(3, 0x01_0105);
    writer.uint(1, 2 + 8 * sack.length);
    for (const [left, right] of sack) {
      writer.uint(4, left >>> 0);
      writer.uint(4, right >>> 0);
    }
  }
  while (writer.length % 4 !== 0) writer.uint(1, 1);
  return writer.finish();
}

export interface UdpFields extends IpAddresses {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A UDP datagram (RFC 768). */
export function udpDatagram(fields: UdpFields, payload: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.uint(2, fields.sourcePort);
  writer.uint(2, fields.destinationPort);
  writer.uint(2, udpHeaderLength + payload.length);
  writer.uint(2, 0);
  writer.put(payload);
  const datagram = writer.finish();
  // A sum of zero is sent as all ones: zero says that there is none.
  return withUint16(datagram, 6, transportChecksum(fields, ipProtocol.udp, datagram) || 0xffff);
}

const tcpHeaderLength = 20;
const udpHeaderLength = 8;
const none = new Uint8Array(0);
