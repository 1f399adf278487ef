/** A TCP connection that stands, up to its end (RFC 9293 §3.10.7.4): data both ways, RST and FIN. Pure, as `RawConnection` is. */

import { tcpFlag } from '../../capture/index.ts';
import { timestampBytes } from '../../evidence/index.ts';
import type { RawVia } from '../via.ts';
import type { Agreement } from './agreement.ts';
import { type Loss, LossWatch } from './loss-watch.ts';
import type { Outlet, PeerNumbers } from './outlet.ts';
import { flightOf, planOf, planOfWrites } from './plan.ts';
import { Receiver } from './receiver.ts';
import type { RoundTrip } from './round-trip.ts';
import type { HeardSegment } from './segment.ts';
import { Sender } from './sender.ts';
import { type HeardReset, resetOf } from './view.ts';

export interface EstablishedOptions {
  readonly via: RawVia;
  /** Our initial sequence number. */
  readonly sequence: number;
  readonly outlet: Outlet;
  readonly roundTrip: RoundTrip;
  readonly agreement: Agreement;
  /** TSval of the SYN-ACK. */
  readonly echo: number;
  /** Payload in order. */
  deliver(bytes: Uint8Array): void;
  /** The peer's RST or FIN. */
  ended(how: 'reset' | 'closed'): void;
}

export class Established {
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly agreement: Agreement;
  readonly #options: EstablishedOptions;
  readonly #outlet: Outlet;
  readonly #losses = new LossWatch();
  #state: 'open' | 'finishing' | 'over' = 'open';
  /** TSval to echo. */
  #echo: number;
  #flightLength: number | null = null;
  #finSent = false;
  #finAcked = false;
  #overAt = 0;
  #reset: HeardReset | null = null;

