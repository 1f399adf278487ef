/** Reads a server's first flight out of bytes that arrive in pieces of any size, and stops as soon as the goal is reached. */

import type { AlertEvidence, EndOutcome, LooksLike, MessageName, ReceivedMessage } from '../evidence/index.ts';
import {
  alert,
  alertDescription,
  changeCipherSpec,
  changeCipherSpecType,
  concat,
  contentType,
  contentTypes,
  DecodeError,
  decode,
  encode,
  type FramedHandshake,
  HandshakeDeframer,
  RecordDeframer,
  sameBytes,
  type TlsRecord,
} from '../wire/index.ts';
import { judgeFirstBytes, longestLook } from './first-bytes.ts';
import type { Flight, FlightGoal, StreamEnd } from './flight.ts';
import { HandshakeFlight, Malformed } from './handshake-flight.ts';
import { defaultFlightLimits, type FlightLimits } from './limits.ts';
import type { Offer } from './offer.ts';
import { messageName, serverAlert } from './server-messages.ts';

export interface FlightReaderOptions {
  readonly goal: FlightGoal;
  readonly limits?: Partial<FlightLimits>;
  /** What our hello offered; a ServerHello that chooses something else is `malformed`. Null: not known, not checked. */
  readonly offer?: Offer | null;
}

export interface FlightReader {
  /** What was read so far; final after `enough` or `end`. */
  readonly flight: Flight;
  /** Takes the next bytes, received at that time. Never throws for what they hold. */
  push(bytes: Uint8Array, at: Date): 'more' | 'enough';
  /** The stream is over; returns the final flight. */
  end(reason: StreamEnd): Flight;
}

/** The result depends on the bytes alone, not on how they were cut (but for the times). */
export function createFlightReader(options: FlightReaderOptions): FlightReader {
  return new Reader(options);
}

class Reader implements FlightReader {
  readonly #limits: FlightLimits;
  readonly #goal: FlightGoal;
  readonly #records: RecordDeframer;
  readonly #handshake: HandshakeDeframer;
  readonly #content: HandshakeFlight;
  readonly #messages: ReceivedMessage[] = [];
  /** First bytes, until they are known to be TLS; then null. */
  #first: Uint8Array | null = new Uint8Array();
  /** Bytes of an alert that is not whole yet. */
  #alertBytes = new Uint8Array();
  #at = new Date(0);
  #idleRecords = 0;
  #warnings = 0;
  #over = false;
  #alert: AlertEvidence | null = null;
  #looksLike: LooksLike | null = null;
  #end: EndOutcome | null = null;
  #detail: string | null = null;
  #bytes = 0;

