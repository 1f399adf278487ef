/** From bytes in pieces of any size to handshake messages and alerts, in clear or protected, within the limits on what a peer may send. */

import type { AlertEvidence, LooksLike } from '../evidence/index.ts';
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
  recordHeaderLength,
  sameBytes,
  type TlsRecord,
} from '../wire/index.ts';
import { judgeFirstBytes, longestLook } from './first-bytes.ts';
import type { FlightLimits } from './limits.ts';
import { Malformed } from './malformed.ts';
import type { RecordOpener } from './protection.ts';
import { serverAlert } from './server-messages.ts';

export type StreamEvent =
  | { readonly kind: 'message'; readonly message: FramedHandshake }
  /** `ends`: no warning, but the end of the connection. */
  | { readonly kind: 'alert'; readonly alert: AlertEvidence; readonly ends: boolean }
  | { readonly kind: 'change-cipher-spec'; readonly bytes: number }
  | { readonly kind: 'application-data'; readonly fragment: Uint8Array }
  /** Nothing follows it. */
  | { readonly kind: 'not-tls'; readonly looksLike: LooksLike; readonly detail: string | null };

export const alertLength = 2;

/**
 * Gives its events one at a time: whoever takes them may set `opener` or `allowsData` before the next, as a change of keys needs it.
 */
export class MessageStream {
  /** Application data may come. */
  allowsData = false;
  /** Bytes of the whole records read. */
  bytes = 0;
  readonly #limits: FlightLimits;
  readonly #records: RecordDeframer;
  readonly #handshake: HandshakeDeframer;
  /** First bytes, until they are known to be TLS; then null. */
  #first: Uint8Array | null = new Uint8Array();
  /** Bytes of an alert that is not whole yet. */
  #alertBytes = new Uint8Array();
  #idleRecords = 0;
  #warnings = 0;
  #opener: RecordOpener | null = null;
  /** Messages of the record under way that were not given out yet. */
  #waiting = 0;

