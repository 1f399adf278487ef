/**
 * A TCP client as a state machine (RFC 9293): segments and times in, packets and events out. Pure: sockets, timers and random
 * numbers are the caller's. Times are milliseconds of one clock.
 */

import { type TcpOptions, tcpFlag, tcpSegment } from '../../capture/index.ts';
import type { IcmpEvidence, WireView } from '../../evidence/index.ts';
import { headerBytes, timestampBytes } from '../../evidence/index.ts';
import type { RawVia } from '../via.ts';
import { packetsOf } from './packets.ts';
import { flightOf, planOf, planOfWrites } from './plan.ts';
import { Receiver } from './receiver.ts';
import { RoundTrip } from './round-trip.ts';
import type { HeardSegment } from './segment.ts';
import { Sender, type Transmission } from './sender.ts';

export interface ConnectionOptions {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** MTU of the interface that leads there. */
  readonly mtu: number;
  readonly via: RawVia;
  readonly writes: readonly Uint8Array[];
  /** Pause between writes. */
  readonly gapMs?: number;
  /** Random 32-bit numbers: initial sequence number, and first identification of our packets. */
  readonly sequence: number;
  readonly identification: number;
}

/** What happens; each is called from within the method that brought it about. */
export interface ConnectionEvents {
  /** IP packets to send, in order. */
  transmit(packets: readonly Uint8Array[]): void;
  /** The three-way handshake is done. */
  connected(): void;
  /** Payload in order. */
  deliver(bytes: Uint8Array): void;
  /** The peer's RST or FIN, or a RST that answers our SYN. Called once. */
  ended(how: 'refused' | 'reset' | 'closed'): void;
  /** An ICMP error about one of our packets. */
  icmp(error: IcmpEvidence, about: { readonly ttlOfItsOwn: boolean }): void;
}

type State = 'idle' | 'syn-sent' | 'established' | 'finishing' | 'over';

/** ICMP errors that are kept; a router that sends one for each packet adds nothing by the next. */
const maxIcmp = 20;
const synRetransmissions = 4;
/** Segment size of a peer that announces none (RFC 9293 §3.7.1). */
const defaultMss = { ipv4: 536, ipv6: 1220 } as const;

