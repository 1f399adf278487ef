/** TLS on TCP: which flows are TLS, and a reader for each that is. */

import type { Counters } from './counters.ts';
import type { Failures } from './failures.ts';
import {
  type EndReason,
  type Interest,
  interest,
  type StreamHandler,
  type TcpFacts,
  TcpTracker,
} from './flow/index.ts';
import type { FragmentCounts } from './fragment-counts.ts';
import { IcmpErrors } from './icmp-errors.ts';
import { withoutPacket } from './icmp-evidence.ts';
import type { CaptureLimits } from './limits.ts';
import type { IcmpError } from './link/icmp.ts';
import { type Opened, OpenOrder } from './open-order.ts';
import { conversationId, type Outlet } from './outlet.ts';
import { afterProxyHeader } from './proxy-header.ts';
import { type CountRepeat, Repeats } from './repeats.ts';
import type { TlsContext } from './tls/context.ts';
import { looksLikeTlsStart, walks } from './tls/look.ts';
import { TlsReader } from './tls/reader.ts';
import type { UnreadStream } from './tls/unread-stream.ts';
import { endpointA, endpointB, tcpTransport } from './transport.ts';

type Direction = 0 | 1;

/** A flow that is TLS. */
class Open implements Opened {
  over = false;
  readonly number: number;
  readonly flow: number;
  /** What came so far, as long as there is no reader. */
  unread: UnreadStream | null;
  reader: TlsReader | null;
  readonly wants: [boolean, boolean] = [true, true];
  /** See `TlsReader`. */
  ownItems = 0;

  constructor(number: number, flow: number, unread: UnreadStream | null, reader: TlsReader | null) {
    this.number = number;
    this.flow = flow;
    this.unread = unread;
    this.reader = reader;
  }
}

/** What conversations go to, and what tells of them. */
export interface Surroundings {
  readonly outlet: Outlet;
  readonly failures: Failures;
  readonly fragments: FragmentCounts;
  readonly repeat: CountRepeat | null;
}

/** The first bytes of a direction, as long as they are too few to tell. */
interface Beginning {
  readonly bytes: Uint8Array;
  length: number;
  /** Where each of its segments ends. */
  readonly ends: number[];
}

const tcp = 6;
/** Record header, handshake header, version: with these bytes `looksLikeTlsStart` is sure. */
const decisive = 11;
const maxBeginnings = 10_000;
/** Items of lists that open conversations hold for themselves, all together: 5,000 usual hellos. */
const mostOwnItems = 300_000;
/** Bits of a flow's marks: 1 and 2, what direction 0 or 1 sends is not TLS so far; it is TLS; it is not looked at any more. */
const openMark = 4;
const finishedMark = 8;

export class TcpConversations implements StreamHandler {
  readonly tracker: TcpTracker;
  readonly #context: TlsContext;
  readonly #outlet: Outlet;
  readonly #failures: Failures;
  readonly #fragments: FragmentCounts;
  readonly #limits: CaptureLimits;
  readonly #counters: Counters;
  readonly #open: (Open | undefined)[] = [];
  readonly #order = new OpenOrder<Open>();
  readonly #beginnings = new Map<number, Beginning>();
  /** Flows without TLS so far of which the first bytes of a direction are missing. */
  readonly #holes = new Set<number>();
  readonly #icmp: IcmpErrors;
  #marks = new Uint8Array(1024);
  #ownItems = 0;
  readonly #repeats: Repeats | null;

  constructor(context: TlsContext, { outlet, failures, fragments, repeat }: Surroundings) {
    const { packet, limits, counters } = context;
    this.#context = context;
    this.#outlet = outlet;
    this.#failures = failures;
    this.#fragments = fragments;
    this.#limits = limits;
    this.#counters = counters;
    this.#icmp = new IcmpErrors(counters);
    this.tracker = new TcpTracker(this, { packet, limits, counters });
    this.#repeats = repeat && new Repeats(context, { tracker: this.tracker, outlet, fragments, count: repeat });
  }

