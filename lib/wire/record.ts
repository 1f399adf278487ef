/** TLS records and the handshake messages inside them, out of a byte stream that arrives in pieces of any size. */

import { ByteQueue } from './byte-queue.ts';
import { encode } from './codec.ts';
import { opaque, struct, u8, u16 } from './combinators.ts';
import { type DecodeCode, DecodeError } from './reader.ts';
import { contentType } from './registry/content-types.ts';
import { handshakeType } from './registry/handshake-types.ts';

/** One record (RFC 8446 §5.1, RFC 5246 §6.2.1). */
export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  readonly fragment: Uint8Array;
}

/** The same as a codec, for dumps and edits of single records. */
export const tlsRecord = struct({ type: u8, version: u16, fragment: opaque(2) });

/** Bytes before a fragment: type, version and length. */
export const recordHeaderLength = 5;

/** Longest fragment that any version allows: 2^14 and 2,048 bytes of expansion (RFC 5246 §6.2.3). */
export const maxRecordFragment = 18_432;

/** The bytes of one record. */
export function encodeRecord(type: number, version: number, fragment: Uint8Array): Uint8Array {
  return encode(tlsRecord, { type, version, fragment });
}

/** True when a stream can begin with these bytes (at least one): a record type, then major version 3. */
export function looksLikeTls(bytes: Uint8Array): boolean {
  const [type = 0, major = majorVersion] = bytes;
  return knownTypes.has(type) && major === majorVersion;
}

export interface RecordLimits {
  /** Longest fragment that is read; 65,535 unless given. Longer than `maxRecordFragment` breaks the protocol, but is seen. */
  readonly maxFragment?: number;
}

/**
 * Splits a byte stream into records, whatever the sizes of the chunks.
 *
 * A stream that cannot go on (not a TLS record header, fragment longer than the limit) gives the records before that
 * place as usual; `problem` says at once what is wrong, and the next `push` that would give no record throws it.
 */
export class RecordDeframer {
  readonly #queue = new ByteQueue();
  readonly #maxFragment: number;
  /** Bytes of the stream that were taken out of the queue. */
  #consumed = 0;
  #problem: DecodeError | undefined;

  constructor({ maxFragment = 0xffff }: RecordLimits = {}) {
    this.#maxFragment = maxFragment;
  }

  /** How many more bytes the record that has begun needs, at least; 0 between records and after a problem. */
  get pending(): number {
    const { length } = this.#queue;
    if (length === 0 || this.#problem !== undefined) return 0;
    return length < headerLength ? headerLength - length : headerLength + this.#fragmentLength() - length;
  }

  /** Why the stream cannot go on, or undefined; `offset` counts from the first byte of the stream. */
  get problem(): DecodeError | undefined {
    return this.#problem;
  }

  /** Records completed by this chunk. @throws DecodeError `bad-value`, `too-long` */
  push(chunk: Uint8Array): TlsRecord[] {
    const records: TlsRecord[] = [];
    if (this.#problem === undefined) {
      this.#queue.push(chunk);
      while (this.#problem === undefined && this.#queue.length > 0) {
        this.#checkHeader();
        const record = this.#problem === undefined ? this.#takeRecord() : undefined;
        if (record === undefined) break;
        records.push(record);
      }
    }
    if (this.#problem !== undefined && records.length === 0) throw this.#problem;
    return records;
  }

  #fragmentLength(): number {
    return this.#queue.at(3) * 256 + this.#queue.at(4);
  }

  /** As soon as a byte of the header is there, so that a stream in another protocol is not waited for. */
  #checkHeader(): void {
    const queue = this.#queue;
    if (!knownTypes.has(queue.at(0))) {
      this.#stop('bad-value', 'type', 0, `${queue.at(0)} is not a record type`);
    } else if (queue.length > 1 && queue.at(1) !== majorVersion) {
      this.#stop('bad-value', 'version', 1, `major version ${queue.at(1)} is not TLS`);
    } else if (queue.length >= headerLength && this.#fragmentLength() > this.#maxFragment) {
      const detail = `${this.#fragmentLength()} bytes where at most ${this.#maxFragment} are read`;
      this.#stop('too-long', 'fragment', 3, detail);
    }
  }

