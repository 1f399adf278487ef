/** A TCP connection in a made capture: who sends what, and what the path does to it. Captured at the client. */

import { ipProtocol, type TcpOptions, tcpFlag, tcpSegment } from '../../../lib/capture/write/index.ts';
import { type Host, type IpFields, otherSide, Pair, type Side } from './hosts.ts';
import type { Trace } from './trace.ts';

export interface TalkSide extends Partial<Host> {
  readonly port?: number;
  /** Announced in the SYN; null: no such option. Default: what an MTU of 1500 leaves. */
  readonly mss?: number | null;
  /** Initial sequence number. */
  readonly isn?: number;
  readonly window?: number;
}

export interface TalkOptions {
  readonly client?: TalkSide;
  readonly server?: TalkSide;
  /** RFC 7323 timestamps on every segment; default true, as Linux has them. */
  readonly timestamps?: boolean;
  /** Default true. */
  readonly sack?: boolean;
  /** Milliseconds that a server's answer takes; default 10. */
  readonly rtt?: number;
}

/** A piece of one side's stream. */
export interface Segment {
  readonly side: Side;
  /** From the first byte of the stream, which is 0. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What becomes of a segment. */
export interface Fate extends IpFields {
  /** In the capture, but it never reaches the other side. */
  readonly lost?: boolean;
  /** It reaches the other side, but the capture lacks it. */
  readonly unseen?: boolean;
  readonly flags?: number;
  readonly comment?: string;
}

export interface SendOptions {
  /** Payload bytes of a segment at most. Default: what the MSS of the other side and the timestamps leave. */
  readonly size?: number;
  /** Indices of segments that are captured and then lost on the path. */
  readonly lost?: readonly number[];
  /** Indices of segments that arrive, but are not in the capture. */
  readonly unseen?: readonly number[];
  /** Indices of segments that are sent twice. */
  readonly twice?: readonly number[];
  /** Indices in the order of sending; indices left out are not sent at all. */
  readonly order?: readonly number[];
  /** Whether the other side acknowledges what arrived; default true: once, at the end. */
  readonly ack?: boolean;
}

export class Talk {
  readonly trace: Trace;
  readonly pair: Pair;
  readonly ports: Readonly<Record<Side, number>>;
  readonly isn: Readonly<Record<Side, number>>;
  readonly #options: TalkOptions;
  readonly #timestamps: boolean;
  readonly #streams: Record<Side, Stream>;
  #last: Side = 'server';

  constructor(trace: Trace, options: TalkOptions = {}) {
    this.trace = trace;
    this.#options = options;
    this.#timestamps = options.timestamps ?? true;
    this.pair = new Pair({ ...options }, trace.linkType);
    this.ports = { client: options.client?.port ?? 49_152, server: options.server?.port ?? 443 };
    this.isn = { client: options.client?.isn ?? 0x1000_0000, server: options.server?.isn ?? 0x8000_0000 };
    this.#streams = { client: new Stream(), server: new Stream() };
  }

  /** SYN, SYN-ACK, ACK. */
  connect(): this {
    this.syn();
    this.synAck();
    this.ack('client');
    return this;
  }

  syn(fields: Fate = {}): this {
    return this.#transmit('client', -1, none, tcpFlag.syn, fields, this.#synOptions('client'));
  }

  synAck(fields: Fate = {}): this {
    return this.#transmit('server', -1, none, tcpFlag.syn | tcpFlag.ack, fields, this.#synOptions('server'));
  }

  /** Sends the bytes as segments, and lets the other side acknowledge what arrived. */
  send(side: Side, bytes: Uint8Array, options: SendOptions = {}): Segment[] {
    const segments = this.segments(side, bytes, options.size);
    const { lost = [], unseen = [], twice = [], order = segments.keys(), ack = true } = options;
    const isLost = new Set(lost);
    for (const index of order) {
      const segment = segments[index];
      if (segment === undefined) throw new RangeError(`there is no segment ${index}`);
      const last = index === segments.length - 1;
      const fate = { lost: isLost.has(index), unseen: unseen.includes(index), flags: pushAck(last) };
      this.transmit(segment, fate);
      if (twice.includes(index)) this.transmit(segment, fate);
    }
    if (ack) this.ack(otherSide(side));
    return segments;
  }

  /** The bytes as the next segments of the side's stream, without sending them. */
  segments(side: Side, bytes: Uint8Array, size: number = this.#segmentSize(side)): Segment[] {
    const stream = this.#streams[side];
    const segments: Segment[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      segments.push({ side, offset: stream.sent + at, bytes: bytes.subarray(at, at + size) });
    }
    stream.sent += bytes.length;
    return segments;
  }

  /** Sends a segment, also once more. */
  transmit({ side, offset, bytes }: Segment, fate: Fate = {}): this {
    return this.#transmit(side, offset, bytes, fate.flags ?? pushAck(true), fate, {});
  }

  /** A bare ACK, with SACK blocks when something is missing. */
  ack(side: Side, fate: Fate = {}): this {
    return this.#transmit(side, this.#streams[side].sent, none, tcpFlag.ack, fate, {});
  }

  fin(side: Side, fate: Fate = {}): this {
    this.#transmit(side, this.#streams[side].sent, none, tcpFlag.fin | tcpFlag.ack, fate, {});
    this.#streams[side].sent++;
    return this;
  }

  /** FIN from `first`, FIN from the other, last ACK. */
  close(first: Side = 'client'): this {
    return this.fin(first).fin(otherSide(first)).ack(first);
  }

