/** TLS connections that are open: read, or kept unread where they may be like an earlier one, and told when they end. */

import type { CarrierName } from '../../evidence/index.ts';
import type { Counters } from '../counters.ts';
import { type Interest, interest, type TcpTracker } from '../flow/index.ts';
import type { FragmentCounts } from '../path/fragment-counts.ts';
import type { IcmpErrors } from '../path/icmp-errors.ts';
import { withoutPacket } from '../path/icmp-evidence.ts';
import type { TlsContext } from '../tls/context.ts';
import { TlsReader } from '../tls/reader.ts';
import type { UnreadStream } from '../tls/unread-stream.ts';
import { type Opened, OpenOrder } from './open-order.ts';
import { conversationId, type Outlet } from './outlet.ts';
import { type CountRepeat, Repeats } from './repeats.ts';
import { endpointA, endpointB, tcpTransport } from './transport.ts';

type Direction = 0 | 1;

/** What came before a conversation was recognised. */
export interface BeforeHello {
  /** Bytes of the server. */
  readonly greeting: number;
  /** The client said something else; see `Half`. */
  readonly late: boolean;
  /** What TLS is packed into. */
  readonly carrier: CarrierName | null;
}

class Open implements Opened {
  over = false;
  readonly number: number;
  readonly flow: number;
  /** What came so far, as long as there is no reader. */
  unread: UnreadStream | null;
  reader: TlsReader | null;
  readonly wants: [boolean, boolean] = [true, true];
  readonly before: BeforeHello;
  /** See `TlsReader`. */
  ownItems = 0;
  /** `handshakeOver` of the reader when it was asked last, and whether something came since. */
  #handshakeOver = false;
  #isAsked = false;

  constructor(
    number: number,
    flow: number,
    unread: UnreadStream | null,
    reader: TlsReader | null,
    before: BeforeHello,
  ) {
    this.before = before;
    this.number = number;
    this.flow = flow;
    this.unread = unread;
    this.reader = reader;
  }

  heard(): void {
    this.#isAsked = false;
  }

  /** Of the oldest ones each is asked 64 times while conversations by the million are finished early. */
  isOver(reader: TlsReader): boolean {
    if (!this.#isAsked) this.#handshakeOver = reader.handshakeOver;
    this.#isAsked = true;
    return this.#handshakeOver;
  }
}

/** What conversations go to, and what tells of them. */
interface Surroundings {
  readonly tracker: TcpTracker;
  readonly icmp: IcmpErrors;
  readonly outlet: Outlet;
  readonly fragments: FragmentCounts;
  /** Asked of conversations that are like an earlier one; null: each is told. */
  readonly repeat: CountRepeat | null;
  /** The conversation of this flow was finished to make room, and counted as `conversation-finished-early`. */
  gaveUp(flow: number): void;
}

/** Items of lists that open conversations hold for themselves, all together: 5,000 usual hellos. */
const mostOwnItems = 300_000;
const tcp = 6;

export class OpenConversations {
  readonly #context: TlsContext;
  readonly #around: Surroundings;
  readonly #counters: Counters;
  readonly #repeats: Repeats | null;
  readonly #byFlow: (Open | undefined)[] = [];
  readonly #order = new OpenOrder<Open>();
  #ownItems = 0;

  constructor(context: TlsContext, surroundings: Surroundings) {
    this.#context = context;
    this.#around = surroundings;
    this.#counters = context.counters;
    const { tracker, outlet, fragments, repeat } = surroundings;
    this.#repeats = repeat && new Repeats(context, { tracker, outlet, fragments, count: repeat });
  }

  has(flow: number): boolean {
    return this.#byFlow[flow] !== undefined;
  }

