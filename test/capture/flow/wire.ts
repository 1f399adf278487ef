/** Segments for a tracker, written by hand, and a handler that remembers what it was told. */

import { Counters } from '../../../lib/capture/counters.ts';
import { Datagram } from '../../../lib/capture/datagram.ts';
import {
  type EndReason,
  type Interest,
  interest,
  type StreamHandler,
  type TcpFacts,
  TcpTracker,
} from '../../../lib/capture/flow/index.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { Packet } from '../../../lib/capture/packet.ts';

export const flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface Segment {
  /** Client (default) or server. */
  readonly from?: 'client' | 'server';
  readonly seq: number;
  /** Sets the ACK flag. */
  readonly ack?: number;
  readonly flags?: number;
  readonly data?: Uint8Array | string;
  readonly window?: number;
  /** Padded with zeros. */
  readonly options?: readonly number[];
  readonly ttl?: number;
  readonly id?: number;
  /** Bytes of data that the capture cut off. */
  readonly snapped?: number;
  readonly clientPort?: number;
  readonly clientAddress?: number;
  readonly version?: 4 | 6;
}

export const clientSeq = 1_000;
export const serverSeq = 5_000_000;
export const mssOption = (mss: number): number[] => [2, 4, mss >> 8, mss & 255];
export const sackPermitted = [4, 2];
export const timestamps = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
export const sackOption = (...blocks: readonly (readonly [number, number])[]): number[] => [
  1,
  1,
  5,
  2 + 8 * blocks.length,
  ...blocks.flatMap(([left, right]) => [...u32(left), ...u32(right)]),
];

/** What a handler heard, by flow of the tracker at that time. */
export type Told =
  | { readonly bytes: string; readonly direction: 0 | 1; readonly packet: number; readonly flow: number }
  | { readonly hole: number; readonly direction: 0 | 1; readonly flow: number }
  | { readonly ended: EndReason; readonly facts: TcpFacts; readonly flow: number };

export class Wire implements StreamHandler {
  readonly packet = new Packet();
  readonly counters = new Counters();
  readonly tracker: TcpTracker;
  readonly told: Told[] = [];
  /** What the handler answers. */
  wants: (direction: 0 | 1, bytes: string | null) => Interest = () => interest.stream;
  /** What the handler does when all that waits is in the way. */
  onWaits: (flow: number) => void = () => {};
  readonly #datagram = new Datagram();

  constructor(limits: Partial<CaptureLimits> = {}) {
    this.tracker = new TcpTracker(this, {
      packet: this.packet,
      limits: { ...defaultCaptureLimits, ...limits },
      counters: this.counters,
    });
  }

  bytes(flow: number, direction: 0 | 1, bytes: Uint8Array, start: number, end: number): Interest {
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    this.told.push({ bytes: text, direction, packet: this.packet.number, flow });
    return this.wants(direction, text);
  }

  hole(flow: number, direction: 0 | 1, missing: number): Interest {
    this.told.push({ hole: missing, direction, flow });
    return this.wants(direction, null);
  }

  waits(flow: number): void {
    this.onWaits(flow);
  }

  ended(flow: number, reason: EndReason): void {
    this.told.push({ ended: reason, facts: this.tracker.facts(flow), flow });
  }

