/** A server in virtual time for RawConnection: answers the SYN, acknowledges, and sends what it is told to. Its line can lose and hold back packets. */

import { tcpFlag, tcpSegment } from '../../../lib/capture/index.ts';
import type { IcmpEvidence } from '../../../lib/evidence/index.ts';
import type { RawVia } from '../../../lib/net/index.ts';
import { type ConnectionEvents, RawConnection } from '../../../lib/net/raw/connection.ts';
import { Demux } from '../../../lib/net/raw/demux.ts';
import { packetsOf } from '../../../lib/net/raw/packets.ts';
import { Receiver } from '../../../lib/net/raw/receiver.ts';
import { RoundTrip } from '../../../lib/net/raw/round-trip.ts';
import type { HeardSegment } from '../../../lib/net/raw/segment.ts';
import { Sender } from '../../../lib/net/raw/sender.ts';
import { concat } from '../../../lib/wire/index.ts';

const client = { address: '192.0.2.1', port: 40_000 };
const server = { address: '198.51.100.7', port: 443 };
const sequences = { client: 0xffff_ff00, server: 0xffff_fe00 };

export interface WorldOptions {
  readonly via?: Partial<RawVia>;
  readonly writes?: readonly Uint8Array[];
  readonly gapMs?: number;
  /** What the server sends once it has as many bytes as the client writes. */
  readonly reply?: Uint8Array;
  readonly serverMss?: number;
  /** One way, ms. */
  readonly delay?: number;
  /** Extra delay of a packet, null to lose it. */
  readonly line?: (packet: {
    readonly from: 'client' | 'server';
    readonly size: number;
    readonly count: number;
  }) => number | null;
  readonly onConnected?: (world: World) => void;
  readonly onDeliver?: (world: World, received: Uint8Array) => void;
  /** Server sends FIN behind its reply. */
  readonly fin?: boolean;
}

