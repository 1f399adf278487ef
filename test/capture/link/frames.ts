/** Frames of every link type and tunnel around a small IP datagram, and what the dissector makes of packets. */

import { Counters } from '../../../lib/capture/counters.ts';
import type { Datagram } from '../../../lib/capture/datagram.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { addressText } from '../../../lib/capture/link/address.ts';
import { Dissector } from '../../../lib/capture/link/dissector.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { ipv4Packet, ipv6Packet, udpDatagram } from '../../../lib/capture/write/index.ts';
import { concat, fromHex, toHex } from '../../../lib/wire/index.ts';

/** Bytes out of hex digits (spaces are for the reader) and other bytes. */
export function frame(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return concat(...parts.map((part) => (typeof part === 'string' ? fromHex(part.replaceAll(' ', '')) : part)));
}

export const macs = '02 00 00 00 00 02 02 00 00 00 00 01';

const addresses4 = { source: '192.0.2.1', destination: '198.51.100.2' };
const addresses6 = { source: '2001:db8::1', destination: '2001:db8:0:1::2' };
const text = new TextEncoder();

/** A UDP datagram from port 40000 to 40001 that says `hello`. */
export const inner4: Uint8Array = ipv4Packet(
  { ...addresses4, protocol: 17 },
  udpDatagram({ ...addresses4, sourcePort: 40000, destinationPort: 40001 }, text.encode('hello')),
);
export const inner6: Uint8Array = ipv6Packet(
  { ...addresses6, nextHeader: 17 },
  udpDatagram({ ...addresses6, sourcePort: 40000, destinationPort: 40001 }, text.encode('hello')),
);
export const innerEthernet: Uint8Array = frame(macs, '0800', inner4);

const outer = { source: '203.0.113.1', destination: '203.0.113.2' };

/** `payload` in IPv4 between two tunnel ends. */
export const carried = (protocol: number, payload: Uint8Array): Uint8Array =>
  ipv4Packet({ ...outer, protocol }, payload);

/** `payload` in UDP between two tunnel ends. */
export const overUdp = (port: number, ...payload: readonly (string | Uint8Array)[]): Uint8Array =>
  carried(17, udpDatagram({ ...outer, sourcePort: 50000, destinationPort: port }, frame(...payload)));

export const seen4 = '192.0.2.1 > 198.51.100.2 protocol 17: 9c40 9c41 hello';
export const seen6 = '2001:db8::1 > 2001:db8:0:1::2 protocol 17: 9c40 9c41 hello';

/** Each with the link type, and what tshark must be told before it looks into it. */
export interface Case {
  readonly name: string;
  readonly linkType: number;
  readonly bytes: Uint8Array;
  readonly seen: string;
  /** False where tshark 4.0 does not follow. */
  readonly tshark?: boolean;
}

export interface Sight {
  /** A line for each call of the sink. */
  readonly lines: string[];
  readonly dropped: Record<string, number>;
}

export interface SentPacket {
  readonly bytes: Uint8Array;
  readonly linkType?: number;
  readonly time?: number;
  /** On the wire. */
  readonly length?: number;
}

export interface DissectOptions {
  readonly limits?: Partial<CaptureLimits>;
  readonly describe?: (d: Datagram) => string;
}

/** Runs packets through a dissector; each lies in a larger buffer, so that reading past its ends shows. */
export function dissect(packets: readonly SentPacket[], options: DissectOptions = {}): Sight {
  const lines: string[] = [];
  const counters = new Counters();
  const describe = options.describe ?? describeDatagram;
  const dissector = new Dissector({
    limits: { ...defaultCaptureLimits, ...options.limits },
    counters,
    sink: {
      datagram: (d) => void lines.push(describe(d)),
      arp: (operation, sender, target) =>
        void lines.push(`arp ${operation} ${addressText(0, 0, 0xffff, sender)} ${addressText(0, 0, 0xffff, target)}`),
      incomplete: (d, fragments) => void lines.push(`incomplete ${fragments} ${describe(d)}`),
    },
  });
  const packet = new Packet();
  for (const [i, { bytes, linkType = 1, time = 0, length = bytes.length }] of packets.entries()) {
    packet.bytes = concat(surroundings, bytes, surroundings);
    packet.start = surroundings.length;
    packet.end = packet.start + bytes.length;
    packet.length = length;
    packet.number = i + 1;
    packet.time = time;
    packet.linkType = linkType;
    dissector.packet(packet);
  }
  dissector.end(Number.POSITIVE_INFINITY);
  return { lines, dropped: counters.toJSON() };
}

/** 0x45: what a parser that reads too far could take for an IPv4 header. */
const surroundings = new Uint8Array(64).fill(0x45);

export function describeDatagram(d: Datagram): string {
  const from = addressText(d.source0, d.source1, d.source2, d.source3);
  const to = addressText(d.destination0, d.destination1, d.destination2, d.destination3);
  const payload = d.bytes.subarray(d.payload, d.end);
  const shown =
    d.protocol === 17 && payload.length >= 8
      ? `${toHex(payload.subarray(0, 2))} ${toHex(payload.subarray(2, 4))} ${String.fromCharCode(...payload.subarray(8))}`
      : toHex(payload);
  return `${from} > ${to} protocol ${d.protocol}: ${shown}${d.missing > 0 ? ` (${d.missing} missing)` : ''}`;
}