  constructor({ goal, limits, offer }: FlightReaderOptions) {
    this.#goal = goal;
    this.#limits = { ...defaultFlightLimits, ...limits };
    const { recordBytes, messageBytes, certificateMessageBytes } = this.#limits;
    this.#records = new RecordDeframer({ maxFragment: recordBytes });
    this.#handshake = new HandshakeDeframer({
      maxMessage: messageBytes,
      maxCertificateMessage: certificateMessageBytes,
    });
    this.#content = new HandshakeFlight(goal, offer ?? null, this.#limits);
  }

  get flight(): Flight {
    const {
      serverHello,
      helloRetryRequest,
      negotiated,
      certificates,
      serverKeyExchange,
      certificateRequest,
      resumed,
      note,
    } = this.#content;
    return {
      messages: [...this.#messages],
      serverHello,
      helloRetryRequest,
      negotiated,
      certificates,
      serverKeyExchange,
      certificateRequest,
      resumed,
      alert: this.#alert,
      looksLike: this.#looksLike,
      end: this.#end,
      detail: this.#detail ?? note,
      bytes: this.#bytes,
    };
  }

  push(bytes: Uint8Array, at: Date): 'more' | 'enough' {
    if (this.#over) return 'enough';
    this.#at = at;
    const tls = this.#first === null ? bytes : this.#look(bytes, this.#first, false);
    if (tls !== null) this.#read(tls);
    return this.#over ? 'enough' : 'more';
  }

  end(reason: StreamEnd): Flight {
    const cutShort = this.#first === null || this.#over ? null : this.#look(new Uint8Array(), this.#first, true);
    if (cutShort !== null) this.#read(cutShort);
    if (this.#over) return this.flight;
    this.#detail = this.#interrupted();
    if (reason === 'limit') this.#finish('malformed', 'The server sent more than is read of one connection.');
    else if (reason === 'silent') this.#finish('silent', this.#detail);
    else if (reason !== 'closed' && reason !== 'reset') this.#over = true;
    else this.#finish(this.#messages.at(-1)?.message === 'alert' ? 'alert' : reason, this.#detail);
    return this.flight;
  }

  /** Collects first bytes until it is known what they are; gives them back once they are TLS. */
  #look(bytes: Uint8Array, before: Uint8Array, final: boolean): Uint8Array | null {
    const first = concat(before, bytes.subarray(0, longestLook - before.length));
    const judgement = judgeFirstBytes(first, final);
    this.#first = judgement.kind === 'undecided' ? first : null;
    if (judgement.kind === 'tls') return concat(before, bytes);
    if (judgement.kind === 'not-tls') this.#looksLike = judgement.looksLike;
    if (judgement.kind === 'not-tls' || judgement.kind === 'malformed') this.#finish(judgement.kind, judgement.detail);
    return null;
  }

  #read(bytes: Uint8Array): void {
    try {
      for (const record of this.#pushed(bytes)) {
        this.#bytes += recordHeaderLength + record.fragment.length;
        this.#readRecord(record);
        if (this.#over) return;
      }
      const { problem } = this.#records;
      if (problem !== undefined) throw new Malformed(`The stream is not one of TLS records: ${problem.message}.`);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#finish('malformed', error.message);
    }
  }

  #pushed(bytes: Uint8Array): TlsRecord[] {
    try {
      return this.#records.push(bytes);
    } catch (error) {
      // The deframer's `problem` holds it as well, where it stands after the records that came before.
      if (error instanceof DecodeError) return [];
      throw error;
    }
  }

  #readRecord({ type, fragment }: TlsRecord): void {
    const isHandshake = type === contentType.handshake;
    if (isHandshake && fragment.length > 0) this.#idleRecords = 0;
    else if (++this.#idleRecords > this.#limits.recordsWithoutProgress) {
      throw new Malformed(
        `More than ${this.#limits.recordsWithoutProgress} records in a row brought nothing of a handshake message.`,
      );
    }
    if (isHandshake) this.#readHandshake(fragment);
    else if (type === contentType.alert) this.#readAlerts(fragment);
    else if (type === contentType.change_cipher_spec) this.#readChangeCipherSpec(fragment);
    else throw new Malformed(`A record of type ${contentTypes.nameOf(type)} came during the handshake.`);
  }

  #readHandshake(fragment: Uint8Array): void {
    for (const message of this.#framed(fragment)) {
      const progress = this.#content.take(message);
      const isRetry = this.#content.helloRetryRequest !== null;
      this.#note(isRetry ? 'hello-retry-request' : messageName(message.type), message.raw.length);
      if (progress !== 'more') return this.#finish(progress);
    }
    const { problem } = this.#handshake;
    if (problem !== undefined) throw new Malformed(`A handshake message is too long: ${problem.detail}.`);
  }

  #framed(fragment: Uint8Array): FramedHandshake[] {
    try {
      return this.#handshake.push(fragment);
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  }

  /** An alert may be cut between records, and several may stand in one (RFC 5246 §6.2.1). */
  #readAlerts(fragment: Uint8Array): void {
    const bytes = concat(this.#alertBytes, fragment);
    const whole = bytes.length - (bytes.length % alertLength);
    this.#alertBytes = bytes.slice(whole);
    for (let i = 0; i < whole && !this.#over; i += alertLength) {
      const { level, description } = decode(alert, bytes.subarray(i, i + alertLength));
      this.#alert = serverAlert(level, description);
      this.#note('alert', alertLength);
      if (this.#alert.level !== 'warning' || description === alertDescription.close_notify) this.#finish('alert');
      else if (this.#goal === 'reply') this.#finish('stopped');
      else if (++this.#warnings > this.#limits.warningAlerts) {
        throw new Malformed(`The server sent more than ${this.#limits.warningAlerts} warning alerts.`);
      }
    }
  }

  #readChangeCipherSpec(fragment: Uint8Array): void {
    if (fragment.length === 0) return;
    if (this.#handshake.pending > 0) throw new Malformed('change_cipher_spec came inside a handshake message.');
    if (!sameBytes(fragment, encode(changeCipherSpec, { type: changeCipherSpecType.change_cipher_spec }))) {
      throw new Malformed('The change_cipher_spec message is not the one byte 1.');
    }
    const progress = this.#content.changeCipherSpec();
    this.#note('change-cipher-spec', fragment.length);
    if (progress !== 'more') this.#finish(progress);
  }

  #note(message: MessageName, bytes: number): void {
    this.#messages.push({ message, at: this.#at.toISOString(), bytes });
  }

  /** Where the end of the stream left something unfinished, one sentence. */
  #interrupted(): string | null {
    const message = this.#handshake.pending;
    if (message > 0) return `The stream ended inside a handshake message; at least ${message} bytes are missing.`;
    if (this.#alertBytes.length > 0) return 'The stream ended inside an alert; 1 byte is missing.';
    const record = this.#records.pending;
    return record > 0 ? `The stream ended inside a record; at least ${record} bytes are missing.` : null;
  }

  #finish(end: EndOutcome, detail: string | null = null): void {
    this.#over = true;
    this.#end = end;
    this.#detail = detail;
  }
}

const recordHeaderLength = 5;
const alertLength = 2;