  bytes(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    if (flow >= this.#marks.length) this.#growMarks(flow);
    const marks = this.#marks[flow] as number;
    if ((marks & (1 << direction)) !== 0) {
      // Most segments of most captures end here.
      if (bytes[start] !== 0x16 || end - start < decisive) return this.#plain(flow, direction);
      return this.#later(flow, direction, bytes, start, end);
    }
    if ((marks & openMark) !== 0) return this.#feed(this.#open[flow] as Open, direction, bytes, start, end);
    return (marks & finishedMark) !== 0 ? interest.none : this.#first(flow, direction, bytes, start, end);
  }

  hole(flow: number, direction: Direction, missing: number): Interest {
    const open = this.#open[flow];
    if (open === undefined) {
      this.#beginnings.delete(flow * 2 + direction);
      const isBeginning = ((this.#marks[flow] ?? 0) & (1 << direction)) === 0;
      if (isBeginning && this.#holes.size < maxBeginnings) this.#holes.add(flow);
      return interest.starts;
    }
    if (open.wants[direction]) open.wants[direction] = this.#readerOf(open).hole(direction, missing);
    return open.wants[direction] ? interest.stream : interest.none;
  }

  ended(flow: number, reason: EndReason): void {
    const open = this.#open[flow];
    if (open !== undefined) this.#finish(open);
    else if ((this.#markOf(flow) & finishedMark) === 0) this.#failed(flow, reason);
    if (flow < this.#marks.length) this.#marks[flow] = 0;
    if (this.#beginnings.size > 0) for (const direction of [0, 1]) this.#beginnings.delete(flow * 2 + direction);
    if (this.#holes.size > 0) this.#holes.delete(flow);
    this.#icmp.forget(flow);
  }

  /** An ICMP error that quotes a TCP segment. */
  icmp(error: IcmpError, from: string): void {
    const flow = this.tracker.flowOf(error);
    if (flow >= 0) this.#icmp.add(flow, error, this.#context.packet.number, from);
  }

  /** The first bytes of a direction, in order. */
  #first(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    const key = flow * 2 + direction;
    const known = this.#beginnings.get(key);
    if (known === undefined && end - start >= decisive) {
      const kind = this.#kindOf(flow, bytes, start, end);
      if (kind !== 0) return this.#feed(this.#recognise(flow, direction, kind), direction, bytes, start, end);
      const inner = afterProxyHeader(bytes, start, end);
      if (inner > start) return inner < end ? this.#first(flow, direction, bytes, inner, end) : interest.stream;
      return this.#plain(flow, direction);
    }
    const beginning = known ?? { bytes: new Uint8Array(decisive), length: 0, ends: [] };
    for (let at = start; at < end && beginning.length < decisive; at++) {
      beginning.bytes[beginning.length++] = bytes[at] as number;
    }
    const first = beginning.bytes[0] as number;
    const undecided = beginning.length < decisive && (first === 0x16 || first === 0x15 || first >= 0x80);
    if (undecided && (known !== undefined || this.#beginnings.size < maxBeginnings)) {
      beginning.ends.push(beginning.length);
      this.#beginnings.set(key, beginning);
      return interest.stream;
    }
    this.#beginnings.delete(key);
    const kind = this.#kindOf(flow, beginning.bytes, 0, beginning.length);
    if (kind === 0) return this.#plain(flow, direction);
    const open = this.#recognise(flow, direction, kind);
    this.#feedBeginning(open, direction, beginning);
    return this.#feed(open, direction, bytes, start, end);
  }

  /** 0 when it is not TLS. In the middle of a flow records of an unseen handshake count too. */
  #kindOf(flow: number, bytes: Uint8Array, start: number, end: number): number {
    const kind = looksLikeTlsStart(bytes, start, end);
    return kind !== 3 || (this.tracker.initiatorOf(flow) === null && walks(bytes, start, end)) ? kind : 0;
  }

  /** Not TLS so far; as long as it may become TLS soon (STARTTLS, proxies) it is worth being put in order. */
  #plain(flow: number, direction: Direction): Interest {
    this.#marks[flow] = (this.#marks[flow] as number) | (1 << direction);
    return interest.handshakes;
  }

  /** A segment of a direction that is not TLS so far: STARTTLS and proxies begin with a ClientHello at the start of one. */
  #later(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    const kind = looksLikeTlsStart(bytes, start, end);
    if (kind !== 1 && kind !== 2) return this.#plain(flow, direction);
    return this.#feed(this.#recognise(flow, direction, kind), direction, bytes, start, end);
  }

  #recognise(flow: number, direction: Direction, kind: number): Open {
    if (this.#order.size >= this.#limits.openConversations) this.#giveOneUp();
    const unread = kind === 1 ? (this.#repeats?.stream() ?? null) : null;
    const reader = unread === null ? new TlsReader(this.#context) : null;
    if (kind !== 1 && reader !== null) reader.client = this.tracker.initiatorOf(flow);
    const open = new Open(this.#outlet.nextNumber(), flow, unread, reader);
    this.#open[flow] = open;
    // What was plain so far may be TLS from here on.
    this.#marks[flow] = openMark;
    this.#order.add(open);
    const other = direction === 0 ? 1 : 0;
    const begun = this.#beginnings.get(flow * 2 + other);
    if (begun !== undefined) {
      this.#beginnings.delete(flow * 2 + other);
      this.#feedBeginning(open, other, begun);
    }
    return open;
  }

  /** Segment by segment, as they came: a hello tells how many it took. */
  #feedBeginning(open: Open, direction: Direction, { bytes, ends }: Beginning): void {
    let start = 0;
    for (const end of ends) {
      this.#feed(open, direction, bytes, start, end);
      start = end;
    }
  }

  #feed(open: Open, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    if (open.unread?.take(direction, bytes, start, end, this.#context.packet) === true) return interest.stream;
    if (!open.wants[direction]) return interest.none;
    const more = this.#readerOf(open).data(direction, bytes, start, end);
    open.wants[direction] = more;
    if (this.#readerOf(open).ownItems !== open.ownItems) this.#makeRoom(open);
    return more ? interest.stream : interest.none;
  }

  /** Long lists that no two hellos share are held for few conversations at once. */
  #makeRoom(open: Open): void {
    const { ownItems } = this.#readerOf(open);
    this.#ownItems += ownItems - open.ownItems;
    open.ownItems = ownItems;
    while (this.#ownItems > mostOwnItems && this.#giveOneUp(open));
  }

  /** @returns false when there is none beside `but` */
  #giveOneUp(but?: Open): boolean {
    const open = this.#order.dispensable((one) => this.#readerOf(one).handshakeOver);
    if (open === undefined || open === but) return false;
    this.#counters.drop('conversation-finished-early');
    this.#finish(open);
    if (open.flow >= this.#marks.length) this.#growMarks(open.flow);
    this.#marks[open.flow] = finishedMark;
    return true;
  }

  /** Before secrets become known: what came so far is read without them. */
  readAll(): void {
    for (const open of this.#order) this.#readerOf(open);
  }

  /** What was kept unread is read now. */
  #readerOf(open: Open): TlsReader {
    const { unread } = open;
    open.unread = null;
    open.reader ??= unread === null ? new TlsReader(this.#context) : (this.#repeats as Repeats).read(unread);
    return open.reader;
  }

  #finish(open: Open): void {
    const { number, flow, unread } = open;
    this.#open[flow] = undefined;
    this.#order.finished(open);
    this.#ownItems -= open.ownItems;
    const repeats = unread !== null && this.#icmp.of(flow).length === 0 ? this.#repeats : null;
    const ordinary = unread !== null && repeats?.look(flow, unread) === true;
    if (ordinary && repeats.count(number)) return repeats.release(unread);
    const counted = this.#counters.total;
    const reader = this.#readerOf(open);
    reader.end();
    const facts = this.tracker.facts(flow);
    // Nothing told: certificates and alerts that came go to the side that the ports suggest, as the conversation does.
    reader.client ??= facts.initiator ?? (facts.portA >= facts.portB ? 0 : 1);
    const { client } = reader;
    const icmp = this.#icmp.of(flow);
    const event = this.#outlet.publish({
      id: conversationId(number),
      tls: reader.facts,
      transport: tcpTransport(facts, client, icmp.map(withoutPacket)),
      icmp,
      fragments: this.#fragments.of(tcp, endpointA(facts), endpointB(facts)),
    });
    if (ordinary && this.#counters.total === counted) repeats.learn(event);
  }

  /** A flow without TLS is over; most of them were connections of other protocols. */
  #failed(flow: number, reason: EndReason): void {
    if (!this.tracker.cameUp(flow)) {
      const facts = this.tracker.facts(flow);
      const waited = facts.syns >= 3 || this.#context.packet.time - facts.firstTime >= 3_000;
      this.#failures.flow(facts, this.#icmp.of(flow).map(withoutPacket), waited && reason !== 'evicted');
    } else if (this.#holes.delete(flow) && this.#lostItsHello(this.tracker.facts(flow))) {
      this.#finish(this.#recognise(flow, 0, 0));
    }
  }

  /**
   * Seen at the server, a hello whose head is lost on the way shows nothing of TLS: the bytes that came do not begin it. What tells is a
   * port where TLS is spoken, and that the server asked for the missing bytes, or that their packet came in fragments.
   */
  #lostItsHello(facts: TcpFacts): boolean {
    const { initiator } = facts;
    if (initiator === null) return false;
    const server = initiator === 0 ? endpointB(facts) : endpointA(facts);
    if (!this.#failures.speaksTls(server.address, server.port)) return false;
    const { missing, missingAcked, tailSacked } = facts.directions[initiator];
    const { incomplete } = this.#fragments.of(tcp, endpointA(facts), endpointB(facts));
    return missing > missingAcked && (tailSacked || incomplete > 0);
  }

  #markOf(flow: number): number {
    return this.#marks[flow] ?? 0;
  }

  #growMarks(flow: number): void {
    const length = Math.max(flow + 1, this.#marks.length * 2);
    const marks = new Uint8Array(length);
    marks.set(this.#marks);
    this.#marks = marks;
  }
}
