/** DtlsFlights: what the handshake records of a DTLS conversation say, put in order and told to the handshake. */

import { dtlsHandshakeHeaderLength, handshakeType, helloRetryRequestRandom, sameBytes } from '../../wire/index.ts';
import { u16, u24 } from '../bytes.ts';
import type { TlsContext } from './context.ts';
import { connectionIdLength } from './dtls-connection-id.ts';
import type { DtlsDirection } from './dtls-direction.ts';
import { DtlsFragment, type DtlsMessageSink, DtlsMessages } from './dtls-messages.ts';
import type { Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';

export class DtlsFlights {
  /** Handshake messages, or parts of them, that each direction sent again; a packet that was captured twice is none. */
  readonly retransmissions: [number, number] = [0, 0];
  readonly #context: TlsContext;
  readonly #handshake: Handshake;
  readonly #directions: readonly [DtlsDirection, DtlsDirection];
  readonly #messages: readonly [DtlsMessages, DtlsMessages];
  readonly #fragment = new DtlsFragment();
  /** Of the hellos of both sides. */
  readonly #randoms: Uint8Array[] = [];

  constructor(context: TlsContext, handshake: Handshake, directions: readonly [DtlsDirection, DtlsDirection]) {
    this.#context = context;
    this.#handshake = handshake;
    this.#directions = directions;
    this.#messages = [new DtlsMessages(context, this.#sink(0)), new DtlsMessages(context, this.#sink(1))];
  }

  /** A hello with this random was read. @param at offset of the random */
  knows(bytes: Uint8Array, at: number): boolean {
    return this.#randoms.some((random) => sameBytes(random, bytes.subarray(at, at + random.length)));
  }

  /** The conversation is over: messages that wait for others are told, as far as they are whole. */
  end(): void {
    for (const direction of [0, 1] as const) {
      this.#messages[direction].end();
      this.#releaseChange(direction);
    }
  }

  /** A handshake record may hold several messages, or parts of them (RFC 6347 §4.2.3). */
  record(direction: Direction, bytes: Uint8Array, start: number, end: number, epoch: number, isNew: boolean): void {
    const fragment = this.#fragment;
    fragment.bytes = bytes;
    for (let at = start; at < end; at = fragment.end) {
      fragment.start = at + dtlsHandshakeHeaderLength;
      if (fragment.start > end) {
        this.#context.counters.drop('dtls-record-damaged');
        return;
      }
      fragment.type = bytes[at] as number;
      fragment.length = u24(bytes, at + 1);
      fragment.messageSeq = u16(bytes, at + 4);
      fragment.offset = u24(bytes, at + 6);
      const length = u24(bytes, at + 9);
      fragment.end = fragment.start + length;
      if (fragment.end > end || fragment.offset + length > fragment.length) {
        this.#context.counters.drop('dtls-record-damaged');
        return;
      }
      this.#take(direction, fragment, epoch, isNew);
    }
    this.#releaseChange(direction);
  }

  #take(direction: Direction, fragment: DtlsFragment, epoch: number, isNew: boolean): void {
    const messages = this.#messages[direction];
    if (messages.isPast(fragment.messageSeq)) {
      if (!this.#isAnotherHello(direction, fragment)) {
        if (!isNew) return;
        this.retransmissions[direction]++;
        if (epoch === 0) this.#directions[direction].repeatedAt = this.#context.packet.time;
        return;
      }
      messages.restart(fragment.messageSeq);
      if (epoch === 0 && fragment.type === handshakeType.client_hello) this.#restart(direction, fragment);
    }
    messages.fragment(fragment);
  }

  /** A hello whose number was there before, but with another random or of another length: nobody sends it again so. */
  #isAnotherHello(direction: Direction, { type, length, offset, bytes, start, end }: DtlsFragment): boolean {
    if (type !== handshakeType.client_hello && type !== handshakeType.server_hello) return false;
    if (offset > 0 || end - start < randomEnd) return false;
    const state = this.#directions[direction];
    // After a HelloVerifyRequest, some servers number their ServerHello from 0 again.
    if (state.helloLength === 0) return this.#messages[direction].idle;
    return state.helloLength !== length || !state.hasRandom(bytes, start + randomStart);
  }

  /** A client begins anew; with another random this is another handshake, of which the server's part follows. */
  #restart(direction: Direction, { bytes, start }: DtlsFragment): void {
    if (this.#directions[direction].hasRandom(bytes, start + randomStart)) return;
    const other = direction === 0 ? 1 : 0;
    this.#messages[other].restart(-1);
    this.#directions[direction].restart();
    this.#directions[other].restart();
  }

  /** A change_cipher_spec, the end of an epoch. */
  change(direction: Direction, epoch: number): void {
    const state = this.#directions[direction];
    if (state.changes > epoch) return;
    state.changes = epoch + 1;
    if (this.#messages[direction].idle) {
      this.#tellChange(direction);
    } else {
      state.heldPacket = this.#context.packet.number;
      state.heldTime = this.#context.packet.time;
    }
  }

  /** A change_cipher_spec that came before the messages that it follows. */
  #releaseChange(direction: Direction): void {
    const state = this.#directions[direction];
    const { heldPacket } = state;
    if (heldPacket === 0 || !this.#messages[direction].idle) return;
    state.heldPacket = 0;
    this.#at(heldPacket, state.heldTime, () => this.#tellChange(direction));
  }

  #tellChange(direction: Direction): void {
    const { missing, flightDone } = this.#directions[direction];
    // What looks like a resumed session may be a full handshake of which records are missing.
    if (missing > 0 && !flightDone && direction !== this.#handshake.client) this.#handshake.gap(direction);
    this.#handshake.changeCipherSpec(direction);
  }

  #message(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number, datagrams: number): void {
    const state = this.#directions[direction];
    if (type === handshakeType.client_hello || type === handshakeType.server_hello) {
      state.flightDone = false;
      if (end - start >= randomEnd) {
        state.keepHello(end - start, bytes, start + randomStart);
        this.#keepRandom(bytes.slice(start + randomStart, start + randomEnd));
      }
      const isClientHello = type === handshakeType.client_hello;
      const idLength = connectionIdLength(bytes, start, end, isClientHello);
      this.#directions[direction === 0 ? 1 : 0].idLength = idLength;
      // The client's is used only where the server has one, too (RFC 9146 §3).
      if (!isClientHello && idLength < 0) state.idLength = -1;
    } else if (type === handshakeType.server_hello_done) {
      state.flightDone = true;
    }
    const fault = this.#handshake.message(direction, type, bytes, start, end, datagrams);
    if (fault !== null) this.#handshake.malformed(direction, fault);
  }

  /** That of a HelloRetryRequest is the same for everybody (RFC 8446 §4.1.3). */
  #keepRandom(random: Uint8Array): void {
    if (this.#randoms.length >= mostRandoms || sameBytes(random, helloRetryRequestRandom)) return;
    if (!this.knows(random, 0)) this.#randoms.push(random);
  }

  #sink(direction: Direction): DtlsMessageSink {
    return {
      message: (type, bytes, start, end, datagrams, packet, time) =>
        this.#at(packet, time, () => this.#message(direction, type, bytes, start, end, datagrams)),
      unread: (type) => this.#handshake.unread(direction, type),
      cut: () => this.#handshake.cut(direction),
      midStream: () => this.#handshake.midStream(direction),
      gap: () => this.#handshake.gap(direction),
    };
  }

  /** Tells of something that an earlier packet brought. */
  #at(number: number, time: number, tell: () => void): void {
    const { packet } = this.#context;
    const now = { number: packet.number, time: packet.time };
    packet.number = number;
    packet.time = time;
    tell();
    packet.number = now.number;
    packet.time = now.time;
  }
}

const mostRandoms = 8;
/** Of a hello's body: the random follows the version. */
export const randomStart = 2;
export const randomEnd = 34;