  /** A RST: with ACK and no options, as hosts answer a SYN for a closed port, or abort. */
  reset(side: Side, fields: Fate & { window?: number } = {}): this {
    const { sent, synSent } = this.#streams[side];
    const segment = tcpSegment({
      ...this.pair.addresses(side),
      sourcePort: this.ports[side],
      destinationPort: this.ports[otherSide(side)],
      seq: synSent ? this.isn[side] + 1 + sent : 0,
      ack: this.#ackNumber(side),
      flags: tcpFlag.rst | tcpFlag.ack,
      window: fields.window ?? 0,
    });
    this.#turn(side);
    this.trace.add(this.pair.frame(side, this.pair.packet(side, ipProtocol.tcp, segment, fields)), fields.comment);
    return this;
  }

  /** The IP packet of a segment as it would be sent now; for ICMP errors that quote it. */
  packetOf({ side, offset, bytes }: Segment, fields: IpFields = {}): Uint8Array {
    return this.pair.packet(side, ipProtocol.tcp, this.#segment(side, offset, bytes, pushAck(true), {}), fields);
  }

  #transmit(side: Side, offset: number, bytes: Uint8Array, flags: number, fate: Fate, options: TcpOptions): this {
    this.#turn(side);
    const segment = this.#segment(side, offset, bytes, flags, options);
    const packet = this.pair.packet(side, ipProtocol.tcp, segment, fate);
    if (fate.unseen !== true) this.trace.add(this.pair.frame(side, packet), fate.comment);
    if (flags & tcpFlag.syn) this.#streams[side].synSent = true;
    if (fate.lost === true) return this;
    const received = this.#streams[side];
    if (flags & tcpFlag.syn) received.synArrived = true;
    if (bytes.length > 0) received.arrive(offset, offset + bytes.length);
    if (flags & tcpFlag.fin) received.arrive(offset, offset + 1);
    received.timestamp = this.#clock(side);
    return this;
  }

  /** The server's answers need a round trip; packets of one side follow each other closely. */
  #turn(side: Side): void {
    const { rtt = 10 } = this.#options;
    this.trace.wait(side === 'server' && this.#last === 'client' ? rtt : 0.02);
    this.#last = side;
  }

  #segment(side: Side, offset: number, bytes: Uint8Array, flags: number, options: TcpOptions): Uint8Array {
    const acks = (flags & tcpFlag.ack) !== 0;
    const peer = this.#streams[otherSide(side)];
    const sack = bytes.length === 0 && (this.#options.sack ?? true) ? this.#sackBlocks(side) : [];
    return tcpSegment(
      {
        ...this.pair.addresses(side),
        sourcePort: this.ports[side],
        destinationPort: this.ports[otherSide(side)],
        seq: this.isn[side] + 1 + offset,
        ack: acks ? this.#ackNumber(side) : 0,
        flags,
        window: this.#options[side]?.window ?? (flags & tcpFlag.syn ? 64_240 : 502),
        options: {
          ...options,
          ...(this.#timestamps && { timestamps: [this.#clock(side), acks ? peer.timestamp : 0] as const }),
          ...(sack.length > 0 && { sack }),
        },
      },
      bytes,
    );
  }

  #ackNumber(side: Side): number {
    const peer = this.#streams[otherSide(side)];
    return peer.synArrived ? this.isn[otherSide(side)] + 1 + peer.arrived : 0;
  }

  #sackBlocks(side: Side): [number, number][] {
    const base = this.isn[otherSide(side)] + 1;
    return this.#streams[otherSide(side)].islands.slice(0, 3).map(([from, to]) => [base + from, base + to]);
  }

  #synOptions(side: Side): TcpOptions {
    const { sack = true } = this.#options;
    const mss = this.#options[side]?.mss;
    return { ...(mss !== null && { mss: mss ?? this.#usualMss() }), sackPermitted: sack, windowScale: 7 };
  }

  #segmentSize(side: Side): number {
    return (this.#options[otherSide(side)]?.mss ?? this.#usualMss()) - (this.#timestamps ? 12 : 0);
  }

  /** Of an MTU of 1500. */
  #usualMss(): number {
    return this.pair.client.address.includes(':') ? 1440 : 1460;
  }

  /** Millisecond clocks with a different start on each host. */
  #clock(side: Side): number {
    return (Math.floor(this.trace.now) + (side === 'client' ? 0x1234_5678 : 0x0bad_cafe)) % 2 ** 32;
  }
}

/** What was sent of one side's stream, and what of it the other side has. */
class Stream {
  sent = 0;
  synSent = false;
  synArrived = false;
  /** Bytes that arrived without a gap. */
  arrived = 0;
  /** Ranges above it, the newest first, as SACK tells them. */
  islands: [from: number, to: number][] = [];
  timestamp = 0;

  arrive(from: number, to: number): void {
    let island: [number, number] = [from, to];
    const others: [number, number][] = [];
    for (const other of this.islands) {
      if (other[1] < island[0] || other[0] > island[1]) others.push(other);
      else island = [Math.min(island[0], other[0]), Math.max(island[1], other[1])];
    }
    if (island[0] <= this.arrived) {
      this.arrived = Math.max(this.arrived, island[1]);
      this.islands = others;
    } else {
      this.islands = [island, ...others];
    }
  }
}

const pushAck = (push: boolean): number => tcpFlag.ack | (push ? tcpFlag.psh : 0);
const none = new Uint8Array(0);
