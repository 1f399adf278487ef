/** Opening and sealing of protected records: the sequence number, the nonce and the additional data of each version. */

import { concat, contentType, type TlsRecord, tlsVersion } from '../wire/index.ts';
import { type Aead, type AeadSuite, nonceLength } from './aead.ts';
import { type RecordKeys, trafficKeys } from './key-schedule-tls13.ts';
import { hashLength } from './suite-hash.ts';

/** What a record held: in TLS 1.3 the type and content inside, without padding. */
export interface OpenedRecord {
  readonly type: number;
  readonly fragment: Uint8Array;
}

/** The protected records of one direction and one key, in the order sent. */
export interface RecordOpener {
  /** True in TLS 1.3, where the type of what is protected is protected too; other records are not (RFC 8446 §5.1). */
  readonly hidesType: boolean;
  /**
   * @param type as in the record's header, as are `version` and `fragment`
   * @returns null when it does not authenticate, or breaks the limits of its version; the next one is then tried with the
   * same sequence number
   */
  open(type: number, version: number, fragment: Uint8Array): OpenedRecord | null;
  /** Passes over a record that is not to be opened, or not whole: the next one has the following sequence number. */
  skip(): void;
}

/** Makes the records that an opener of the same keys opens. */
export interface RecordSealer {
  /** @param padding zeros after the content (RFC 8446 §5.4), in TLS 1.3 alone */
  seal(type: number, content: Uint8Array, padding?: number): TlsRecord;
}

/** DTLS tells the place of each record in its header, so that records may be lost, doubled and out of order (RFC 6347 §4.1). */
export interface DatagramRecordOpener {
  /**
   * @param sequenceNumber 48 bits
   * @param connectionId of a record of type tls12_cid, whose content has its type inside (RFC 9146 §4)
   */
  open(
    type: number,
    version: number,
    epoch: number,
    sequenceNumber: number,
    fragment: Uint8Array,
    connectionId?: Uint8Array,
  ): OpenedRecord | null;
}

export interface DatagramRecordSealer {
  /** The fragment of that record; with a connection ID one of type tls12_cid, in which `type` is the one inside. */
  seal(
    type: number,
    version: number,
    epoch: number,
    sequenceNumber: number,
    content: Uint8Array,
    connectionId?: Uint8Array,
  ): Uint8Array;
}

/** Opens what one traffic secret protects (RFC 8446 §5.2); nothing, when the secret is not as long as the suite's hash. */
export function openerTls13(suite: AeadSuite, trafficSecret: Uint8Array, aead: Aead): RecordOpener {
  if (trafficSecret.length !== hashLength(suite.hash)) return { hidesType: true, open: () => null, skip() {} };
  const keys = trafficKeys(suite, trafficSecret);
  let sequence = 0;
  return {
    hidesType: true,
    open(type, version, fragment) {
      const { length } = fragment;
      if (type !== contentType.application_data || length <= suite.tagLength || length > longestSealedTls13)
        return null;
      const header = Uint8Array.of(type, version >> 8, version, length >> 8, length);
      const plain = aead.open(suite.algorithm, keys.key, mixedNonce(keys.iv, 0, sequence), header, fragment);
      if (plain === null) return null;
      sequence++;
      return innerOf(plain);
    },
    skip() {
      sequence++;
    },
  };
}

/** @param trafficSecret as long as the suite's hash */
export function sealerTls13(suite: AeadSuite, trafficSecret: Uint8Array, aead: Aead): RecordSealer {
  const keys = trafficKeys(suite, trafficSecret);
  let sequence = 0;
  return {
    seal(type, content, padding = 0) {
      const inner = concat(content, Uint8Array.of(type), new Uint8Array(padding));
      const length = inner.length + suite.tagLength;
      const outer = contentType.application_data;
      const version = tlsVersion['TLSv1.2'];
      const header = Uint8Array.of(outer, version >> 8, version, length >> 8, length);
      const nonce = mixedNonce(keys.iv, 0, sequence++);
      return { type: outer, version, fragment: aead.seal(suite.algorithm, keys.key, nonce, header, inner) };
    },
  };
}

/** Opens one direction of a TLS 1.2 connection, from the record after change_cipher_spec on (RFC 5246 §6.2.3.3). */
export function openerTls12(suite: AeadSuite, keys: RecordKeys, aead: Aead): RecordOpener {
  let sequence = 0;
  return {
    hidesType: false,
    open(type, version, fragment) {
      const opened = openTls12(suite, keys, aead, { type, version, epoch: 0, sequence }, fragment);
      if (opened !== null) sequence++;
      return opened;
    },
    skip() {
      sequence++;
    },
  };
}

export function sealerTls12(suite: AeadSuite, keys: RecordKeys, aead: Aead): RecordSealer {
  const version = tlsVersion['TLSv1.2'];
  let sequence = 0;
  return {
    seal(type, content) {
      const place = { type, version, epoch: 0, sequence: sequence++ };
      return { type, version, fragment: sealTls12(suite, keys, aead, place, content) };
    },
  };
}