  #takeRecord(): TlsRecord | undefined {
    const queue = this.#queue;
    if (queue.length < headerLength) return undefined;
    const length = headerLength + this.#fragmentLength();
    if (queue.length < length) return undefined;
    const header = queue.take(headerLength);
    this.#consumed += length;
    const version = (header[1] as number) * 256 + (header[2] as number);
    return { type: header[0] as number, version, fragment: queue.take(length - headerLength) };
  }

  #stop(code: DecodeCode, field: string, at: number, detail: string): void {
    this.#problem = new DecodeError(code, detail, this.#consumed + at).within(field);
  }
}

/** One handshake message: `raw` is header and body, as it goes into the transcript; `body` is a view of it. */
export interface FramedHandshake {
  readonly type: number;
  readonly body: Uint8Array;
  readonly raw: Uint8Array;
}

export interface HandshakeLimits {
  /** Longest body, in bytes; 64 KiB unless given. */
  readonly maxMessage?: number;
  /** Longest body of Certificate, CompressedCertificate and CertificateRequest; 256 KiB unless given. */
  readonly maxCertificateMessage?: number;
}

/** Joins the fragments of handshake records and splits them into messages. Problems are told as RecordDeframer tells them. */
export class HandshakeDeframer {
  readonly #queue = new ByteQueue();
  readonly #maxMessage: number;
  readonly #maxCertificateMessage: number;
  #consumed = 0;
  #problem: DecodeError | undefined;

  constructor({ maxMessage = 65_536, maxCertificateMessage = 262_144 }: HandshakeLimits = {}) {
    this.#maxMessage = maxMessage;
    this.#maxCertificateMessage = maxCertificateMessage;
  }

  /** How many more bytes the message that has begun needs, at least; 0 between messages and after a problem. */
  get pending(): number {
    const { length } = this.#queue;
    if (length === 0 || this.#problem !== undefined) return 0;
    return length < messageHeaderLength
      ? messageHeaderLength - length
      : messageHeaderLength + this.#bodyLength() - length;
  }

  /** Why no more messages come, or undefined; `offset` counts from the first byte pushed. */
  get problem(): DecodeError | undefined {
    return this.#problem;
  }

  /** Messages completed by this fragment. @throws DecodeError `too-long` */
  push(fragment: Uint8Array): FramedHandshake[] {
    const messages: FramedHandshake[] = [];
    if (this.#problem === undefined) {
      const queue = this.#queue;
      queue.push(fragment);
      while (queue.length >= messageHeaderLength) {
        const type = queue.at(0);
        const length = this.#bodyLength();
        const most = certificateMessages.has(type) ? this.#maxCertificateMessage : this.#maxMessage;
        if (length > most) {
          const detail = `${length} bytes where at most ${most} are read`;
          this.#problem = new DecodeError('too-long', detail, this.#consumed + 1).within('body');
          break;
        }
        if (queue.length < messageHeaderLength + length) break;
        const raw = queue.take(messageHeaderLength + length);
        this.#consumed += raw.length;
        messages.push({ type, body: raw.subarray(messageHeaderLength), raw });
      }
    }
    if (this.#problem !== undefined && messages.length === 0) throw this.#problem;
    return messages;
  }

  #bodyLength(): number {
    return (this.#queue.at(1) * 256 + this.#queue.at(2)) * 256 + this.#queue.at(3);
  }
}

const headerLength = 5;
const messageHeaderLength = 4;
const majorVersion = 3;
/** Records of DTLS alone (tls12_cid and later) do not occur in a stream. */
const knownTypes: ReadonlySet<number> = new Set([
  contentType.change_cipher_spec,
  contentType.alert,
  contentType.handshake,
  contentType.application_data,
  contentType.heartbeat,
]);
const certificateMessages: ReadonlySet<number> = new Set([
  handshakeType.certificate,
  handshakeType.compressed_certificate,
  handshakeType.certificate_request,
]);
