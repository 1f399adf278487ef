/**
 * Conversations that are like an earlier one. Their records are kept unread until they end; when nothing happened to the flow and the outline
 * of the records is a known one, whoever asked for that is told of the repetition in place of the conversation, and nothing is read at all.
 * Everything else is read then as if it came now, which gives the same.
 */

import type { Endpoint } from '../../evidence/index.ts';
import type { ConversationEvent } from '../events.ts';
import { PlainFlow, type TcpTracker } from '../flow/index.ts';
import { addressText } from '../link/address.ts';
import type { FragmentCounts } from '../path/fragment-counts.ts';
import type { TlsContext } from '../tls/context.ts';
import { Likeness, Likenesses } from '../tls/likeness.ts';
import { Outliner } from '../tls/outline.ts';
import { TlsReader } from '../tls/reader.ts';
import { type UnreadStream, UnreadStreams } from '../tls/unread-stream.ts';
import { farewells } from './ending.ts';
import { conversationId, type Outlet } from './outlet.ts';

/** What is its own of a conversation that is otherwise like another one. */
export interface Repeat {
  /** As it would have been told. */
  readonly id: string;
  /** Time of its first packet, in milliseconds since 1970. */
  readonly time: number;
  /** Made when it is asked for, or written as JSON; a copy by spreading has none. */
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Of its ClientHello, as `clientHello.length` of a conversation. */
  readonly helloLength: number;
}

/** Hardly anybody asks for the client, and no two conversations may have the same one. */
class Again implements Repeat {
  readonly time: number;
  readonly server: Endpoint;
  readonly helloLength: number;
  readonly #number: number;
  readonly #address: number;
  readonly #port: number;

  /** @param address of the client, IPv4 */
  constructor(
    number: number,
    { time, server, helloLength }: Pick<Repeat, 'time' | 'server' | 'helloLength'>,
    address: number,
    port: number,
  ) {
    this.#number = number;
    this.time = time;
    this.server = server;
    this.helloLength = helloLength;
    this.#address = address;
    this.#port = port;
  }

