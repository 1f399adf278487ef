/** DtlsReader: both directions of one DTLS conversation, from datagrams to facts. */

import { aeadSuite, type OpenedRecord } from '../../session/index.ts';
import { contentType, dtlsRecordHeaderLength, isDtlsUnifiedHeader } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import type { TlsContext } from './context.ts';
import { DtlsDirection } from './dtls-direction.ts';
import { DtlsFlights } from './dtls-flights.ts';
import { isRecordHeader } from './dtls-look.ts';
import { DtlsOpener } from './dtls-opener.ts';
import type { TlsFacts } from './facts.ts';
import { Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';

export { looksLikeDtls } from './dtls-look.ts';

export class DtlsReader {
  readonly #context: TlsContext;
  readonly #handshake: Handshake;
  readonly #opener: DtlsOpener;
  readonly #directions: readonly [DtlsDirection, DtlsDirection] = [new DtlsDirection(), new DtlsDirection()];
  readonly #flights: DtlsFlights;

  constructor(context: TlsContext) {
    this.#context = context;
    this.#handshake = new Handshake(context, 'dtls');
    this.#opener = new DtlsOpener(context, this.#handshake);
    this.#flights = new DtlsFlights(context, this.#handshake, this.#directions);
  }

  /** Handshake messages, or parts of them, that each direction sent again; a packet that was captured twice is none. */
  get retransmissions(): readonly [number, number] {
    return this.#flights.retransmissions;
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

  /**
   * A side changed to what was agreed on, or an alert ended it: a hello of its own comes in clear only where it is sent again, since that of a
   * renegotiation is encrypted.
   */
  get isPast(): boolean {
    const [a, b] = this.#directions;
    if (a.changes > 0 || b.changes > 0 || this.handshakeOver || this.#handshake.endedByAlert) return true;
    const { client } = this;
    return client !== null && this.#directions[client].sealedFlight;
  }

  /** A ClientHello came, and nothing at all from the other side. */
  get isUnanswered(): boolean {
    const { client } = this;
    return client !== null && this.#handshake.saidHello(client) && !this.#directions[client === 0 ? 1 : 0].begun;
  }

  /** The server chose, or asked for another hello in the way of TLS 1.3. */
  get isAnswered(): boolean {
    return this.#handshake.negotiation.version !== 0;
  }

  /** A hello of either side had this random. @param at offset of the random */
  knows(bytes: Uint8Array, at: number): boolean {
    return this.#flights.knows(bytes, at);
  }

  /** Whether this direction encrypts, as a record does that begins with this byte. */
  hasSealed(direction: Direction, first: number): boolean {
    const { changes, sealedFlight } = this.#directions[direction];
    if (!isDtlsUnifiedHeader(first)) return changes > 0;
    return this.#handshake.negotiation.isTls13 && (sealedFlight || (first & unified.epoch) === handshakeEpoch);
  }

  /** Whether no record in clear of this direction had so high a number yet. */
  isAhead(direction: Direction, sequenceNumber: number): boolean {
    return this.#directions[direction].isAhead(sequenceNumber);
  }

  /** A snapshot. */
  get facts(): TlsFacts {
    const facts = this.#handshake.facts();
    return facts.complete && this.#isRepeatedInVain(facts) ? { ...facts, complete: false } : facts;
  }

  /** Long after the server's Finished went by, its client sends its own flight again, and no data: it has not got all of the server's. */
  #isRepeatedInVain({ applicationData }: TlsFacts): boolean {
    const { client } = this;
    if (client === null || applicationData.client > 0) return false;
    const server = client === 0 ? 1 : 0;
    return this.#directions[client].repeatedAt - this.#directions[server].flightAt >= retransmissionMs;
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
        const hasId = bytes[at] === contentType.tls12_cid;
        const idLength = hasId ? this.#idLength(direction, bytes, at, end) : 0;
        const body = at + dtlsRecordHeaderLength + idLength;
        const next = hasId && idLength === 0 ? end : body + u16(bytes, body - 2);
        if (next > end) {
          this.#context.counters.drop('dtls-record-damaged');
          return;
        }
        this.#record(direction, bytes, at, body, next);
        at = next;
      }
    }
  }

  /** Of a record whose connection ID stands before the length (RFC 9146 §4). @returns 0 where the hellos do not tell, or what they tell does not fit */
  #idLength(direction: Direction, bytes: Uint8Array, at: number, end: number): number {
    const { idLength } = this.#directions[direction];
    const body = at + dtlsRecordHeaderLength + idLength;
    return idLength > 0 && body <= end && body + u16(bytes, body - 2) <= end ? idLength : 0;
  }

  /** The conversation is over: messages that wait for others are told, as far as they are whole. */
  end(): void {
    this.#flights.end();
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
    if (isNew) state.flightAt = this.#context.packet.time;
    if (type === contentType.handshake) this.#flights.record(direction, bytes, start, end, epoch, isNew);
    else if (type === contentType.alert && isNew && end - start === alertLength)
      this.#handshake.alert(direction, bytes[start] as number, bytes[start + 1] as number);
    else if (type === contentType.change_cipher_spec) {
      if (isNew) state.finishedDue = true;
      this.#flights.change(direction, 0);
    }
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
    if (type === contentType.application_data) {
      handshake.applicationData(direction, end - start);
      return;
    }
    const state = this.#directions[direction];
    if (!state.isNew(epoch, sequenceNumber)) return;
    if (type === contentType.change_cipher_spec) {
      this.#flights.change(direction, epoch);
      return;
    }
    const hasId = type === contentType.tls12_cid;
    if (type !== contentType.handshake && type !== contentType.alert && !hasId) return;
    const isFinished = state.finishedDue;
    state.finishedDue = false;
    if (type === contentType.handshake || isFinished) state.flightAt = this.#context.packet.time;
    const opened = epoch === 1 ? this.#open(direction, type, bytes, at, start, end, sequenceNumber) : null;
    if (opened !== null) {
      this.#opened(direction, opened, epoch, end - start);
    } else if (type === contentType.alert) {
      handshake.encryptedAlert(direction);
    } else if (hasId && !isFinished) {
      // Perhaps an alert: the type is inside (RFC 9146 §4).
      handshake.applicationData(direction, end - start);
    } else if (epoch > state.sealedEpoch) {
      // A Finished that is sent again looks like any other message: of each epoch only the first record counts.
      state.sealedEpoch = epoch;
      handshake.encryptedHandshake(direction);
    }
  }

  /** A record of epoch 1. @returns null when it stays closed */
  #open(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    at: number,
    start: number,
    end: number,
    sequenceNumber: number,
  ): OpenedRecord | null {
    const id = type === contentType.tls12_cid ? bytes.subarray(at + idStart, start - 2) : undefined;
    // Long ones are data.
    if (id !== undefined && this.handshakeOver && end - start > longestWithId) return null;
    return this.#opener.open(direction, type, u16(bytes, at + 1), 1, sequenceNumber, bytes.subarray(start, end), id);
  }

  /** @param length that it had closed */
  #opened(direction: Direction, { type, fragment }: OpenedRecord, epoch: number, length: number): void {
    const handshake = this.#handshake;
    handshake.opened();
    if (type === contentType.handshake) this.#flights.record(direction, fragment, 0, fragment.length, epoch, true);
    else if (type === contentType.application_data) handshake.applicationData(direction, length);
    else if (type === contentType.alert && fragment.length === alertLength)
      handshake.alert(direction, fragment[0] as number, fragment[1] as number);
  }

  /** A record of DTLS 1.3 (RFC 9147 §4). @returns where it ends; without a length, or with a connection ID of unknown length, at the datagram's end */
  #unified(direction: Direction, bytes: Uint8Array, at: number, end: number): number {
    const flags = bytes[at] as number;
    const idLength = (flags & unified.connectionId) === 0 ? 0 : this.#directions[direction].idLength;
    const body = at + Math.max(0, idLength) + ((flags & unified.longSequenceNumber) === 0 ? 2 : 3);
    const hasLength = (flags & unified.length) !== 0 && idLength >= 0 && body + 2 <= end;
    const start = Math.min(end, hasLength ? body + 2 : body);
    let stop = hasLength ? start + u16(bytes, body) : end;
    // New IDs, of other lengths, are agreed on in encrypted messages (RFC 9147 §9).
    if (idLength > 0 && stop > end) stop = end;
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
    const isAck = isHandshakeEpoch && direction === this.client && this.#isAck(stop - start);
    if (isAgain || isAck) this.#handshake.encryptedHandshake(direction);
    else this.#handshake.applicationData(direction, stop - start);
    return stop;
  }

  /** As long as an ACK, which says that a flight did not come whole, and as no Finished is: that has 12 bytes of header and 32 or 48 more. */
  #isAck(length: number): boolean {
    const tag = aeadSuite(this.#handshake.negotiation.cipherSuite)?.tagLength ?? longestTag;
    const numbers = length - ackLength.list - ackLength.type - tag;
    return numbers > 0 && numbers % ackLength.number === 0;
  }
}

/** Of the list in an ACK, of each record number in it (RFC 9147 §7), and of the content type behind it. */
const ackLength = { list: 2, number: 16, type: 1 } as const;
const longestTag = 16;
const alertLength = 2;
/** Not before so long a flight is sent again (RFC 6347 §4.2.4.1); what crosses the answer comes sooner. */
const retransmissionMs = 1_000;
/** Behind type, version, epoch and sequence number. */
const idStart = 11;
/** Records with a connection ID that may be alerts, and are opened where all others are data. */
const longestWithId = 256;
/** Flags of the first byte (RFC 9147 §4): 001CSLEE. */
const unified = { connectionId: 0x10, longSequenceNumber: 0x08, length: 0x04, epoch: 0x03 } as const;
/** Epoch of handshake messages (RFC 9147 §6.1). */
const handshakeEpoch = 2;
/** An alert, its content type, a tag, and a little padding. */
const longestAlert = 24;
