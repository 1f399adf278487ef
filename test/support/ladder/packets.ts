/** The TCP packets and ICMP errors of a capture, one plain object each: for tests and pictures, not for large files. */

import { u16, u32 } from '../../../lib/capture/bytes.ts';
import { Counters } from '../../../lib/capture/counters.ts';
import type { Datagram } from '../../../lib/capture/datagram.ts';
import { CaptureReader } from '../../../lib/capture/file/reader.ts';
import { readOptions, TcpOptions } from '../../../lib/capture/flow/options.ts';
import { defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { addressText } from '../../../lib/capture/link/address.ts';
import { Dissector } from '../../../lib/capture/link/dissector.ts';
import { IcmpError, readIcmp } from '../../../lib/capture/link/icmp.ts';
import { Packet } from '../../../lib/capture/packet.ts';

interface Seen {
  /** Counted from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  /** IPv4 identification; -1 in IPv6. */
  readonly ipId: number;
  /** IP packet size in bytes, headers included. */
  readonly size: number;
}

export interface SeenSegment extends Seen {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  /** Payload bytes. */
  readonly length: number;
  /** MSS option; 0 without one. */
  readonly mss: number;
  readonly timestamps: boolean;
  /** Left and right edges, as sequence numbers. */
  readonly sack: readonly (readonly [number, number])[];
}

export interface SeenIcmp extends Seen {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  /** MTU of the next hop; 0 when not told. */
  readonly mtu: number;
}

export type SeenPacket = SeenSegment | SeenIcmp;

const tcp = 6;
const fixedHeader = 20;

/** In the order of the capture. @throws HarnessError `not-a-capture` */
export function packetsOf(capture: Uint8Array): SeenPacket[] {
  const found: SeenPacket[] = [];
  const packet = new Packet();
  const shared = { limits: defaultCaptureLimits, counters: new Counters() };
  const dissector = new Dissector({
    ...shared,
    sink: {
      datagram(d) {
        const seen = d.protocol === tcp ? segmentOf(d, packet) : icmpOf(d, packet);
        if (seen !== null) found.push(seen);
      },
      arp: () => undefined,
      incomplete: () => undefined,
    },
  });
  const sink = { packet: () => dissector.packet(packet), secrets: () => undefined };
  const reader = new CaptureReader(packet, sink, shared);
  reader.push(capture);
  reader.end();
  return found;
}

function segmentOf(d: Datagram, packet: Packet): SeenSegment | null {
  const { bytes, payload: at, end } = d;
  if (end - at < fixedHeader) return null;
  const options = new TcpOptions();
  const data = at + (bytes[at + 12]! >> 4) * 4;
  readOptions(bytes, at + fixedHeader, data, options);
  const flags = bytes[at + 13]!;
  const edges = Array.from({ length: options.sackLength >> 3 }, (_, i) => options.sack + 8 * i);
  return {
    ...common(d, packet),
    kind: 'tcp',
    sourcePort: u16(bytes, at),
    destinationPort: u16(bytes, at + 2),
    sequence: u32(bytes, at + 4),
    acknowledgement: u32(bytes, at + 8),
    fin: (flags & 1) !== 0,
    syn: (flags & 2) !== 0,
    rst: (flags & 4) !== 0,
    ack: (flags & 16) !== 0,
    length: end - data,
    mss: options.mss,
    timestamps: options.timestamps,
    sack: edges.map((edge) => [u32(bytes, edge), u32(bytes, edge + 4)]),
  };
}

function icmpOf(d: Datagram, packet: Packet): SeenIcmp | null {
  const error = new IcmpError();
  if (!readIcmp(d, error)) return null;
  return { ...common(d, packet), kind: 'icmp', type: error.type, code: error.code, mtu: error.mtu };
}

function common(d: Datagram, packet: Packet): Seen {
  return {
    number: packet.number,
    time: packet.time,
    source: addressText(d.source0, d.source1, d.source2, d.source3),
    destination: addressText(d.destination0, d.destination1, d.destination2, d.destination3),
    ttl: d.ttl,
    ipId: d.id,
    size: d.end - d.header,
  };
}