  get id(): string {
    return conversationId(this.#number);
  }

  get client(): Endpoint {
    return { address: ip4Text(this.#address), port: this.#port };
  }

  toJSON(): Repeat {
    const { id, time, client, server, helloLength } = this;
    return { id, time, client, server, helloLength };
  }
}

function ip4Text(address: number): string {
  return addressText(0, 0, mapped, address >>> 0);
}

/** @returns true when the conversation was counted, and is not to be told itself */
export type CountRepeat = (like: Likeness, repeat: Repeat) => boolean;

/** Streams kept unread at once, up to 19 KiB each. */
const mostUnread = 1_500;
/** Twice what the certificates of each hardly ever take in their store: which of them a full one keeps depends on the order of reading. */
const certificateRoom = 40_960;
/** IPv4 addresses whose text is kept. */
const mostTexts = 10_000;
const mapped = 0xffff;
const tcp = 6;

/** What tells of conversations, and what takes those that came again. */
export interface RepeatSurroundings {
  readonly tracker: TcpTracker;
  readonly outlet: Outlet;
  readonly fragments: FragmentCounts;
  readonly count: CountRepeat;
}

export class Repeats {
  readonly #context: TlsContext;
  readonly #tracker: TcpTracker;
  readonly #outlet: Outlet;
  readonly #fragments: FragmentCounts;
  readonly #count: CountRepeat;
  readonly #outliner = new Outliner();
  readonly #flow = new PlainFlow();
  readonly #likenesses: Likenesses;
  readonly #texts = new Map<number, string>();
  /** Of the conversation that was looked at last. */
  #like: Likeness | null = null;
  readonly #streams = new UnreadStreams();
  #used = 0;

  constructor(context: TlsContext, { tracker, outlet, fragments, count }: RepeatSurroundings) {
    this.#context = context;
    this.#tracker = tracker;
    this.#outlet = outlet;
    this.#fragments = fragments;
    this.#count = count;
    this.#likenesses = new Likenesses(context.sameBytes);
  }

  /** For a conversation that begins; null when it is to be read at once. */
  stream(): UnreadStream | null {
    const { secrets, certificates } = this.#context;
    if (this.#used >= mostUnread || !this.#likenesses.worthwhile) return null;
    // What secrets open is not kept.
    if ((secrets?.size ?? 0) > 0 || certificates.room < (this.#used + 1) * certificateRoom) return null;
    this.#used++;
    return this.#streams.take();
  }

  /** What is kept unread may not find room for its certificates much longer. */
  get crowded(): boolean {
    return this.#used * certificateRoom > 2 * this.#context.certificates.room;
  }

  /** The stream is not used any more. */
  release(stream: UnreadStream): void {
    this.#used--;
    this.#streams.give(stream);
    if (this.#used === 0 && !this.#willBeUsed) this.#streams.clear();
  }

  get #willBeUsed(): boolean {
    return this.#likenesses.worthwhile && this.#context.certificates.room >= certificateRoom;
  }

  /** A reader that has read it, and goes on from there. */
  read(stream: UnreadStream): TlsReader {
    const reader = new TlsReader(this.#context);
    stream.play(reader, this.#context.packet);
    this.release(stream);
    return reader;
  }

  /** Looks at a conversation that is over. @returns false when it can neither be like another one nor stand for others */
  look(flow: number, stream: UnreadStream): boolean {
    return this.#tracker.readPlain(flow, this.#flow) && !this.#hasFragments() && this.#outliner.draw(stream);
  }

  #hasFragments(): boolean {
    if (this.#fragments.none) return false;
    const { a, b, portA, portB } = this.#flow;
    return this.#fragments.of(tcp, this.#endpoint(a, portA), this.#endpoint(b, portB)).seen > 0;
  }

  /** Counts the conversation that was looked at last, if it is like an earlier one and that is enough. */
  count(number: number): boolean {
    const { client, certificateAt, helloLength } = this.#outliner;
    const flow = this.#flow;
    const server = client === 0 ? 1 : 0;
    const like = this.#likenesses.find(this.#outliner, flow, client === 0 ? flow.portB : flow.portA);
    this.#like = like;
    if (like === null || !like.judged || this.#outlet.own.size > 0) return false;
    const { a, b, portA, portB } = flow;
    const time = Math.floor(flow.firstTime);
    const repeat =
      client === 0
        ? new Again(number, { time, server: this.#endpoint(b, portB), helloLength }, a, portA)
        : new Again(number, { time, server: this.#endpoint(a, portA), helloLength }, b, portB);
    if (!this.#count(like, repeat)) return false;
    const seen = { client: certificateAt[client], server: certificateAt[server] };
    this.#outlet.again(like, number, repeat.server, seen);
    return true;
  }

  /** The conversation that was looked at last, and then read, stands for those that are like it. */
  learn(event: ConversationEvent): void {
    const { conversation } = event;
    const { end, alert } = conversation.evidence;
    // An alert that another time may only answer a FIN.
    if (end === 'alert' && alert !== null && farewells.has(alert.code)) return;
    // Other ends depend on time, and are worth a look of their own.
    if (this.#like !== null || (end !== 'complete' && end !== 'alert') || this.#outlet.own.size > 0) return;
    const like = new Likeness(conversation, this.#outlet.sightingsIn(conversation), this.#flow);
    if (this.#likenesses.learn(this.#outliner, like)) event.like = like;
  }

  #endpoint(address: number, port: number): Endpoint {
    let text = this.#texts.get(address);
    if (text === undefined) {
      if (this.#texts.size >= mostTexts) this.#texts.clear();
      text = ip4Text(address);
      this.#texts.set(address, text);
    }
    return { address: text, port };
  }
}