/** Both ends and the time. `run` goes on until nothing is planned any more. */
export class World implements ConnectionEvents {
  readonly connection: RawConnection;
  readonly log: string[] = [];
  readonly icmpSeen: IcmpEvidence[] = [];
  /** Segments that the server heard. */
  readonly heard: HeardSegment[] = [];
  received: Uint8Array = new Uint8Array(0);
  serverGot: Uint8Array = new Uint8Array(0);
  now = 1000;
  readonly #options: WorldOptions;
  readonly #toServer = new Demux();
  readonly #toClient = new Demux();
  #agenda: { time: number; order: number; act: () => void }[] = [];
  #orders = 0;
  readonly #counts = { client: 0, server: 0 };
  #sender: Sender | null = null;
  readonly #receiver: Receiver;
  #replied = false;
  #finAt: number | null = null;
  #serverTimerSet = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { via = {}, writes = [], gapMs = 0 } = options;
    this.#toServer.add(
      { source: server.address, sourcePort: server.port, destination: client.address, destinationPort: client.port },
      { segment: (segment) => this.#serve(segment), icmp: () => {} },
    );
    this.#toClient.add(
      { source: client.address, sourcePort: client.port, destination: server.address, destinationPort: server.port },
      {
        segment: (segment) => this.connection.heard(segment, this.now),
        icmp: (error, sequence) => this.connection.heardIcmp(error, sequence, this.now),
      },
    );
    this.#receiver = new Receiver({
      window: 64_000,
      largestSegment: 65_535,
      deliver: (bytes) => (this.serverGot = concat(this.serverGot, bytes)),
    });
    this.connection = new RawConnection(
      {
        source: client.address,
        sourcePort: client.port,
        destination: server.address,
        destinationPort: server.port,
        mtu: 1500,
        via: { kind: 'raw', ...via },
        writes,
        gapMs,
        sequence: sequences.client,
        identification: 1,
      },
      this,
    );
  }

  /** Opens the connection and lets everything happen, for at most `ms` of virtual time. */
  run(ms = 60_000): this {
    if (this.now === 1000) this.connection.open(this.now);
    const end = this.now + ms;
    for (let steps = 0; steps < 20_000; steps++) {
      const tick = this.connection.deadline();
      const [next] = this.#agenda.sort((a, b) => a.time - b.time || a.order - b.order);
      if (next !== undefined && (tick === null || next.time <= tick)) {
        if (next.time > end) break;
        this.#agenda.shift();
        this.now = Math.max(this.now, next.time);
        next.act();
      } else if (tick !== null && tick <= end) {
        this.now = Math.max(this.now, tick);
        this.connection.tick(this.now);
      } else break;
    }
    return this;
  }

  later(ms: number, act: () => void): void {
    this.#agenda.push({ time: this.now + ms, order: this.#orders++, act });
  }

  /** An IP packet reaches the client now. */
  inject(packet: Uint8Array): void {
    this.#toClient.heard(Uint8Array.from(packet), this.now);
  }

  /** A segment in the server's name. @param seq offset in its stream @param ack offset in the client's */
  serverPacket(flags: number, seq: number, ack: number, payload = new Uint8Array(0), ttl = 57): Uint8Array {
    return this.#packet(flags, seq, ack, payload, {}, ttl);
  }

  transmit(packets: readonly Uint8Array[]): void {
    for (const packet of packets) this.#carry('client', packet);
  }

  connected(): void {
    this.log.push('connected');
    this.#options.onConnected?.(this);
  }

  deliver(bytes: Uint8Array): void {
    this.received = concat(this.received, bytes);
    this.#options.onDeliver?.(this, this.received);
  }

  ended(how: 'refused' | 'reset' | 'closed'): void {
    this.log.push(how);
    this.connection.finish(this.now);
  }

  icmp(error: IcmpEvidence): void {
    this.icmpSeen.push(error);
  }

  #carry(from: 'client' | 'server', packet: Uint8Array): void {
    const { line = () => 0, delay = 10 } = this.#options;
    const extra = line({ from, size: packet.length, count: this.#counts[from]++ });
    if (extra === null) return;
    const to = from === 'client' ? this.#toServer : this.#toClient;
    this.later(delay + extra, () => to.heard(Uint8Array.from(packet), this.now));
  }

  #serve(segment: HeardSegment): void {
    this.heard.push(segment);
    const { writes = [], reply = new Uint8Array(0), serverMss = 1460, fin = false } = this.#options;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      this.#sender = null;
      return;
    }
    if ((segment.flags & tcpFlag.syn) !== 0) {
      this.#sender ??= new Sender({
        segmentSize: Math.min(segment.mss ?? 536, serverMss) - (segment.timestamps === null ? 0 : 12),
        window: segment.window,
        retransmissions: 8,
        roundTrip: new RoundTrip(),
      });
      const stamps = segment.timestamps === null ? {} : { timestamps: [500, segment.timestamps.value] as const };
      this.#carry(
        'server',
        this.#packet(tcpFlag.syn | tcpFlag.ack, -1, 0, undefined, {
          mss: serverMss,
          sackPermitted: segment.sackPermitted,
          ...stamps,
        }),
      );
      return;
    }
    const sender = this.#sender;
    if (sender === null) return;
    const ack = (segment.ack - sequences.server - 1) | 0;
    sender.acknowledge(
      Math.min(ack, sender.sent),
      segment.sack.map(({ left, right }) => ({
        from: (left - sequences.server - 1) | 0,
        to: (right - sequences.server - 1) | 0,
      })),
      segment.window,
      this.now,
    );
    const offset = (segment.seq - sequences.client - 1) | 0;
    const isFin = (segment.flags & tcpFlag.fin) !== 0;
    if (segment.payload.length > 0 || isFin) {
      this.#receiver.take(offset, segment.payload, isFin);
      this.#acknowledge();
    }
    const wanted = writes.reduce((sum, { length }) => sum + length, 0);
    if (!this.#replied && wanted > 0 && this.serverGot.length >= wanted) {
      this.#replied = true;
      sender.append(reply, this.now);
      if (fin) this.#finAt = reply.length;
    }
    if (this.#receiver.finished) this.#finAt ??= sender.sent;
    this.#send();
  }

  #send(): void {
    const sender = this.#sender;
    if (sender === null) return;
    for (let next = sender.next(this.now); next !== null; next = sender.next(this.now))
      this.#carry('server', this.#packet(tcpFlag.ack, next.from, this.#acked(), next.payload));
    if (this.#finAt !== null && sender.sent >= this.#finAt) {
      this.#carry('server', this.#packet(tcpFlag.fin | tcpFlag.ack, this.#finAt, this.#acked()));
      this.#finAt = null;
    }
    const at = sender.deadline();
    if (at === null || this.#serverTimerSet) return;
    this.#serverTimerSet = true;
    this.later(Math.max(1, at - this.now), () => {
      this.#serverTimerSet = false;
      this.#send();
    });
  }

  #acknowledge(): void {
    const sack = this.#receiver
      .blocks(3)
      .map(({ from, to }) => [sequences.client + 1 + from, sequences.client + 1 + to] as const);
    this.#carry(
      'server',
      this.#packet(tcpFlag.ack, this.#sender?.sent ?? 0, this.#acked(), undefined, sack.length > 0 ? { sack } : {}),
    );
  }

  #acked(): number {
    return this.#receiver.next + (this.#receiver.finished ? 1 : 0);
  }

  #packet(flags: number, seq: number, ack: number, payload?: Uint8Array, options = {}, ttl = 57): Uint8Array {
    const ends = { source: server.address, destination: client.address };
    const segment = tcpSegment(
      {
        ...ends,
        sourcePort: server.port,
        destinationPort: client.port,
        seq: sequences.server + 1 + seq,
        ack: sequences.client + 1 + ack,
        flags,
        options,
      },
      payload,
    );
    return packetsOf(segment, { ...ends, ttl, id: 4242, dontFragment: true, mtu: 65_535 })[0] as Uint8Array;
  }
}