  constructor(options: EstablishedOptions) {
    const { agreement, outlet, via, roundTrip, echo } = options;
    this.#options = options;
    this.#outlet = outlet;
    this.#echo = echo;
    this.agreement = agreement;
    this.sender = new Sender({
      segmentSize: agreement.segmentSize,
      window: agreement.peerWindow,
      retransmissions: via.retransmissions ?? 3,
      roundTrip,
    });
    this.receiver = new Receiver({
      window: outlet.window,
      largestSegment: agreement.peerSegmentSize,
      deliver: (bytes) => options.deliver(bytes),
    });
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  get reset(): HeardReset | null {
    return this.#reset;
  }

  heard(segment: HeardSegment, now: number): void {
    if (this.#state === 'open') this.#heardOpen(segment, now);
    else if (this.#state === 'finishing') this.#heardFinishing(segment, now);
  }

  tick(now: number): void {
    if (this.#state === 'open') this.#sendData(now);
    if (this.#state === 'finishing' && now >= this.#overAt) this.#leave();
  }

  deadline(): number | null {
    if (this.#state === 'open') return this.sender.deadline();
    return this.#state === 'finishing' ? this.#overAt : null;
  }

  lostAt(): Loss | null {
    return this.#state === 'open' ? this.#losses.foreseen(this.#roundTripMs) : null;
  }

  /** Adds payload, which goes out with the next tick. The first is the first flight, for which `via` says how it is cut. */
  append(writes: readonly Uint8Array[], now: number, gapMs = 0): void {
    const bytes = flightOf(writes);
    const { segments } = this.#options.via;
    if (this.#flightLength !== null) return this.sender.append(bytes, now);
    this.#flightLength = bytes.length;
    const plan =
      segments === undefined
        ? planOfWrites(writes, this.sender.segmentSize, gapMs, now)
        : planOf(segments, bytes.length, now);
    this.sender.append(bytes, now, plan);
  }

  /** Adds payload behind what was sent before, and sends what may go. */
  send(bytes: Uint8Array, now: number): void {
    if (this.#state !== 'open') return;
    this.append([bytes], now);
    this.#sendData(now);
  }

  /** The path carries IP packets of this size at most. */
  shrink(mtu: number, now: number): void {
    this.sender.shrink(mtu - this.#outlet.headers - (this.agreement.timestamps ? timestampBytes : 0));
    if (this.#state === 'open') this.#sendData(now);
  }

  acknowledge(now: number): void {
    this.#say(tcpFlag.ack, this.sender.sent + (this.#finSent ? 1 : 0), now);
  }

  /** As `RawConnection.finish`. */
  finish(now: number): void {
    if (this.#state !== 'open') return;
    this.#state = 'finishing';
    // A box that forges a RST cannot keep the real server from sending: wait for that a little.
    if (this.#reset !== null) this.#overAt = now + Math.min(300, Math.max(30, 2 * this.#roundTripMs));
    else if (this.sender.acked < this.sender.sent) this.#leaveByReset(now);
    else {
      this.#finSent = true;
      this.#say(tcpFlag.fin | tcpFlag.ack, this.sender.sent, now);
      this.#overAt = now + Math.min(500, Math.max(50, 3 * this.#roundTripMs));
    }
  }

  #heardOpen(segment: HeardSegment, now: number): void {
    const { receiver } = this;
    const { next } = receiver;
    const offset = this.#offsetOf(segment.seq);
    if ((segment.flags & tcpFlag.rst) !== 0) {
      if (offset === next) {
        this.#reset = resetOf(segment);
        this.#options.ended('reset');
        // RFC 5961 §3.2: any other one within the window may be a blind guess, and is asked about.
      } else if (offset > next && offset <= next + this.#outlet.window) this.acknowledge(now);
      return;
    }
    if ((segment.flags & tcpFlag.syn) !== 0) return this.acknowledge(now);
    if ((segment.flags & tcpFlag.ack) === 0 || !this.#acknowledged(segment, now)) return;
    const fin = (segment.flags & tcpFlag.fin) !== 0;
    if (segment.timestamps !== null && offset <= next) this.#echo = segment.timestamps.value;
    if (segment.payload.length > 0 || fin) {
      receiver.take(offset, segment.payload, fin);
      // Whoever takes the bytes may have left meanwhile.
      if (this.#isOpen()) this.acknowledge(now);
    }
    if (this.#isOpen() && receiver.finished) this.#options.ended('closed');
    if (this.#isOpen()) this.#sendData(now);
  }

  #heardFinishing(segment: HeardSegment, now: number): void {
    const { receiver } = this;
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
      this.acknowledge(now);
    }
    if (this.#finAcked && receiver.finished) this.#leave();
  }

  /** False when the segment acknowledges what was never sent, and is to be ignored. */
  #acknowledged({ ack, sack, window }: HeardSegment, now: number): boolean {
    const { sender } = this;
    const { acked } = sender;
    const offsetOf = (number: number): number => acked + ((number - this.#options.sequence - 1 - acked) | 0);
    const offset = offsetOf(ack);
    if (this.#finSent && offset === sender.sent + 1) this.#finAcked = true;
    const believed = this.agreement.sackPermitted ? sack : [];
    const blocks = believed.map(({ left, right }) => ({ from: offsetOf(left), to: offsetOf(right) }));
    return sender.acknowledge(this.#finAcked ? sender.sent : offset, blocks, window, now);
  }

  #sendData(now: number): void {
    const { sender } = this;
    for (let next = sender.next(now); next !== null && this.#isOpen(); next = sender.next(now)) {
      const { from, payload, push, ttl } = next;
      const inFragments = from < (this.#flightLength ?? 0);
      const flags = tcpFlag.ack | (push ? tcpFlag.psh : 0);
      this.#outlet.say({ flags, offset: from, payload, ttl, inFragments }, this.#peer(), now);
    }
    this.#losses.look(sender, this.receiver, now);
  }

  /** A segment without payload, with SACK blocks where there is a hole. */
  #say(flags: number, offset: number, now: number): void {
    const { sackPermitted, timestamps } = this.agreement;
    // The timestamps leave room for three blocks of four (RFC 2018 §3).
    const sack = sackPermitted ? this.receiver.blocks(timestamps ? 3 : 4) : [];
    this.#outlet.say({ flags, offset, sack }, this.#peer(), now);
  }

  /** With the sequence number that the peer expects: any other it would ask about (RFC 5961 §3.2). */
  #leaveByReset(now: number): void {
    const offset = this.sender.acked + (this.#finAcked ? 1 : 0);
    this.#outlet.say({ flags: tcpFlag.rst | tcpFlag.ack, offset }, this.#peer(), now);
    this.#leave();
  }

  #leave(): void {
    this.#state = 'over';
  }

  #peer(): PeerNumbers {
    const { peerSequence, timestamps } = this.agreement;
    const { next, finished } = this.receiver;
    return { sequence: peerSequence, acknowledged: next + (finished ? 1 : 0), echo: timestamps ? this.#echo : null };
  }

  /** A call, because what happens in between may change it. */
  #isOpen(): boolean {
    return this.#state === 'open';
  }

  get #roundTripMs(): number {
    return this.#options.roundTrip.smoothed ?? 0;
  }

  /** Place in the peer's stream of a sequence number. */
  #offsetOf(sequence: number): number {
    const { next } = this.receiver;
    return next + ((sequence - this.agreement.peerSequence - next) | 0);
  }
}
