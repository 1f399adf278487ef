/**
 * A TCP client as a state machine (RFC 9293): segments and times in, packets and events out. Pure: sockets, timers and random
 * numbers are the caller's. Times are milliseconds of one clock.
 */

import { tcpFlag } from '../../capture/index.ts';
import { type IcmpEvidence, timestampBytes, type WireView } from '../../evidence/index.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { type Loss, LossWatch } from './loss-watch.ts';
import { Outlet, type OutletOptions, type PeerNumbers } from './outlet.ts';
import { flightOf, planOf, planOfWrites } from './plan.ts';
import { Receiver } from './receiver.ts';
import { RoundTrip } from './round-trip.ts';
import type { HeardSegment } from './segment.ts';
import { Sender } from './sender.ts';
import { type HeardReset, rawView } from './view.ts';

export interface ConnectionOptions extends OutletOptions {
  readonly writes: readonly Uint8Array[];
  /** Pause between writes. */
  readonly gapMs: number;
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
  icmp(error: IcmpEvidence): void;
}

/** ICMP errors that are kept; a router that sends one for each packet adds nothing by the next. */
const maxIcmp = 20;
const synRetransmissions = 4;

export class RawConnection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #outlet: Outlet;
  readonly #roundTrip = new RoundTrip();
  readonly #losses = new LossWatch();
  #state: 'idle' | 'syn-sent' | 'established' | 'finishing' | 'over' = 'idle';
  #sender: Sender | null = null;
  #receiver: Receiver | null = null;
  #agreement: Agreement | null = null;
  /** TSval to echo. */
  #echo = 0;
  #synAt = 0;
  #synSends = 0;
  #pathMtu: number;
  #flightLength: number | null = null;
  #ended = false;
  #finSent = false;
  #finAcked = false;
  #overAt = 0;
  #reset: HeardReset | null = null;
  readonly #icmp: IcmpEvidence[] = [];

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#outlet = new Outlet(options, (packets) => events.transmit(packets));
    this.#pathMtu = options.mtu;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Bytes of payload whose time to leave came. */
  get handed(): number {
    return this.#sender?.handed ?? 0;
  }

  /** True once a segment with payload went out. */
  get hasSentPayload(): boolean {
    return (this.#sender?.firstLengths.length ?? 0) > 0;
  }

  /** When the last of what was handed over is to be sent first. */
  get lastDue(): number {
    return this.#sender?.lastDue ?? 0;
  }

  /** Smoothed round-trip time; 0 before the first measurement. */
  get roundTripMs(): number {
    return this.#roundTrip.smoothed ?? 0;
  }

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
    // Anybody can send ICMP; who does not know our sequence numbers has not seen our packets (RFC 5927 §4.1).
    if (sequence >= 0 && (offset < -1 || offset > (this.#sender?.sent ?? 0))) return;
    if (this.#icmp.length < maxIcmp) this.#icmp.push(error);
    if (isTooBig(error) && error.mtu !== null) this.#shrink(error.mtu, now);
    this.#events.icmp(error);
  }

  /** Sends what is due. */
  tick(now: number): void {
    if (this.#state === 'syn-sent' && now >= this.#synDeadline()) this.#sendSyn(now);
    if (this.#state === 'established') this.#sendData(now);
    if (this.#state === 'finishing' && now >= this.#overAt) this.#leave();
  }

  /** When `tick` is to be called next; null when only a packet can change something. */
  deadline(): number | null {
    if (this.#state === 'syn-sent') return this.#synSends <= synRetransmissions ? this.#synDeadline() : null;
    if (this.#state === 'established') return this.#sender?.deadline() ?? null;
    return this.#state === 'finishing' ? this.#overAt : null;
  }

  /** When something counts as lost unless a packet comes before; null: not foreseen. */
  lostAt(): Loss | null {
    return this.#state === 'established' ? this.#losses.foreseen(this.roundTripMs) : null;
  }

  /** Adds payload behind what was sent before. */
  send(bytes: Uint8Array, now: number): void {
    if (this.#state !== 'established') return;
    this.#append([bytes], now);
    this.#sendData(now);
  }

  /**
   * Leaves the connection: FIN when the peer has all that we sent, RST otherwise, so that it does not wait for the rest.
   * `isOver` follows at once or within half a second.
   */
  finish(now: number): void {
    if (this.#state === 'finishing' || this.#state === 'over') return;
    const wasEstablished = this.#state === 'established' && this.#sender !== null;
    this.#state = 'finishing';
    if (!wasEstablished) this.#leave();
    // A box that forges a RST cannot keep the real server from sending: wait for that a little.
    else if (this.#reset !== null) this.#overAt = now + Math.min(300, Math.max(30, 2 * this.roundTripMs));
    else if ((this.#sender as Sender).acked < (this.#sender as Sender).sent) this.#leaveByReset(now);
    else {
      this.#finSent = true;
      this.#say(tcpFlag.fin | tcpFlag.ack, this.#sender?.sent ?? 0, now);
      this.#overAt = now + Math.min(500, Math.max(50, 3 * this.roundTripMs));
    }
  }

  /** What was seen of the packets so far. */
  view(): WireView {
    const { mtu, via } = this.#options;
    return rawView({
      via,
      interfaceMtu: mtu,
      pathMtu: this.#pathMtu,
      announcedMss: this.#outlet.announcedMss,
      agreement: this.#agreement,
      reset: this.#reset,
      icmp: this.#icmp,
      sender: this.#sender,
      receiver: this.#receiver,
    });
  }

  #heardBeforeConnected(segment: HeardSegment, now: number): void {
    const { via, writes, gapMs, sequence, mtu } = this.#options;
    if (segment.ack !== (sequence + 1) >>> 0 || (segment.flags & tcpFlag.ack) === 0) return;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      this.#reset = resetOf(segment);
      this.#end('refused');
      return;
    }
    if ((segment.flags & tcpFlag.syn) === 0) return;
    const { headers, announcedMss, window } = this.#outlet;
    const agreement = agreementOf(segment, { via, mtu, headers, announcedMss });
    this.#state = 'established';
    this.#agreement = agreement;
    this.#echo = segment.timestamps?.value ?? 0;
    // A repeated SYN leaves open which one was answered (RFC 6298 §3).
    if (this.#synSends === 1) this.#roundTrip.measured(now - this.#synAt);
    this.#roundTrip.reset();
    this.#sender = new Sender({
      segmentSize: agreement.segmentSize,
      window: agreement.peerWindow,
      retransmissions: via.retransmissions ?? 3,
      roundTrip: this.#roundTrip,
    });
    this.#receiver = new Receiver({
      window,
      largestSegment: agreement.peerSegmentSize,
      deliver: (bytes) => this.#events.deliver(bytes),
    });
    this.#acknowledge(now);
    if (writes.length > 0) this.#append(writes, now, gapMs);
    // The first flight goes with the next tick: an end that comes at once is heard before it, as with the kernel's TCP.
    this.#events.connected();
  }

  #heardConnected(segment: HeardSegment, now: number): void {
    const receiver = this.#receiver as Receiver;
    const offset = this.#offsetOf(segment.seq);
    const { next } = receiver;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      if (offset === next) {
        this.#reset = resetOf(segment);
        this.#end('reset');
        // RFC 5961 §3.2: any other one within the window may be a blind guess, and is asked about.
      } else if (offset > next && offset <= next + this.#outlet.window) this.#acknowledge(now);
      return;
    }
    if ((segment.flags & tcpFlag.syn) !== 0) return this.#acknowledge(now);
    if ((segment.flags & tcpFlag.ack) === 0 || !this.#acknowledged(segment, now)) return;
    const fin = (segment.flags & tcpFlag.fin) !== 0;
    if (segment.timestamps !== null && offset <= next) this.#echo = segment.timestamps.value;
    if (segment.payload.length > 0 || fin) {
      receiver.take(offset, segment.payload, fin);
      // Whoever takes the bytes may have left meanwhile.
      if (this.#isEstablished()) this.#acknowledge(now);
    }
    if (this.#isEstablished() && receiver.finished) this.#end('closed');
    if (this.#isEstablished()) this.#sendData(now);
  }

  #heardFinishing(segment: HeardSegment, now: number): void {
    const receiver = this.#receiver as Receiver;
    const isReset = (segment.flags & tcpFlag.rst) !== 0;
    if (this.#reset !== null) {
      const end = segment.seq + segment.payload.length;
      if (!isReset && ((end - this.#reset.sequence) | 0) > 0) this.#reset = { ...this.#reset, contradicted: true };
      return;
    }
    if (isReset) return this.#leave();
    const offset = this.#offsetOf(segment.seq);
    // Nobody reads any more: what still comes is answered as the kernel does for a closed socket.
    if (offset + segment.payload.length > receiver.next) return this.#leaveByReset(now);
    this.#acknowledged(segment, now);
    if ((segment.flags & tcpFlag.fin) !== 0) {
      receiver.take(offset, segment.payload, true);
      this.#acknowledge(now);
    }
    if (this.#finAcked && receiver.finished) this.#leave();
  }

  /** False when the segment acknowledges what was never sent, and is to be ignored. */
  #acknowledged({ ack, sack, window }: HeardSegment, now: number): boolean {
    const sender = this.#sender as Sender;
    const { acked } = sender;
    const offsetOf = (number: number): number => acked + ((number - this.#options.sequence - 1 - acked) | 0);
    const offset = offsetOf(ack);
    if (this.#finSent && offset === sender.sent + 1) this.#finAcked = true;
    const blocks = this.#sacks ? sack.map(({ left, right }) => ({ from: offsetOf(left), to: offsetOf(right) })) : [];
    return sender.acknowledge(this.#finAcked ? sender.sent : offset, blocks, window, now);
  }

  #append(writes: readonly Uint8Array[], now: number, gapMs = 0): void {
    const sender = this.#sender as Sender;
    const bytes = flightOf(writes);
    const { segments } = this.#options.via;
    if (this.#flightLength !== null) return sender.append(bytes, now);
    this.#flightLength = bytes.length;
    const plan =
      segments === undefined
        ? planOfWrites(writes, sender.segmentSize, gapMs, now)
        : planOf(segments, bytes.length, now);
    sender.append(bytes, now, plan);
  }

  #sendData(now: number): void {
    const sender = this.#sender as Sender;
    for (let next = sender.next(now); next !== null && this.#isEstablished(); next = sender.next(now)) {
      const { from, payload, push, ttl } = next;
      const inFragments = from < (this.#flightLength ?? 0);
      const flags = tcpFlag.ack | (push ? tcpFlag.psh : 0);
      this.#outlet.say({ flags, offset: from, payload, ttl, inFragments }, this.#peer(), now);
    }
    this.#losses.look(sender, this.#receiver as Receiver, now);
  }

  #sendSyn(now: number): void {
    if (this.#synSends > synRetransmissions) return;
    if (this.#synSends > 0) this.#roundTrip.backOff();
    this.#synSends++;
    this.#synAt = now;
    this.#outlet.say({ flags: tcpFlag.syn, offset: -1 }, this.#peer(), now);
  }

  #synDeadline(): number {
    return this.#synAt + this.#roundTrip.timeout;
  }

  #acknowledge(now: number): void {
    this.#say(tcpFlag.ack, (this.#sender?.sent ?? 0) + (this.#finSent ? 1 : 0), now);
  }

  /** A segment without payload, with SACK blocks where there is a hole. */
  #say(flags: number, offset: number, now: number): void {
    // The timestamps leave room for three blocks of four (RFC 2018 §3).
    const sack = this.#sacks ? (this.#receiver?.blocks(this.#usesTimestamps ? 3 : 4) ?? []) : [];
    this.#outlet.say({ flags, offset, sack }, this.#peer(), now);
  }

  /** With the sequence number that the peer expects: any other it would ask about (RFC 5961 §3.2). */
  #leaveByReset(now: number): void {
    const offset = (this.#sender?.acked ?? 0) + (this.#finAcked ? 1 : 0);
    this.#outlet.say({ flags: tcpFlag.rst | tcpFlag.ack, offset }, this.#peer(), now);
    this.#leave();
  }

  #peer(): PeerNumbers {
    const receiver = this.#receiver;
    const acknowledged = (receiver?.next ?? 0) + (receiver?.finished === true ? 1 : 0);
    return {
      sequence: this.#agreement?.peerSequence ?? 0,
      acknowledged,
      echo: this.#usesTimestamps ? this.#echo : null,
    };
  }

  #shrink(mtu: number, now: number): void {
    const smallest = this.#outlet.headers === 40 ? 68 : 1280;
    if (mtu < smallest || mtu >= this.#pathMtu) return;
    this.#pathMtu = mtu;
    this.#sender?.shrink(mtu - this.#outlet.headers - (this.#usesTimestamps ? timestampBytes : 0));
    if (this.#isEstablished()) this.#sendData(now);
  }

  #end(how: 'refused' | 'reset' | 'closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.ended(how);
  }

  #leave(): void {
    this.#state = 'over';
  }

  get #sacks(): boolean {
    return this.#agreement?.sackPermitted === true;
  }

  /** Our SYN offers them, and a SYN-ACK without them declines. */
  get #usesTimestamps(): boolean {
    return this.#agreement?.timestamps ?? this.#options.via.timestamps ?? true;
  }

  /** A call, because what happens in between may change it. */
  #isEstablished(): boolean {
    return this.#state === 'established';
  }

  /** Place in the peer's stream of a sequence number. */
  #offsetOf(sequence: number): number {
    const next = this.#receiver?.next ?? 0;
    return next + ((sequence - (this.#agreement?.peerSequence ?? 0) - next) | 0);
  }
}

function resetOf({ seq, ttl, ipId, window }: HeardSegment): HeardReset {
  return { sequence: seq, ttl, ipId, window };
}

/** ICMP "fragmentation needed" (RFC 1191), ICMPv6 "packet too big" (RFC 4443 §3.2). */
function isTooBig({ type, code, from }: IcmpEvidence): boolean {
  return from.includes(':') ? type === 2 : type === 3 && code === 4;
}
