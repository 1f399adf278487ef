/** Handshake messages of one direction of DTLS, out of fragments that may be lost, doubled, overlapping and out of order. */

import { handshakeType } from '../../wire/index.ts';
import { sharedOf, type TlsContext } from './context.ts';
import type { MessageBuffers } from './message-buffers.ts';

/** Where the messages go, in the order of their numbers. */
export interface DtlsMessageSink {
  /** @param packet and `time` of the packet that completed it. @param datagrams that its bytes came in */
  message(
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    datagrams: number,
    packet: number,
    time: number,
  ): void;
  /** Too long, or never complete. */
  unread(type: number, length: number): void;
  /** Parts of a message never came. */
  cut(): void;
  /** The capture begins within a flight. */
  midStream(): void;
  /** Messages are missing before what comes next. */
  gap(): void;
}

/** A handshake fragment (RFC 6347 §4.2.2): its header's fields, and [start, end) of its bytes. Filled anew for each. */
export class DtlsFragment {
  type = 0;
  /** Of the whole message. */
  length = 0;
  messageSeq = 0;
  offset = 0;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
}

export class DtlsMessages {
  readonly #context: TlsContext;
  readonly #buffers: MessageBuffers;
  readonly #sink: DtlsMessageSink;
  /** Number of the message that is delivered next; -1 as long as none that begins a flight came. */
  #next = -1;
  /** Messages that are incomplete, or wait for earlier ones; by number. */
  readonly #waiting: Waiting[] = [];

  constructor(context: TlsContext, sink: DtlsMessageSink) {
    this.#context = context;
    this.#buffers = sharedOf(context).buffers;
    this.#sink = sink;
  }

  /** Nothing is incomplete, and nothing waits. */
  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  /** True when a message of this number was delivered before. */
  isPast(messageSeq: number): boolean {
    return messageSeq < this.#next;
  }

  fragment(fragment: DtlsFragment): void {
    const { type, length, messageSeq, offset, bytes, start, end } = fragment;
    if (this.#next < 0 && beginsFlight.has(type)) this.#beginAt(messageSeq);
    if (this.isPast(messageSeq)) return;
    const { counters, limits, packet } = this.#context;
    if (messageSeq >= (this.#next < 0 ? (this.#waiting[0]?.messageSeq ?? messageSeq) : this.#next) + window) {
      counters.drop('dtls-message-out-of-window');
      return;
    }
    const isWhole = offset === 0 && end - start === length;
    if (
      isWhole &&
      messageSeq === this.#next &&
      length <= limits.messageBytes &&
      this.#waiting[0]?.messageSeq !== messageSeq
    ) {
      this.#next++;
      this.#sink.message(type, bytes, start, end, 1, packet.number, packet.time);
    } else {
      this.#keep(fragment);
    }
    this.#deliver();
  }

  /** Nothing more comes, or another handshake begins: what waits is told as far as it is whole. */
  end(): void {
    while (this.#waiting.length > 0) {
      const { messageSeq, type, length } = this.#waiting[0] as Waiting;
      if (this.#next < 0) this.#sink.midStream();
      else if (messageSeq > this.#next) this.#sink.gap();
      this.#next = messageSeq;
      this.#deliver();
      if (this.#waiting[0]?.messageSeq !== messageSeq) continue;
      this.#sink.unread(type, length);
      this.#sink.cut();
      this.#release();
      this.#next++;
    }
  }

  /** Another handshake begins: numbers count from this one on. */
  restart(messageSeq: number): void {
    this.end();
    this.#next = messageSeq;
  }

  #beginAt(messageSeq: number): void {
    this.#next = messageSeq;
    while (this.#waiting.length > 0 && this.isPast((this.#waiting[0] as Waiting).messageSeq)) this.#release();
  }

  #deliver(): void {
    while (this.#waiting[0]?.messageSeq === this.#next) {
      const { type, length, buffer, isRead, isWhole, datagrams, packet, time } = this.#waiting[0];
      if (!isWhole) return;
      this.#next++;
      if (isRead && buffer !== null) this.#sink.message(type, buffer, 0, length, datagrams, packet, time);
      else if (isRead) this.#sink.message(type, nothing, 0, 0, datagrams, packet, time);
      else this.#sink.unread(type, length);
      this.#release();
    }
  }

  /** Lets the first one go. */
  #release(): void {
    const [first] = this.#waiting.splice(0, 1);
    if (first?.buffer) this.#buffers.give(first.buffer);
  }

  #keep(fragment: DtlsFragment): void {
    const { counters } = this.#context;
    const waiting = this.#waitingFor(fragment);
    if (waiting.isWhole) return;
    if (waiting.type !== fragment.type || waiting.length !== fragment.length) {
      counters.drop('dtls-fragment-contradicts');
      return;
    }
    const fault = waiting.add(fragment, this.#buffers, this.#context);
    if (fault === null) return;
    counters.drop(fault);
    waiting.isRead = false;
    waiting.isWhole = true;
  }

  #waitingFor({ type, length, messageSeq }: DtlsFragment): Waiting {
    const at = this.#waiting.findIndex((one) => one.messageSeq >= messageSeq);
    const found = this.#waiting[at];
    if (found?.messageSeq === messageSeq) return found;
    const made = new Waiting(type, length, messageSeq);
    if (length > this.#context.limits.messageBytes) {
      this.#context.counters.drop('handshake-message-too-long');
      made.isRead = false;
      made.isWhole = true;
    }
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, made);
    return made;
  }
}

class Waiting {
  readonly type: number;
  readonly length: number;
  readonly messageSeq: number;
  buffer: Uint8Array | null = null;
  /** False when its bytes are not kept. */
  isRead = true;
  isWhole = false;
  datagrams = 0;
  packet = 0;
  time = 0;
  /** Parts that are there, as start and end in turn, rising and apart from each other. */
  readonly #parts: number[] = [];

