/** TLS on TCP: which flows are TLS, and which of the others failed. */

import { Carriers, looksCarried, mayBeCarried } from '../carriers/carriers.ts';
import {
  type EndReason,
  type Interest,
  interest,
  type StreamHandler,
  type TcpFacts,
  TcpTracker,
} from '../flow/index.ts';
import type { IcmpError } from '../link/icmp.ts';
import type { FragmentCounts } from '../path/fragment-counts.ts';
import { IcmpErrors } from '../path/icmp-errors.ts';
import { withoutPacket } from '../path/icmp-evidence.ts';
import type { TlsContext } from '../tls/context.ts';
import { looksLikeTlsStart, mayBeginTls, walks } from '../tls/look.ts';
import { Beginning, decisive } from './beginning.ts';
import type { Failures } from './failures.ts';
import { OpenConversations } from './open.ts';
import type { Outlet } from './outlet.ts';
import type { Pauses } from './pauses.ts';
import { afterProxyHeader, mayBeProxyHeader } from './proxy-header.ts';
import type { CountRepeat } from './repeats.ts';
import { endpointA, endpointB } from './transport.ts';

type Direction = 0 | 1;

/** What conversations go to, and what tells of them. */
export interface Surroundings {
  readonly outlet: Outlet;
  readonly failures: Failures;
  readonly fragments: FragmentCounts;
  readonly pauses: Pauses;
  /** Asked of conversations that are like an earlier one; null: each is told. */
  readonly repeat: CountRepeat | null;
}

const tcp = 6;
const maxBeginnings = 10_000;
/** Bits of a flow's marks: 1 and 2, what direction 0 or 1 sends is not TLS so far; it is TLS; it is looked at no more; it is a carrier, maybe of TLS. */
const openMark = 4;
const finishedMark = 8;
const carriedMark = 16;
const bothPlain = 3;
/** Room for more flows than most captures have: growing it costs what V8 made of the code around. */
const firstMarks = 32_768;

export class TcpConversations implements StreamHandler {
  readonly tracker: TcpTracker;
  readonly #context: TlsContext;
  readonly #failures: Failures;
  readonly #fragments: FragmentCounts;
  readonly #pauses: Pauses;
  readonly #open: OpenConversations;
  readonly #beginnings = new Map<number, Beginning>();
  /** Flows without TLS so far of which the first bytes of a direction are missing. */
  readonly #holes = new Set<number>();
  readonly #icmp: IcmpErrors;
  readonly #carriers: Carriers;
  #marks = new Uint8Array(firstMarks);