  constructor(limits: FlightLimits) {
    this.#limits = limits;
    const { recordBytes, messageBytes, certificateMessageBytes } = limits;
    this.#records = new RecordDeframer({ maxFragment: recordBytes });
    this.#handshake = new HandshakeDeframer({
      maxMessage: messageBytes,
      maxCertificateMessage: certificateMessageBytes,
    });
  }

  /** True between handshake messages, where keys may change (RFC 8446 §5.1). */
  get atBoundary(): boolean {
    return this.#waiting === 0 && this.#handshake.pending === 0;
  }

  /** What follows is protected. @throws Malformed inside a handshake message, or before another in the same record */
  protect(opener: RecordOpener): void {
    if (!this.atBoundary) throw new Malformed('The keys change inside a record or a handshake message.');
    this.#opener = opener;
  }

  /** The next bytes. @throws Malformed for what breaks the protocol or the limits */
  *push(bytes: Uint8Array): Generator<StreamEvent, void> {
    yield* this.#first === null ? this.#read(bytes) : this.#look(bytes, this.#first, false);
  }

  /** No more bytes come: what is known only now. @throws Malformed */
  *end(): Generator<StreamEvent, void> {
    if (this.#first !== null) yield* this.#look(new Uint8Array(), this.#first, true);
  }

  /** Where the end of the stream leaves something unfinished, one sentence. */
  get interrupted(): string | null {
    const message = this.#handshake.pending;
    if (message > 0) return `The stream ended inside a handshake message; at least ${message} bytes are missing.`;
    if (this.#alertBytes.length > 0) return 'The stream ended inside an alert; 1 byte is missing.';
    const record = this.#records.pending;
    return record > 0 ? `The stream ended inside a record; at least ${record} bytes are missing.` : null;
  }

  /** Collects first bytes until it is known what they are, and reads them once they are TLS. */
  *#look(bytes: Uint8Array, before: Uint8Array, final: boolean): Generator<StreamEvent, void> {
    const first = concat(before, bytes.subarray(0, longestLook - before.length));
    const judgement = judgeFirstBytes(first, final);
    this.#first = judgement.kind === 'undecided' ? first : null;
    if (judgement.kind === 'tls') yield* this.#read(concat(before, bytes));
    if (judgement.kind === 'malformed') throw new Malformed(judgement.detail);
    if (judgement.kind === 'not-tls') yield judgement;
  }

  *#read(bytes: Uint8Array): Generator<StreamEvent, void> {
    for (const record of this.#pushed(bytes)) {
      this.bytes += recordHeaderLength + record.fragment.length;
      yield* this.#readRecord(record);
    }
    const { problem } = this.#records;
    if (problem !== undefined) throw new Malformed(`The stream is not one of TLS records: ${problem.message}.`);
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

  *#readRecord(record: TlsRecord): Generator<StreamEvent, void> {
    const { type, fragment } = this.#opened(record);
    const isHandshake = type === contentType.handshake;
    const isContent = isHandshake || (this.allowsData && type === contentType.application_data);
    if (isContent && fragment.length > 0) this.#idleRecords = 0;
    else if (++this.#idleRecords > this.#limits.recordsWithoutProgress) {
      throw new Malformed(
        `More than ${this.#limits.recordsWithoutProgress} records in a row brought nothing of a handshake message.`,
      );
    }
    if (isHandshake) yield* this.#readHandshake(fragment);
    else if (type === contentType.alert) yield* this.#readAlerts(fragment);
    else if (type === contentType.change_cipher_spec) yield* this.#readChangeCipherSpec(fragment);
    else if (type === contentType.application_data && this.allowsData) yield { kind: 'application-data', fragment };
    else throw new Malformed(`A record of type ${contentTypes.nameOf(type)} came during the handshake.`);
  }

  /** In TLS 1.3 change_cipher_spec, and an alert of a peer that has no keys, are not protected (RFC 8446 §5). */
  #opened({ type, version, fragment }: TlsRecord): { readonly type: number; readonly fragment: Uint8Array } {
    const opener = this.#opener;
    if (opener === null) return { type, fragment };
    if (opener.hidesType && type !== contentType.application_data) {
      if (type === contentType.handshake)
        throw new Malformed('A handshake message in clear came where all is encrypted.');
      return { type, fragment };
    }
    const opened = opener.open(type, version, fragment);
    if (opened === null) throw new Malformed('A record cannot be opened with the keys of the handshake.');
    return opened;
  }

  *#readHandshake(fragment: Uint8Array): Generator<StreamEvent, void> {
    const messages = this.#framed(fragment);
    this.#waiting = messages.length;
    for (const message of messages) {
      this.#waiting--;
      yield { kind: 'message', message };
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
  *#readAlerts(fragment: Uint8Array): Generator<StreamEvent, void> {
    const bytes = concat(this.#alertBytes, fragment);
    const whole = bytes.length - (bytes.length % alertLength);
    this.#alertBytes = bytes.slice(whole);
    for (let i = 0; i < whole; i += alertLength) {
      const { level, description } = decode(alert, bytes.subarray(i, i + alertLength));
      const told = serverAlert(level, description);
      yield {
        kind: 'alert',
        alert: told,
        ends: told.level !== 'warning' || this.#endsAll(description),
      };
      if (++this.#warnings > this.#limits.warningAlerts)
        throw new Malformed(`The server sent more than ${this.#limits.warningAlerts} warning alerts.`);
    }
  }

  /** In TLS 1.3 the level says nothing: every alert but user_canceled ends the connection (RFC 8446 §6, §6.1). */
  #endsAll(description: number): boolean {
    const isTls13 = this.#opener?.hidesType === true;
    return description === alertDescription.close_notify || (isTls13 && description !== alertDescription.user_canceled);
  }

  *#readChangeCipherSpec(fragment: Uint8Array): Generator<StreamEvent, void> {
    if (fragment.length === 0) return;
    if (this.#handshake.pending > 0) throw new Malformed('change_cipher_spec came inside a handshake message.');
    if (!sameBytes(fragment, encode(changeCipherSpec, { type: changeCipherSpecType.change_cipher_spec }))) {
      throw new Malformed('The change_cipher_spec message is not the one byte 1.');
    }
    yield { kind: 'change-cipher-spec', bytes: fragment.length };
  }
}
