/**
 * A TCP client as a state machine (RFC 9293): segments and times in, packets and events out. Pure: sockets, timers and random
 * numbers are the caller's. Times are milliseconds of one clock. Here: the handshake, and ICMP; `Established` does the rest.
 */

import { tcpFlag } from '../../capture/index.ts';
import type { IcmpEvidence, WireView } from '../../evidence/index.ts';
import { agreementOf } from './agreement.ts';
import { Established } from './established.ts';
import type { Loss } from './loss-watch.ts';
import { Outlet, type OutletOptions } from './outlet.ts';
import { RoundTrip } from './round-trip.ts';
import type { HeardSegment } from './segment.ts';
import { type HeardReset, rawView, resetOf } from './view.ts';

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
  /** Before the connection stands. */
  #state: 'idle' | 'syn-sent' | 'over' = 'idle';
  #established: Established | null = null;
  #synAt = 0;
  #synSends = 0;
  #pathMtu: number;
  #ended = false;
  /** RST that answers our SYN. */
  #refusal: HeardReset | null = null;
  readonly #icmp: IcmpEvidence[] = [];

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#outlet = new Outlet(options, (packets) => events.transmit(packets));
    this.#pathMtu = options.mtu;
  }

  get isOver(): boolean {
    return this.#established?.isOver ?? this.#state === 'over';
  }

  /** Bytes of payload whose time to leave came. */
  get handed(): number {
    return this.#established?.sender.handed ?? 0;
  }

  /** True once a segment with payload went out. */
  get hasSentPayload(): boolean {
    return (this.#established?.sender.firstLengths.length ?? 0) > 0;
  }

  /** When the last of what was handed over is to be sent first. */
  get lastDue(): number {
    return this.#established?.sender.lastDue ?? 0;
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
    if (this.#established !== null) this.#established.heard(segment, now);
    else if (this.#state === 'syn-sent') this.#heardAnswer(segment, now);
  }

  /** An ICMP error that quotes a packet of ours. @param sequence of the quoted segment, -1 when it is cut off */
  heardIcmp(error: IcmpEvidence, sequence: number, now: number): void {
    if (this.#state === 'idle' || this.isOver) return;
    const offset = (sequence - this.#options.sequence - 1) | 0;
    // Anybody can send ICMP; who does not know our sequence numbers has not seen our packets (RFC 5927 §4.1).
    if (sequence >= 0 && (offset < -1 || offset > (this.#established?.sender.sent ?? 0))) return;
    if (this.#icmp.length < maxIcmp) this.#icmp.push(error);
    if (isTooBig(error) && error.mtu !== null) this.#shrink(error.mtu, now);
    this.#events.icmp(error);
  }

  /** Sends what is due. */
  tick(now: number): void {
    if (this.#established !== null) this.#established.tick(now);
    else if (this.#state === 'syn-sent' && now >= this.#synDeadline()) this.#sendSyn(now);
  }

  /** When `tick` is to be called next; null when only a packet can change something. */
  deadline(): number | null {
    if (this.#established !== null) return this.#established.deadline();
    return this.#state === 'syn-sent' && this.#synSends <= synRetransmissions ? this.#synDeadline() : null;
  }

  /** When something counts as lost unless a packet comes before; null: not foreseen. */
  lostAt(): Loss | null {
    return this.#established?.lostAt() ?? null;
  }

  /** Adds payload behind what was sent before. */
  send(bytes: Uint8Array, now: number): void {
    this.#established?.send(bytes, now);
  }

  /**
   * Leaves the connection: FIN when the peer has all that we sent, RST otherwise, so that it does not wait for the rest.
   * `isOver` follows at once or within half a second.
   */
  finish(now: number): void {
    if (this.#established !== null) this.#established.finish(now);
    else this.#state = 'over';
  }

  /** What was seen of the packets so far. */
  view(): WireView {
    const { mtu, via } = this.#options;
    const { agreement, sender, receiver, reset } = this.#established ?? nothingEstablished;
    return rawView({
      via,
      interfaceMtu: mtu,
      pathMtu: this.#pathMtu,
      announcedMss: this.#outlet.announcedMss,
      agreement,
      reset: reset ?? this.#refusal,
      icmp: this.#icmp,
      sender,
      receiver,
    });
  }

  #heardAnswer(segment: HeardSegment, now: number): void {
    const { via, writes, gapMs, sequence, mtu } = this.#options;
    if (segment.ack !== (sequence + 1) >>> 0 || (segment.flags & tcpFlag.ack) === 0) return;
    if ((segment.flags & tcpFlag.rst) !== 0) {
      this.#refusal = resetOf(segment);
      this.#end('refused');
      return;
    }
    if ((segment.flags & tcpFlag.syn) === 0) return;
    // A repeated SYN leaves open which one was answered (RFC 6298 §3).
    if (this.#synSends === 1) this.#roundTrip.measured(now - this.#synAt);
    this.#roundTrip.reset();
    const { headers, announcedMss } = this.#outlet;
    const established = new Established({
      via,
      sequence,
      outlet: this.#outlet,
      roundTrip: this.#roundTrip,
      agreement: agreementOf(segment, { via, mtu, headers, announcedMss }),
      echo: segment.timestamps?.value ?? 0,
      deliver: (bytes) => this.#events.deliver(bytes),
      ended: (how) => this.#end(how),
    });
    this.#established = established;
    established.acknowledge(now);
    if (writes.length > 0) established.append(writes, now, gapMs);
    // The first flight goes with the next tick: an end that comes at once is heard before it, as with the kernel's TCP.
    this.#events.connected();
  }

  #sendSyn(now: number): void {
    if (this.#synSends > synRetransmissions) return;
    if (this.#synSends > 0) this.#roundTrip.backOff();
    this.#synSends++;
    this.#synAt = now;
    // A TSecr of 0, as nothing was heard yet (RFC 7323 §3.2).
    const echo = (this.#options.via.timestamps ?? true) ? 0 : null;
    this.#outlet.say({ flags: tcpFlag.syn, offset: -1 }, { sequence: 0, acknowledged: 0, echo }, now);
  }

  #synDeadline(): number {
    return this.#synAt + this.#roundTrip.timeout;
  }

  #shrink(mtu: number, now: number): void {
    const smallest = this.#outlet.headers === 40 ? 68 : 1280;
    if (mtu < smallest || mtu >= this.#pathMtu) return;
    this.#pathMtu = mtu;
    this.#established?.shrink(mtu, now);
  }

  #end(how: 'refused' | 'reset' | 'closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.ended(how);
  }
}

const nothingEstablished = { agreement: null, sender: null, receiver: null, reset: null } as const;

/** ICMP "fragmentation needed" (RFC 1191), ICMPv6 "packet too big" (RFC 4443 §3.2). */
function isTooBig({ type, code, from }: IcmpEvidence): boolean {
  return from.includes(':') ? type === 2 : type === 3 && code === 4;
}