/** Opens one direction of a DTLS 1.2 epoch (RFC 6347 §4.1.2.1). */
export function openerDtls12(suite: AeadSuite, keys: RecordKeys, aead: Aead): DatagramRecordOpener {
  return {
    open(type, version, epoch, sequence, fragment, connectionId) {
      const opened = openTls12(suite, keys, aead, { type, version, epoch, sequence, connectionId }, fragment);
      return opened !== null && connectionId !== undefined ? innerOf(opened.fragment) : opened;
    },
  };
}

export function sealerDtls12(suite: AeadSuite, keys: RecordKeys, aead: Aead): DatagramRecordSealer {
  return {
    seal(type, version, epoch, sequence, content, connectionId) {
      const place = { version, epoch, sequence, connectionId };
      if (connectionId === undefined) return sealTls12(suite, keys, aead, { ...place, type }, content);
      const inner = concat(content, Uint8Array.of(type));
      return sealTls12(suite, keys, aead, { ...place, type: contentType.tls12_cid }, inner);
    },
  };
}

/** Content of a record (RFC 8446 §5.1), and the longest that protection makes of it (§5.2; RFC 5246 §6.2.3.3). */
const longestContent = 2 ** 14;
const longestSealedTls13 = longestContent + 256;
const longestSealedTls12 = longestContent + 1024;

/** What of a record goes into nonce and additional data. In TLS the epoch is part of a 64-bit sequence number, and 0. */
interface RecordPlace {
  readonly type: number;
  readonly version: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly connectionId?: Uint8Array | undefined;
}

/** Content with its type behind it, and zeros behind that (RFC 8446 §5.2, RFC 9146 §4). */
function innerOf(plain: Uint8Array): OpenedRecord | null {
  let end = plain.length - 1;
  while (end >= 0 && plain[end] === 0) end--;
  if (end < 0 || end > longestContent) return null;
  return { type: plain[end] as number, fragment: plain.subarray(0, end) };
}

function openTls12(
  suite: AeadSuite,
  keys: RecordKeys,
  aead: Aead,
  place: RecordPlace,
  fragment: Uint8Array,
): OpenedRecord | null {
  const { explicitNonceLength, tagLength } = suite;
  const length = fragment.length - explicitNonceLength - tagLength;
  if (length < 0 || length > longestContent || fragment.length > longestSealedTls12) return null;
  const explicit = fragment.subarray(0, explicitNonceLength);
  const nonce = explicitNonceLength > 0 ? concat(keys.iv, explicit) : mixedNonce(keys.iv, place.epoch, place.sequence);
  const sealed = fragment.subarray(explicitNonceLength);
  const plain = aead.open(suite.algorithm, keys.key, nonce, additionalData(place, length), sealed);
  return plain && { type: place.type, fragment: plain };
}

/** The explicit part of the nonce is the sequence number, as RFC 5288 §3 suggests. */
function sealTls12(
  suite: AeadSuite,
  keys: RecordKeys,
  aead: Aead,
  place: RecordPlace,
  content: Uint8Array,
): Uint8Array {
  const counter = counterOf(place.epoch, place.sequence);
  const explicit = counter.subarray(0, suite.explicitNonceLength);
  const nonce = explicit.length > 0 ? concat(keys.iv, explicit) : mixedNonce(keys.iv, place.epoch, place.sequence);
  const aad = additionalData(place, content.length);
  return concat(explicit, aead.seal(suite.algorithm, keys.key, nonce, aad, content));
}

function additionalData({ type, version, epoch, sequence, connectionId }: RecordPlace, length: number): Uint8Array {
  const counter = counterOf(epoch, sequence);
  if (connectionId === undefined)
    return concat(counter, Uint8Array.of(type, version >> 8, version, length >> 8, length));
  // RFC 9146 §5.3. The place of the sequence number is taken, so that no other record can have the same bytes.
  const head = Uint8Array.of(type, connectionId.length, type, version >> 8, version);
  return concat(new Uint8Array(8).fill(0xff), head, counter, connectionId, Uint8Array.of(length >> 8, length));
}

/** Epoch and 48 bits of sequence number. */
function counterOf(epoch: number, sequence: number): Uint8Array {
  const high = Math.floor(sequence / 2 ** 32);
  return Uint8Array.of(
    epoch >> 8, epoch, high >> 8, high, sequence >>> 24, sequence >>> 16, sequence >>> 8, sequence,
  ); // biome-ignore format: bytes
}

/** The counter, padded on the left, mixed into the IV (RFC 8446 §5.3, RFC 7905 §2). */
function mixedNonce(iv: Uint8Array, epoch: number, sequence: number): Uint8Array {
  const nonce = Uint8Array.from(iv);
  const counter = counterOf(epoch, sequence);
  for (let i = 0; i < counter.length; i++) {
    const at = nonceLength - counter.length + i;
    nonce[at] = (nonce[at] as number) ^ (counter[i] as number);
  }
  return nonce;
}