  constructor(type: number, length: number, messageSeq: number) {
    this.type = type;
    this.length = length;
    this.messageSeq = messageSeq;
  }

  /** Of bytes that come again, the first count. @returns why they are not kept, for the counters, or null */
  add({ offset, bytes, start, end }: DtlsFragment, buffers: MessageBuffers, { packet }: TlsContext): string | null {
    const stop = offset + end - start;
    if (this.#holds(offset, stop)) return null;
    if (!this.#makeRoom(stop, buffers)) return 'handshake-buffers-full';
    const buffer = this.buffer;
    if (buffer !== null) this.#copyNew(buffer, offset, stop, bytes, start);
    this.#cover(offset, stop);
    if (this.packet !== packet.number) this.datagrams++;
    this.packet = packet.number;
    this.time = packet.time;
    this.isWhole = this.#holds(0, this.length);
    return this.#parts.length > 2 * mostParts ? 'dtls-fragments-apart' : null;
  }

  #holds(start: number, stop: number): boolean {
    const parts = this.#parts;
    if (start === stop) return parts.length > 0 || this.datagrams > 0;
    for (let i = 0; i < parts.length; i += 2) {
      if (start >= (parts[i] as number) && stop <= (parts[i + 1] as number)) return true;
    }
    return false;
  }

  #makeRoom(size: number, buffers: MessageBuffers): boolean {
    const before = this.buffer;
    if (size === 0 || (before !== null && before.length >= size)) return true;
    const held = this.#parts.at(-1) ?? 0;
    const buffer = before === null ? buffers.take(size) : buffers.grow(before, held, size);
    if (buffer !== null) this.buffer = buffer;
    return buffer !== null;
  }

  #copyNew(buffer: Uint8Array, offset: number, stop: number, bytes: Uint8Array, start: number): void {
    const parts = this.#parts;
    let at = offset;
    for (let i = 0; i <= parts.length && at < stop; i += 2) {
      const gapEnd = Math.min(stop, parts[i] ?? stop);
      for (; at < gapEnd; at++) buffer[at] = bytes[start + at - offset] as number;
      at = Math.max(at, parts[i + 1] ?? stop);
    }
  }

  #cover(start: number, stop: number): void {
    const parts = this.#parts;
    let first = 0;
    while (first < parts.length && (parts[first + 1] as number) < start) first += 2;
    let last = first;
    let from = start;
    let to = stop;
    while (last < parts.length && (parts[last] as number) <= stop) {
      from = Math.min(from, parts[last] as number);
      to = Math.max(to, parts[last + 1] as number);
      last += 2;
    }
    parts.splice(first, last - first, from, to);
  }
}

/** Messages that may be under way at once; a flight has fewer. */
const window = 16;
/** Parts of a message with holes between them. */
const mostParts = 64;
const nothing = new Uint8Array(0);
const beginsFlight: ReadonlySet<number> = new Set([
  handshakeType.hello_request,
  handshakeType.client_hello,
  handshakeType.server_hello,
  handshakeType.hello_verify_request,
]);