export class RawConnection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #roundTrip = new RoundTrip();
  readonly #window: number;
  readonly #headers: number;
  #state: State = 'idle';
  #sender: Sender | null = null;
  #receiver: Receiver | null = null;
  #identification: number;
  #timestamps: boolean;
  #sackPermitted = false;
  #peerMss: number | null = null;
  #peerSequence = 0;
  /** TSval to echo. */
  #echo = 0;
  #synAt = 0;
  #synSends = 0;
  #headAt = 0;
  #lastHeadSends = 0;
  #pathMtu: number;
  #flightPlanned = false;
  #ended = false;
  #finSent = false;
  #finAcked = false;
  #overAt: number | null = null;
  #synAck: WireView['path']['synAck'] = null;
  #reset: { seq: number; ttl: number; ipId: number | null; window: number; contradicted?: true } | null = null;
  readonly #icmp: IcmpEvidence[] = [];

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#window = options.via.window ?? 64_240;
    this.#headers = headerBytes(options.destination);
    this.#identification = options.identification;
    this.#timestamps = options.via.timestamps ?? true;
    this.#pathMtu = options.mtu;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Payload handed over. */
  get length(): number {
    return this.#sender?.length ?? 0;
  }

  /** True once a segment with payload went out. */
  get hasSentPayload(): boolean {
    return (this.#sender?.firstLengths.length ?? 0) > 0;
  }

  /** When the last of what was handed over is to be sent first. */
  get lastDue(): number {
    return this.#sender?.lastDue ?? 0;
  }

  /** MSS of our SYN; null when it announces none. */
  get announcedMss(): number | null {
    const { mss } = this.#options.via;
    return mss === undefined ? Math.min(0xffff, this.#options.mtu - this.#headers) : mss;
  }

  /** Sends the SYN. */
  open(now: number): void {
    this.#state = 'syn-sent';
    this.#sendSyn(now);
  }

  /** A segment from the peer's address and port to ours. */
  heard(segment: HeardSegment, now: number): void {
    if (this.#state === 'syn-sent') this.#heardBeforeConnected(segment, now);
    else if (this.#state === 'established') this.#heardConnected(segment, now);
    else if (this.#state === 'finishing') this.#heardFinishing(segment, now);
  }

  /** An ICMP error that quotes a packet of ours. @param sequence of the quoted segment, -1 when it is cut off */
  heardIcmp(error: IcmpEvidence, sequence: number, now: number): void {
    if (this.#state === 'idle' || this.#state === 'over') return;
    const offset = (sequence - this.#options.sequence - 1) | 0;
    if (sequence >= 0 && (offset < -1 || offset > (this.#sender?.sent ?? 0))) return;
    if (this.#icmp.length < maxIcmp) this.#icmp.push(error);
    if (isTooBig(error) && error.mtu !== null) this.#shrink(error.mtu, now);
    this.#events.icmp(error, {
      ttlOfItsOwn: this.#options.via.segments?.some(({ ttl }) => ttl !== undefined) ?? false,
    });
  }

  /** Sends what is due. */
  tick(now: number): void {
    if (this.#state === 'syn-sent' && now >= this.#synDeadline()) this.#sendSyn(now);
    if (this.#state === 'established') this.#sendData(now);
    if (this.#state === 'finishing' && this.#overAt !== null && now >= this.#overAt) this.#leave();
  }

  /** When `tick` is to be called next; null when only a packet can change something. */
  deadline(): number | null {
    if (this.#state === 'syn-sent') return this.#synSends <= synRetransmissions ? this.#synDeadline() : null;
    if (this.#state === 'established') return this.#sender?.deadline() ?? null;
    return this.#state === 'finishing' ? this.#overAt : null;
  }

  /** From when on the head of what we sent is lost, if nothing acknowledges it: sent again twice, and four round trips waited. */
  lostAt(): number | null {
    if (this.#state !== 'established' || (this.#sender?.headSends ?? 0) < 3) return null;
    return this.#headAt + 4 * Math.max(1, this.#roundTrip.smoothed ?? 0);
  }

  /** Adds payload behind what was sent before. */
  send(bytes: Uint8Array, now: number): void {
    if (this.#state !== 'established' || this.#sender === null) return;
    this.#append([bytes], now);
    this.#sendData(now);
  }

  /**
   * Leaves the connection: FIN when the peer has all that we sent, RST otherwise, so that it does not wait for the rest.
   * `isOver` follows at once or within half a second.
   */
  finish(now: number): void {
    if (this.#state === 'finishing' || this.#state === 'over') return;
    if (this.#state !== 'established' || this.#sender === null) {
      this.#state = 'over';
      return;
    }
    this.#state = 'finishing';
    if (this.#ended && this.#reset !== null) {
      // A box that forges a RST cannot keep the real server from sending: wait for that a little.
      this.#overAt = now + Math.min(300, Math.max(30, 2 * (this.#roundTrip.smoothed ?? 0)));
      return;
    }
    if (this.#sender.acked < this.#sender.length) {
      this.#sendReset();
      this.#leave();
      return;
    }
    this.#finSent = true;
    this.#sendControl(tcpFlag.fin | tcpFlag.ack, this.#sequenceAt(this.#sender.length), now);
    this.#overAt = now + Math.min(500, Math.max(50, 3 * (this.#roundTrip.smoothed ?? 0)));
  }

  /** What was seen of the packets so far. */
  view(): WireView {
    const sender = this.#sender;
    const receiver = this.#receiver;
    const { mtu, via } = this.#options;
    // Routers, or we, cut the packets: segments then tell nothing of the sizes that pass.
    const sizesTell = via.fragmentPayload === undefined && (via.dontFragment ?? true);
    return {
      path: {
        announcedMss: this.announcedMss,
        peerMss: this.#peerMss,
        sendMss: sender?.segmentSize ?? null,
        pathMtu: this.#pathMtu,
        interfaceMtu: mtu,
        timestamps: this.#synAck === null ? null : this.#timestamps,
        synAck: this.#synAck,
        reset: this.#resetEvidence(),
        icmp: [...this.#icmp],
      },
      sent: {
        bytes: sender?.length ?? 0,
        acked: sender?.acked ?? null,
        retransmitted: sender?.retransmitted ?? null,
        tailSacked: sender === null || !this.#sackPermitted ? null : sender.sawHole,
        lostSegment: sizesTell ? (sender?.lostSegment ?? null) : null,
        largestAcked: sizesTell ? (sender?.largestAcked ?? null) : null,
      },
      inbound:
        receiver === null
          ? null
          : {
              bytes: receiver.distinct,
              acked: receiver.next,
              retransmitted: receiver.repeated,
              tailSacked: this.#sackPermitted ? receiver.sawHole : null,
              lostSegment: null,
              largestAcked: receiver.largest,
            },
      missingInbound: receiver?.missing ?? null,
      segments: sender === null ? null : [...sender.firstLengths],
    };
  }

  #heardBeforeConnected(segment: HeardSegment, now: number): void {
    const { via, writes, gapMs = 0, sequence } = this.#options;
    const ours = segment.ack === (sequence + 1) >>> 0 && (segment.flags & tcpFlag.ack) !== 0;
    if (!ours) return;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      this.#reset = { seq: segment.seq, ttl: segment.ttl, ipId: segment.ipId, window: segment.window };
      this.#end('refused');
      return;
    }
    if ((segment.flags & tcpFlag.syn) === 0) return;
    this.#state = 'established';
    this.#synAck = { ttl: segment.ttl, ipId: segment.ipId };
    this.#peerMss = segment.mss;
    this.#peerSequence = (segment.seq + 1) >>> 0;
    this.#sackPermitted = segment.sackPermitted && (via.sackPermitted ?? true);
    this.#timestamps &&= segment.timestamps !== null;
    this.#echo = segment.timestamps?.value ?? 0;
    // A repeated SYN leaves open which one was answered, unless the answer echoes its time.
    if (this.#synSends === 1) this.#roundTrip.measured(now - this.#synAt);
    this.#roundTrip.reset();
    const optionBytes = this.#timestamps ? timestampBytes : 0;
    const byDefault = this.#headers === 40 ? defaultMss.ipv4 : defaultMss.ipv6;
    this.#sender = new Sender({
      segmentSize: Math.max(1, Math.min(segment.mss || byDefault, this.#options.mtu - this.#headers) - optionBytes),
      window: segment.window,
      retransmissions: via.retransmissions ?? 3,
      roundTrip: this.#roundTrip,
    });
    this.#receiver = new Receiver({
      window: this.#window,
      largestSegment: (this.announcedMss ?? byDefault) - optionBytes,
      deliver: (bytes) => this.#events.deliver(bytes),
    });
    this.#acknowledge(now);
    if (writes.length > 0) this.#append(writes, now, gapMs);
    this.#events.connected();
    this.#sendData(now);
  }

  #heardConnected(segment: HeardSegment, now: number): void {
    const receiver = this.#receiver as Receiver;
    const offset = this.#offsetOf(segment.seq);
    const inWindow = offset >= receiver.next && offset <= receiver.next + this.#window;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      // RFC 5961 §3.2: any other one within the window may be a blind guess, and is asked about.
      if (offset === receiver.next) {
        this.#reset = { seq: segment.seq, ttl: segment.ttl, ipId: segment.ipId, window: segment.window };
        this.#end('reset');
      } else if (inWindow) this.#acknowledge(now);
      return;
    }
    if ((segment.flags & tcpFlag.syn) !== 0) {
      this.#acknowledge(now);
      return;
    }
    if ((segment.flags & tcpFlag.ack) === 0 || !this.#acknowledged(segment, now)) return;
    const fin = (segment.flags & tcpFlag.fin) !== 0;
    if (segment.timestamps !== null && offset <= receiver.next) this.#echo = segment.timestamps.value;
    if (segment.payload.length > 0 || fin) {
      receiver.take(offset, segment.payload, fin);
      // Whoever takes the bytes may have left meanwhile.
      if (this.#isEstablished()) this.#acknowledge(now);
    }
    if (this.#isEstablished() && receiver.finished) this.#end('closed');
    if (this.#isEstablished() && !this.#ended) this.#sendData(now);
  }

  #heardFinishing(segment: HeardSegment, now: number): void {
    const receiver = this.#receiver as Receiver;
    const isReset = (segment.flags & tcpFlag.rst) !== 0;
    if (this.#reset !== null) {
      const end = (segment.seq + segment.payload.length) >>> 0;
      if (!isReset && ((end - this.#reset.seq) | 0) > 0) this.#reset.contradicted = true;
      return;
    }
    if (isReset) {
      this.#leave();
      return;
    }
    const offset = this.#offsetOf(segment.seq);
    // Nobody reads any more: what still comes is answered as the kernel does for a closed socket.
    if (offset + segment.payload.length > receiver.next) {
      this.#sendReset();
      this.#leave();
      return;
    }
    this.#acknowledged(segment, now);
    if ((segment.flags & tcpFlag.fin) !== 0 && !receiver.finished) receiver.take(offset, segment.payload, true);
    if ((segment.flags & tcpFlag.fin) !== 0) this.#acknowledge(now);
    if (this.#finAcked && receiver.finished) this.#leave();
  }

  /** False when the segment acknowledges what was never sent, and is to be ignored. */
  #acknowledged(segment: HeardSegment, now: number): boolean {
    const sender = this.#sender as Sender;
    const before = sender.acked;
    const offsetOf = (sequence: number): number => before + ((sequence - this.#sequenceAt(before)) | 0);
    let offset = offsetOf(segment.ack);
    if (this.#finSent && offset === sender.length + 1) {
      this.#finAcked = true;
      offset = sender.length;
    }
    const sack = this.#sackPermitted ? segment.sack : [];
    const blocks = sack.map(({ left, right }) => ({ from: offsetOf(left), to: offsetOf(right) }));
    return sender.acknowledge(offset, blocks, segment.window, now);
  }

  #append(writes: readonly Uint8Array[], now: number, gapMs = 0): void {
    const sender = this.#sender as Sender;
    const bytes = flightOf(writes);
    const { segments } = this.#options.via;
    if (this.#flightPlanned) sender.append(bytes, now);
    else if (segments !== undefined) sender.append(bytes, now, planOf(segments, bytes.length, now));
    else sender.append(bytes, now, planOfWrites(writes, sender.segmentSize, gapMs, now));
    this.#flightPlanned = true;
  }

  #sendData(now: number): void {
    const sender = this.#sender as Sender;
    for (let next = sender.next(now); next !== null && this.#isEstablished(); next = sender.next(now))
      this.#sendSegment(next, now);
    if (sender.headSends !== this.#lastHeadSends) {
      this.#lastHeadSends = sender.headSends;
      this.#headAt = now;
    }
  }

  #sendSegment({ from, payload, push, ttl }: Transmission, now: number): void {
    const flags = tcpFlag.ack | (push ? tcpFlag.psh : 0);
    const firstFlight = this.#options.via.fragmentPayload;
    this.#sendPacket(flags, this.#sequenceAt(from), payload, this.#timesOf(now), { ttl, fragmentPayload: firstFlight });
  }

  #sendSyn(now: number): void {
    if (this.#synSends > synRetransmissions) return;
    if (this.#synSends > 0) this.#roundTrip.backOff();
    this.#synSends++;
    this.#synAt = now;
    const mss = this.announcedMss;
    const sackPermitted = this.#options.via.sackPermitted ?? true;
    this.#sendPacket(tcpFlag.syn, this.#options.sequence, none, {
      ...(mss === null ? {} : { mss }),
      ...(sackPermitted ? { sackPermitted } : {}),
      ...this.#timesOf(now),
    });
  }

  #synDeadline(): number {
    return this.#synAt + this.#roundTrip.timeout;
  }

  #acknowledge(now: number): void {
    this.#sendControl(tcpFlag.ack, this.#sequenceAt(this.#sender?.sent ?? 0), now);
  }

  #sendControl(flags: number, sequence: number, now: number): void {
    // Timestamps leave room for three blocks of four (RFC 2018 §3).
    const blocks = this.#sackPermitted ? (this.#receiver?.blocks(this.#timestamps ? 3 : 4) ?? []) : [];
    const sack = blocks.map(({ from, to }) => [this.#peerSequence + from, this.#peerSequence + to] as const);
    this.#sendPacket(flags, sequence, none, { ...this.#timesOf(now), ...(sack.length > 0 ? { sack } : {}) });
  }

  /** With the sequence number that the peer expects: any other it would ask about (RFC 5961 §3.2). */
  #sendReset(): void {
    const sender = this.#sender as Sender;
    const next = this.#finAcked ? sender.length + 1 : sender.acked;
    this.#sendPacket(tcpFlag.rst | tcpFlag.ack, this.#sequenceAt(next), none, {});
  }

  #sendPacket(
    flags: number,
    seq: number,
    payload: Uint8Array,
    options: TcpOptions,
    own: { ttl?: number | undefined; fragmentPayload?: number | undefined } = {},
  ): void {
    const { source, sourcePort, destination, destinationPort, mtu, via } = this.#options;
    const hasAck = (flags & tcpFlag.ack) !== 0;
    const ack = hasAck
      ? (this.#peerSequence + (this.#receiver?.next ?? 0) + (this.#receiver?.finished === true ? 1 : 0)) >>> 0
      : 0;
    const segment = tcpSegment(
      { source, destination, sourcePort, destinationPort, seq, ack, flags, window: this.#window, options },
      payload,
    );
    // 0 would leave the number to the kernel.
    this.#identification = (this.#identification % 0xffff) + 1;
    const packets = packetsOf(segment, {
      source,
      destination,
      ttl: own.ttl ?? via.ttl ?? 64,
      id: this.#identification,
      dontFragment: via.dontFragment ?? true,
      fragmentPayload: own.fragmentPayload,
      mtu,
    });
    this.#events.transmit(packets);
  }

  #timesOf(now: number): TcpOptions {
    return this.#timestamps ? { timestamps: [Math.floor(now) >>> 0, this.#echo] } : {};
  }

  #shrink(mtu: number, now: number): void {
    const smallest = this.#headers === 40 ? 68 : 1280;
    if (mtu < smallest || mtu >= this.#pathMtu) return;
    this.#pathMtu = mtu;
    if (this.#sender === null) return;
    this.#sender.shrink(mtu - this.#headers - (this.#timestamps ? timestampBytes : 0));
    if (this.#isEstablished()) this.#sendData(now);
  }

  #end(how: 'refused' | 'reset' | 'closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.ended(how);
  }

  #leave(): void {
    this.#state = 'over';
    this.#overAt = null;
  }

  /** As a call, because what happens in between may change it. */
  #isEstablished(): boolean {
    return this.#state === 'established';
  }

  #sequenceAt(offset: number): number {
    return (this.#options.sequence + 1 + offset) >>> 0;
  }

  /** Place in the peer's stream of a sequence number. */
  #offsetOf(sequence: number): number {
    const next = this.#receiver?.next ?? 0;
    return next + ((sequence - (this.#peerSequence + next)) | 0);
  }

  #resetEvidence(): WireView['path']['reset'] {
    if (this.#reset === null) return null;
    const { ttl, ipId, window, contradicted } = this.#reset;
    return { ttl, ipId, window, ...(contradicted && { contradicted }) };
  }
}

/** ICMP "fragmentation needed" (RFC 1191), ICMPv6 "packet too big" (RFC 4443 §3.2). */
function isTooBig({ type, code, from }: IcmpEvidence): boolean {
  return from.includes(':') ? type === 2 : type === 3 && code === 4;
}

const none = new Uint8Array(0);