  /** Sends segments, one packet each, a millisecond apart. */
  send(...segments: Segment[]): this {
    for (const segment of segments) {
      this.packet.number++;
      this.packet.time++;
      this.tracker.segment(datagramOf(segment, this.#datagram));
    }
    return this;
  }

  /** A datagram whose TCP part is given. */
  sendRaw(bytes: Uint8Array, missing = 0): this {
    const d = datagramOf({ seq: 0 }, this.#datagram);
    d.bytes = bytes;
    d.payload = 0;
    d.end = bytes.length;
    d.missing = missing;
    this.packet.number++;
    this.tracker.segment(d);
    return this;
  }

  /** SYN, SYN-ACK, ACK. The first data of the client has number `clientSeq + 1`, that of the server `serverSeq + 1`. */
  connect(options: readonly number[] = [], port?: number): this {
    const of = port === undefined ? {} : { clientPort: port };
    return this.send(
      { ...of, seq: clientSeq, flags: flag.syn, options },
      { ...of, from: 'server', seq: serverSeq, flags: flag.syn, ack: clientSeq + 1, options },
      { ...of, seq: clientSeq + 1, ack: serverSeq + 1 },
    );
  }

  /** Data of the client, `offset` bytes after its first. */
  data(offset: number, data: string | Uint8Array): this {
    return this.send({ seq: clientSeq + 1 + offset, ack: serverSeq + 1, data });
  }

  /** The server acknowledges that many bytes. */
  acked(bytes: number, options: readonly number[] = []): this {
    return this.send({ from: 'server', seq: serverSeq + 1, ack: clientSeq + 1 + bytes, options });
  }

  finish(): this {
    this.tracker.finish();
    return this;
  }

  /** All that was told, shortest: bytes as they are, holes as `<n>`, ends in brackets. */
  get story(): string {
    return this.told
      .map((event) => ('bytes' in event ? event.bytes : 'hole' in event ? `<${event.hole}>` : `[${event.ended}]`))
      .join('');
  }

  /** The bytes of one direction. */
  stream(direction: 0 | 1): string {
    return this.told.map((event) => ('bytes' in event && event.direction === direction ? event.bytes : '')).join('');
  }

  get endings(): EndReason[] {
    return this.told.flatMap((event) => ('ended' in event ? [event.ended] : []));
  }

  /** Facts of the last flow that ended, of the first flow if none did. */
  get facts(): TcpFacts {
    const last = this.told.findLast((event) => 'ended' in event);
    return last !== undefined && 'ended' in last ? last.facts : this.tracker.facts(0);
  }
}

export function datagramOf(segment: Segment, d = new Datagram()): Datagram {
  const {
    from = 'client',
    seq,
    ack,
    flags = 0,
    window = 64_240,
    options = [],
    ttl = 64,
    id = 1,
    snapped = 0,
  } = segment;
  const { clientPort = 40_000, clientAddress = 0x0a000001, version = 4 } = segment;
  const payload = typeof segment.data === 'string' ? Buffer.from(segment.data, 'latin1') : (segment.data ?? []);
  const ports = [clientPort >> 8, clientPort & 255, 1, 187];
  const header = 20 + Math.ceil(options.length / 4) * 4;
  const padding = Array.from({ length: header - 20 - options.length }, () => 0);
  const bytes = Uint8Array.from([
    ...(from === 'client' ? ports : [...ports.slice(2), ...ports.slice(0, 2)]),
    ...u32(seq),
    ...u32(ack ?? 0),
    (header / 4) << 4,
    flags | (ack === undefined ? 0 : flag.ack),
    window >> 8,
    window & 255,
    0,
    0,
    0,
    0,
    ...options,
    ...padding,
    ...payload,
  ]);
  const address = version === 4 ? [0, 0, 0xffff, clientAddress] : [0x20010db8, 0, 0, clientAddress];
  const server = version === 4 ? [0, 0, 0xffff, 0xc0a80001] : [0xfe800000, 1, 2, 3];
  const [source, destination] = from === 'client' ? [address, server] : [server, address];
  d.bytes = bytes;
  d.version = version;
  d.protocol = 6;
  [d.source0, d.source1, d.source2, d.source3] = source as [number, number, number, number];
  [d.destination0, d.destination1, d.destination2, d.destination3] = destination as [number, number, number, number];
  d.ttl = ttl;
  d.id = version === 4 ? id : -1;
  d.payload = 0;
  d.end = bytes.length - snapped;
  d.missing = snapped;
  return d;
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