  constructor(context: TlsContext, { outlet, failures, fragments, pauses, repeat }: Surroundings) {
    const { packet, limits, counters } = context;
    this.#context = context;
    this.#failures = failures;
    this.#fragments = fragments;
    this.#pauses = pauses;
    this.#icmp = new IcmpErrors(counters);
    this.tracker = new TcpTracker(this, { packet, limits, counters });
    this.#open = new OpenConversations(context, {
      tracker: this.tracker,
      icmp: this.#icmp,
      outlet,
      fragments,
      repeat,
      gaveUp: (flow) => this.#gaveUp(flow),
    });
    this.#carriers = new Carriers(this.#open, (flow, direction) => this.#recognise(flow, direction, 0), counters);
  }

  bytes(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    if (flow >= this.#marks.length) this.#growMarks(flow);
    const marks = this.#marks[flow] as number;
    if ((marks & (1 << direction)) !== 0) {
      // Most segments of most captures end here.
      if (bytes[start] !== 0x16 || end - start < decisive) return this.#plain(flow, direction);
      return this.#later(flow, direction, bytes, start, end);
    }
    if ((marks & openMark) !== 0) return this.#open.feed(flow, direction, bytes, start, end);
    if ((marks & finishedMark) !== 0) return interest.none;
    if ((marks & carriedMark) !== 0) return this.#unpack(flow, direction, bytes, start, end);
    // So do the first ones of nearly all connections of other protocols.
    if (!mayBegin(bytes, start, end) && !this.#beginnings.has(flow * 2 + direction))
      return this.#plain(flow, direction);
    return this.#first(flow, direction, bytes, start, end);
  }

  hole(flow: number, direction: Direction, missing: number): Interest {
    if ((this.#markOf(flow) & carriedMark) !== 0) return this.#carriers.hole(flow, direction, missing);
    if (this.#open.has(flow)) return this.#open.hole(flow, direction, missing);
    this.#beginnings.delete(flow * 2 + direction);
    const isBeginning = (this.#markOf(flow) & (1 << direction)) === 0;
    if (isBeginning && this.#holes.size < maxBeginnings) this.#holes.add(flow);
    return interest.starts;
  }

  waits(flow: number): void {
    this.#open.waits(flow);
  }

  ended(flow: number, reason: EndReason): void {
    this.#carriers.end(flow);
    if (this.#open.has(flow)) this.#open.finish(flow);
    else if ((this.#markOf(flow) & finishedMark) === 0) this.#failed(flow, reason);
    if (flow < this.#marks.length) this.#marks[flow] = 0;
    this.#carriers.forget(flow);
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
      if (kind !== 0) return this.#begin(flow, direction, kind, bytes, start, end);
      const inner = afterProxyHeader(bytes, start, end);
      if (inner > start) return inner < end ? this.#first(flow, direction, bytes, inner, end) : interest.stream;
      if (looksCarried(bytes, start, end) === 2 && this.#follow(flow, direction, bytes, start, end))
        return this.#unpack(flow, direction, bytes, start, end);
      return this.#plain(flow, direction);
    }
    const beginning = known ?? new Beginning();
    const tells = beginning.tells(bytes, start, end);
    if (!tells && (known !== undefined || this.#beginnings.size < maxBeginnings)) {
      beginning.ends.push(beginning.length);
      this.#beginnings.set(key, beginning);
      return interest.stream;
    }
    this.#beginnings.delete(key);
    const { bytes: first, length } = beginning;
    if (looksCarried(first, 0, length) === 2 && this.#follow(flow, direction, first, 0, length)) {
      this.#carriers.bytes(flow, direction, first, 0, beginning.ends.at(-1) ?? 0);
      return this.#unpack(flow, direction, bytes, start, end);
    }
    const kind = this.#kindOf(flow, first, 0, length);
    if (kind === 0) return this.#plain(flow, direction);
    this.#recognise(flow, direction, kind);
    this.#feedBeginning(flow, direction, beginning);
    return this.#open.feed(flow, direction, bytes, start, end);
  }

  /** A direction begins as a carrier does. @returns false when there is no room for it */
  #follow(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const marks = this.#markOf(flow);
    if (!this.#carriers.follow(flow, bytes, start, end, marks & bothPlain)) return false;
    this.#marks[flow] = carriedMark;
    this.tracker.want(flow, direction === 0 ? 1 : 0, interest.stream);
    return true;
  }

  #unpack(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest {
    const wanted = this.#carriers.bytes(flow, direction, bytes, start, end);
    if (wanted !== null && !this.#carriers.isPast(flow)) return wanted;
    this.#carriers.forget(flow);
    this.#marks[flow] = wanted === null ? bothPlain : openMark;
    if (wanted !== null) return wanted;
    this.tracker.want(flow, direction === 0 ? 1 : 0, interest.handshakes);
    return this.bytes(flow, direction, bytes, start, end);
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
    return this.#begin(flow, direction, kind, bytes, start, end);
  }

  #begin(flow: number, direction: Direction, kind: number, bytes: Uint8Array, start: number, end: number): Interest {
    this.#recognise(flow, direction, kind);
    return this.#open.feed(flow, direction, bytes, start, end);
  }

  #recognise(flow: number, direction: Direction, kind: number): void {
    const other = direction === 0 ? 1 : 0;
    const begun = this.#beginnings.get(flow * 2 + other);
    // Bytes that came before the hello are read before it.
    const late = (this.#markOf(flow) & (1 << direction)) !== 0;
    const before = { greeting: this.#greeting(flow, direction, kind), late, carrier: this.#carriers.nameOf(flow) };
    this.#open.open(flow, kind, begun === undefined, before);
    this.#failures.empty.speakTls(this.tracker, flow);
    // What was plain so far may be TLS from here on.
    if ((this.#markOf(flow) & carriedMark) === 0) this.#marks[flow] = openMark;
    // Answers may begin with other records than those of handshakes.
    this.tracker.want(flow, other, interest.stream);
    if (begun === undefined) return;
    this.#beginnings.delete(flow * 2 + other);
    this.#feedBeginning(flow, other, begun);
  }

  /** Bytes of a server that spoke before the hello, to a client that had said nothing: neither STARTTLS nor a proxy that was asked. */
  #greeting(flow: number, client: Direction, kind: number): number {
    const other = client === 0 ? 1 : 0;
    const spoke = 1 << other;
    const isGreeted = kind === 1 && (this.#markOf(flow) & (spoke | (1 << client))) === spoke;
    return isGreeted ? this.tracker.reached(flow, other) : 0;
  }

  /** Segment by segment, as they came: a hello tells how many it took. */
  #feedBeginning(flow: number, direction: Direction, { bytes, ends }: Beginning): void {
    let start = 0;
    for (const end of ends) {
      this.#open.feed(flow, direction, bytes, start, end);
      start = end;
    }
  }

  #gaveUp(flow: number): void {
    if (flow >= this.#marks.length) this.#growMarks(flow);
    this.#marks[flow] = finishedMark;
    this.#carriers.forget(flow);
  }

  /** Before secrets become known: what came so far is read without them. */
  readAll(): void {
    this.#open.readAll();
  }

  /** A flow without TLS is over; most of them were connections of other protocols. */
  #failed(flow: number, reason: EndReason): void {
    if (!this.tracker.cameUp(flow)) {
      const facts = this.tracker.facts(flow);
      const watched = this.#pauses.watched(facts.firstTime, this.#context.packet.time);
      // Captures with several copies of each packet have three SYNs at once.
      const tried = facts.syns >= 3 && facts.lastTime - facts.firstTime >= 1_900;
      const waited = tried || watched >= 3_000;
      this.#failures.flow(facts, this.#icmp.of(flow).map(withoutPacket), waited && reason !== 'evicted');
    } else if (this.#holes.delete(flow) && this.#lostItsHello(this.tracker.facts(flow))) {
      this.#recognise(flow, 0, 0);
      this.#open.finish(flow);
    } else if (this.tracker.isEmpty(flow)) this.#empty(this.tracker.facts(flow));
    else if (this.tracker.isUnacknowledged(flow)) this.#failures.unacknowledged(this.tracker.facts(flow));
  }

  /** Ports of other services have health checks and spare connections by the thousand. */
  #empty(facts: TcpFacts): void {
    const server = facts.initiator === 0 ? endpointB(facts) : endpointA(facts);
    if (this.#failures.speaksTls(server.address, server.port)) this.#failures.empty.ended(facts);
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
    const marks = new Uint8Array(Math.max(flow + 1, this.#marks.length * 2));
    marks.set(this.#marks);
    this.#marks = marks;
  }
}

function mayBegin(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  return mayBeginTls(bytes, start, end) || mayBeProxyHeader(first) || mayBeCarried(first);
}
