/** Handshake messages of one direction out of fragments that are cut anywhere; a message that lies whole in one is not copied. */

import { handshakeType, handshakeTypes } from '../../wire/index.ts';
import type { CaptureLimits } from '../limits.ts';
import type { MessageBuffers } from './message-buffers.ts';

/** Who is told of messages. */
export interface MessageSink {
  /** @param segments pieces of the stream that the message came in */
  handshakeMessage(
    direction: 0 | 1,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    segments: number,
  ): void;
  /** A message that is passed over: why, as the counters say; null where its bytes are missing. */
  handshakeUnread(direction: 0 | 1, type: number, reason: string | null): void;
}

/**
 * What a record may hold. `any`: messages. `known`: something that may be one in clear. `first`: the same, or a hello of any
 * length. `hello`: a ClientHello that fills it.
 */
export type Guard = 'any' | 'known' | 'first' | 'hello';

export class MessageAssembler {
  readonly #direction: 0 | 1;
  readonly #sink: MessageSink;
  readonly #buffers: MessageBuffers;
  readonly #limit: number;
  /** Header bytes so far; 4 while a body is collected. */
  #have = 0;
  #type = 0;
  #length = 0;
  #body: Uint8Array | null = null;
  #bodyLength = 0;
  /** Bytes left of a message that is passed over. */
  #skip = 0;
  #segments = 0;
  #lastPiece = -1;
  #guard: Guard = 'any';
  #guarded = 0;
  #stopped = false;
  /** The guard found that the record holds something else. */
  refused = false;

  constructor(direction: 0 | 1, sink: MessageSink, buffers: MessageBuffers, limits: CaptureLimits) {
    this.#direction = direction;
    this.#sink = sink;
    this.#buffers = buffers;
    this.#limit = limits.messageBytes;
  }

  /** A message has begun and is not whole. */
  get pending(): boolean {
    return this.#have > 0 || this.#skip > 0;
  }

  /** A record of handshake messages begins. @param length of its fragment */
  record(guard: Guard, length: number): void {
    this.#guard = this.pending ? 'any' : guard;
    this.#guarded = length;
    this.refused = false;
  }

  /** @param piece number of the piece of the stream that the bytes are from */
  push(bytes: Uint8Array, start: number, end: number, piece: number): void {
    let at = start;
    while (at < end && !this.#stopped) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      if (this.#have === 0) this.#segments = 1;
      else if (piece !== this.#lastPiece) this.#segments++;
      this.#lastPiece = piece;
      if (this.#have < headerLength) {
        at = this.#readHeader(bytes, at, end);
        if (this.#have < headerLength || !this.#wanted()) {
          if (this.refused) return;
          continue;
        }
        if (end - at >= this.#length) {
          this.#have = 0;
          const next = at + this.#length;
          this.#sink.handshakeMessage(this.#direction, this.#type, bytes, at, next, this.#segments);
          at = next;
          continue;
        }
      }
      at = this.#collect(bytes, at, end);
    }
  }

  /** So many bytes of the fragment will not come. Returns false when the next message can no longer be found. */
  lose(missing: number): boolean {
    if (this.#skip < missing) {
      const left = this.#have === headerLength ? this.#length - this.#bodyLength : 0;
      if (left < missing) return false;
      this.#sink.handshakeUnread(this.#direction, this.#type, null);
      this.#release();
      this.#skip = left;
    }
    this.#skip -= missing;
    return true;
  }

  /** Nothing is read any more. */
  stop(): void {
    this.#stopped = true;
    this.#skip = 0;
    this.#release();
  }

  /** Takes header bytes; returns the offset after them. */
  #readHeader(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (this.#have < headerLength && at < end) {
      const byte = bytes[at++] as number;
      if (this.#have++ === 0) {
        this.#type = byte;
        this.#length = 0;
      } else {
        this.#length = this.#length * 256 + byte;
      }
    }
    return at;
  }

  /** The header is whole: is the message read? */
  #wanted(): boolean {
    if (this.#guard !== 'any' && !this.#guardAgrees()) {
      this.refused = true;
      this.#have = 0;
      return false;
    }
    this.#guard = 'any';
    if (this.#length <= this.#limit) return true;
    this.#pass('handshake-message-too-long');
    return false;
  }

  /** Encrypted bytes agree by chance once in 2^24 and in 2^12. */
  #guardAgrees(): boolean {
    const whole = headerLength + this.#length;
    if (this.#guard === 'hello') return this.#type === handshakeType.client_hello && whole === this.#guarded;
    const isHello = this.#type === handshakeType.client_hello || this.#type === handshakeType.server_hello;
    if (this.#guard === 'first' && isHello) return true;
    if (this.#length === 0 && this.#guarded !== headerLength) return false;
    return handshakeTypes.has(this.#type) && this.#length < 2 ** 16;
  }

  /** Appends to the body, and delivers it when it is whole; returns the offset after what was taken. */
  #collect(bytes: Uint8Array, start: number, end: number): number {
    const taken = Math.min(this.#length - this.#bodyLength, end - start);
    const needed = this.#bodyLength + taken;
    const body = this.#room(needed);
    if (body === null) {
      this.#pass('handshake-buffers-full');
      return start;
    }
    body.set(bytes.subarray(start, start + taken), this.#bodyLength);
    this.#bodyLength = needed;
    if (needed === this.#length) {
      this.#have = 0;
      this.#sink.handshakeMessage(this.#direction, this.#type, body, 0, needed, this.#segments);
      this.#release();
    }
    return start + taken;
  }

  /** Room for `size` bytes of the body; four times as much for the rest, but not on the word of a length alone. */
  #room(size: number): Uint8Array | null {
    const body = this.#body;
    if (body !== null && body.length >= size) return body;
    const wanted = Math.min(this.#length, 4 * size);
    const larger = body === null ? this.#buffers.take(wanted) : this.#buffers.grow(body, this.#bodyLength, wanted);
    if (larger !== null) this.#body = larger;
    return larger;
  }

  /** Passes over the message that has begun. */
  #pass(reason: string): void {
    const left = this.#length - this.#bodyLength;
    this.#sink.handshakeUnread(this.#direction, this.#type, reason);
    this.#release();
    this.#skip = left;
  }

  #release(): void {
    if (this.#body !== null) this.#buffers.give(this.#body);
    this.#body = null;
    this.#bodyLength = 0;
    this.#have = 0;
  }
}

const headerLength = 4;
