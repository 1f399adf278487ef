/** DtlsReader: both directions of one DTLS conversation, from datagrams to facts. */

import {
  contentType,
  dtlsHandshakeHeaderLength,
  dtlsRecordHeaderLength,
  handshakeType,
  isDtlsUnifiedHeader,
} from '../../wire/index.ts';
import { u16, u24 } from '../bytes.ts';
import type { TlsContext } from './context.ts';
import { DtlsDirection } from './dtls-direction.ts';
import { isRecordHeader } from './dtls-look.ts';
import { DtlsFragment, type DtlsMessageSink, DtlsMessages } from './dtls-messages.ts';
import { DtlsOpener } from './dtls-opener.ts';
import type { TlsFacts } from './facts.ts';
import { Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';

export { looksLikeDtls } from './dtls-look.ts';

export class DtlsReader {
  /** Handshake messages, or parts of them, that each direction sent again; a packet that was captured twice is none. */
  readonly retransmissions: [number, number] = [0, 0];
  readonly #context: TlsContext;
  readonly #handshake: Handshake;
  readonly #opener: DtlsOpener;
  readonly #directions: readonly [DtlsDirection, DtlsDirection] = [new DtlsDirection(), new DtlsDirection()];
  readonly #messages: readonly [DtlsMessages, DtlsMessages];
  readonly #fragment = new DtlsFragment();

  constructor(context: TlsContext) {
    this.#context = context;
    this.#handshake = new Handshake(context, 'dtls');
    this.#opener = new DtlsOpener(context, this.#handshake);
    this.#messages = [new DtlsMessages(context, this.#sink(0)), new DtlsMessages(context, this.#sink(1))];
  }

  /** Direction that the client sends in; null as long as no message tells. */
  get client(): Direction | null {
    return this.#handshake.client;
  }
  set client(direction: Direction | null) {
    this.#handshake.client = direction;
  }

  /** Both sides are known to have finished. */
  get handshakeOver(): boolean {
    return this.#handshake.complete;
  }

  /** A snapshot. */
  get facts(): TlsFacts {
    return this.#handshake.facts();
  }

  /** A datagram of the conversation. What is not DTLS in it is counted and passed over. */
  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (isDtlsUnifiedHeader(bytes[at] as number)) {
        at = this.#unified(direction, bytes, at, end);
      } else if (end - at < dtlsRecordHeaderLength || !isRecordHeader(bytes, at)) {
        this.#context.counters.drop('dtls-record-damaged');
        return;
      } else {
        const body = at + dtlsRecordHeaderLength;
        // A connection ID stands before the length (RFC 9146 §4); how long it is was agreed on in the hellos.
        const hasId = bytes[at] === contentType.tls12_cid;
        const next = hasId ? end : body + u16(bytes, at + 11);
        if (next > end) {
          this.#context.counters.drop('dtls-record-damaged');
          return;
        }
        this.#record(direction, bytes, at, body, next);
        at = next;
      }
    }
  }

  /** The conversation is over: messages that wait for others are told, as far as they are whole. */
  end(): void {
    for (const direction of [0, 1] as const) {
      this.#messages[direction].end();
      this.#releaseChange(direction);
    }
  }

  #record(direction: Direction, bytes: Uint8Array, at: number, start: number, end: number): void {
    const type = bytes[at] as number;
    const epoch = u16(bytes, at + 3);
    const state = this.#directions[direction];
    if (!state.begun && epoch > 0) this.#handshake.midStream(direction);
    state.begun = true;
    const sequenceNumber = u16(bytes, at + 5) * 2 ** 32 + u16(bytes, at + 7) * 2 ** 16 + u16(bytes, at + 9);
    if (epoch > 0) {
      this.#sealed(direction, type, bytes, at, start, end, epoch, sequenceNumber);
      return;
    }
    const isNew = state.isNew(epoch, sequenceNumber);
    if (type === contentType.handshake) this.#fragments(direction, bytes, start, end, epoch, isNew);
    else if (type === contentType.alert && isNew && end - start === alertLength)
      this.#handshake.alert(direction, bytes[start] as number, bytes[start + 1] as number);
    else if (type === contentType.change_cipher_spec) this.#change(direction, 0);
  }

  /** A record of epoch 1 or later. */
  #sealed(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    at: number,
    start: number,
    end: number,
    epoch: number,
    sequenceNumber: number,
  ): void {
    const handshake = this.#handshake;
    if (type === contentType.application_data || type === contentType.tls12_cid) {
      handshake.applicationData(direction, end - start);
      return;
    }
    const state = this.#directions[direction];
    if (!state.isNew(epoch, sequenceNumber)) return;
    if (type === contentType.change_cipher_spec) {
      this.#change(direction, epoch);
      return;
    }
    if (type !== contentType.handshake && type !== contentType.alert) return;
    const version = u16(bytes, at + 1);
    const opened =
      epoch === 1
        ? this.#opener.open(direction, type, version, epoch, sequenceNumber, bytes.subarray(start, end))
        : null;
    if (opened !== null) {
      handshake.opened();
      const { fragment } = opened;
      if (type === contentType.handshake) this.#fragments(direction, fragment, 0, fragment.length, epoch, true);
      else if (fragment.length === alertLength)
        handshake.alert(direction, fragment[0] as number, fragment[1] as number);
    } else if (type === contentType.alert) {
      handshake.encryptedAlert(direction);
    } else if (epoch > state.sealedEpoch) {
      // A Finished that is sent again looks like any other message: of each epoch only the first record counts.
      state.sealedEpoch = epoch;
      handshake.encryptedHandshake(direction);
    }
  }

  /** A record of DTLS 1.3 (RFC 9147 §4). @returns where it ends; with a connection ID, or without a length, at the datagram's end */
  #unified(direction: Direction, bytes: Uint8Array, at: number, end: number): number {
    const flags = bytes[at] as number;
    const body = at + ((flags & unified.longSequenceNumber) === 0 ? 2 : 3);
    const hasLength = (flags & unified.length) !== 0 && (flags & unified.connectionId) === 0 && body + 2 <= end;
    const start = Math.min(end, hasLength ? body + 2 : body);
    const stop = hasLength ? start + u16(bytes, body) : end;
    if (stop > end) {
      this.#context.counters.drop('dtls-record-damaged');
      return end;
    }
    if (!this.#handshake.negotiation.isTls13) return stop;
    const state = this.#directions[direction];
    const isHandshakeEpoch = (flags & unified.epoch) === handshakeEpoch;
    // A server that sends its flight again has not gone on, which application data of a server would mean.
    const isAgain = isHandshakeEpoch && direction !== this.client && state.sealedFlight && stop - start > longestAlert;
    if (isHandshakeEpoch) state.sealedFlight = true;
    if (isAgain) this.#handshake.encryptedHandshake(direction);
    else this.#handshake.applicationData(direction, stop - start);
    return stop;
  }

  /** A handshake record may hold several messages, or parts of them (RFC 6347 §4.2.3). */
  #fragments(direction: Direction, bytes: Uint8Array, start: number, end: number, epoch: number, isNew: boolean): void {
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
        if (isNew) this.retransmissions[direction]++;
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

  #change(direction: Direction, epoch: number): void {
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
    if (missing > 0 && !flightDone && direction !== this.client) this.#handshake.gap(direction);
    this.#handshake.changeCipherSpec(direction);
  }

  #message(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number, datagrams: number): void {
    const state = this.#directions[direction];
    if (type === handshakeType.client_hello || type === handshakeType.server_hello) {
      state.flightDone = false;
      if (end - start >= randomEnd) state.keepHello(end - start, bytes, start + randomStart);
    } else if (type === handshakeType.server_hello_done) {
      state.flightDone = true;
    }
    const fault = this.#handshake.message(direction, type, bytes, start, end, datagrams);
    if (fault !== null) this.#handshake.malformed(direction, fault);
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

const alertLength = 2;
/** Of a hello's body: the random follows the version. */
const randomStart = 2;
const randomEnd = 34;
/** Flags of the first byte (RFC 9147 §4): 001CSLEE. */
const unified = { connectionId: 0x10, longSequenceNumber: 0x08, length: 0x04, epoch: 0x03 } as const;
/** Epoch of handshake messages (RFC 9147 §6.1). */
const handshakeEpoch = 2;
/** An alert, its content type, a tag, and a little padding. */
const longestAlert = 24;