  /**
   * @param kind what it begins with, as `looksLikeTlsStart` says; 0 when nothing told
   * @param isFirst nothing came before, in either direction
   */
  open(flow: number, kind: number, isFirst: boolean, before: BeforeHello): void {
    if (this.#order.size >= this.#context.limits.openConversations) this.#giveOneUp();
    if (this.#repeats?.crowded === true) this.readAll();
    const unread = kind === 1 && isFirst ? (this.#repeats?.stream() ?? null) : null;
    const reader = unread === null ? new TlsReader(this.#context) : null;
    if (kind !== 1 && reader !== null) reader.client = this.#around.tracker.initiatorOf(flow);
    const open = new Open(this.#around.outlet.nextNumber(), flow, unread, reader, before);
    if (reader !== null) reader.late = before.late;
    this.#byFlow[flow] = open;
    this.#order.add(open);
  }

  /**
   * The next bytes of a direction of an open one, in order; used only during the call.
   * @param continues they are of the same segment as those before; only of those that are not kept unread
   */
  feed(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number, continues = false): Interest {
    const open = this.#byFlow[flow] as Open;
    if (open.unread?.take(direction, bytes, start, end, this.#context.packet) === true) return interest.stream;
    if (!open.wants[direction]) return interest.none;
    const reader = this.#readerOf(open);
    const more = reader.data(direction, bytes, start, end, continues);
    open.heard();
    open.wants[direction] = more;
    this.#makeRoom(open, reader);
    return more ? interest.stream : interest.none;
  }

  /** So many bytes of a direction will not come. */
  hole(flow: number, direction: Direction, missing: number): Interest {
    const open = this.#byFlow[flow] as Open;
    if (open.wants[direction]) open.wants[direction] = this.#readerOf(open).hole(direction, missing);
    open.heard();
    return open.wants[direction] ? interest.stream : interest.none;
  }

  /** See `StreamHandler.waits`: what is not wanted any more is known once it is read. */
  waits(flow: number): void {
    const open = this.#byFlow[flow];
    if (open === undefined || open.unread === null) return;
    const reader = this.#readerOf(open);
    for (const direction of [0, 1] as const) {
      open.wants[direction] = reader.wants(direction);
      this.#around.tracker.want(flow, direction, open.wants[direction] ? interest.stream : interest.none);
    }
    this.#makeRoom(open, reader);
  }

  /** It is over: told, or counted as a repetition. */
  finish(flow: number): void {
    this.#finish(this.#byFlow[flow] as Open);
  }

  /** What came so far is read. */
  readAll(): void {
    for (const open of this.#order) this.#readerOf(open);
  }

  /** Long lists that no two hellos share are held for few conversations at once. */
  #makeRoom(open: Open, { ownItems }: TlsReader): void {
    if (ownItems === open.ownItems) return;
    this.#ownItems += ownItems - open.ownItems;
    open.ownItems = ownItems;
    while (this.#ownItems > mostOwnItems && this.#giveOneUp(open));
  }

  /** @returns false when there is none beside `but` */
  #giveOneUp(but?: Open): boolean {
    const open = this.#order.dispensable(this.#isOver);
    if (open === undefined || open === but) return false;
    this.#counters.drop('conversation-finished-early');
    this.#finish(open);
    this.#around.gaveUp(open.flow);
    return true;
  }

  readonly #isOver = (open: Open): boolean => open.isOver(open.reader ?? this.#readerOf(open));

  /** What was kept unread is read now. */
  #readerOf(open: Open): TlsReader {
    const { unread } = open;
    open.unread = null;
    if (open.reader === null) {
      open.reader = unread === null ? new TlsReader(this.#context) : (this.#repeats as Repeats).read(unread);
      open.reader.late = open.before.late;
    }
    return open.reader;
  }

  #finish(open: Open): void {
    const { number, flow, unread } = open;
    const { icmp, outlet, tracker, fragments } = this.#around;
    this.#byFlow[flow] = undefined;
    this.#order.finished(open);
    this.#ownItems -= open.ownItems;
    const errors = icmp.of(flow);
    const repeats = unread !== null && errors.length === 0 ? this.#repeats : null;
    const ordinary = unread !== null && repeats?.look(flow, unread) === true;
    if (ordinary && repeats.count(number)) return repeats.release(unread);
    const counted = this.#counters.total;
    const reader = this.#readerOf(open);
    reader.end();
    const facts = tracker.facts(flow);
    // Nothing told: certificates and alerts that came go to the side that the ports suggest, as the conversation does.
    reader.client ??= facts.initiator ?? (facts.portA >= facts.portB ? 0 : 1);
    const event = outlet.publish({
      id: conversationId(number),
      tls: reader.facts,
      transport: tcpTransport(facts, reader.client, errors.map(withoutPacket), open.before.carrier),
      icmp: errors,
      fragments: fragments.of(tcp, endpointA(facts), endpointB(facts)),
      greeting: open.before.greeting,
    });
    if (ordinary && this.#counters.total === counted) repeats.learn(event);
  }
}
