/**
 * What is left of a connection's TLS records when everything is left out that differs between any two connections and says nothing: randoms,
 * session ids, keys, signatures, tickets, what is encrypted, and how it all was cut into records and segments. Connections with equal
 * outlines offered, chose, sent and refused the same.
 */

import {
  contentType,
  extensionType,
  handshakeType,
  helloRetryRequestRandom,
  recordHeaderLength,
  tlsVersion,
} from '../../wire/index.ts';
import { u16, u24 } from '../bytes.ts';
import { longestSmall, shortestFinished } from './completion.ts';
import { countsBody } from './hello-cache.ts';
import { draftMajor, keyExchangeGroup } from './server-hello.ts';
import { entryBit, type UnreadStream } from './unread-stream.ts';

/** An outline is never longer than what it is made of, but for a few bytes of its own for each record and message. */
const capacity = 32_768;
/** Turns of application data, in which the client may send its Finished, after which nothing depends on their number (completion.ts). */
const mostTurns = 8;
const messageHeader = 4;
/** An alert of TLS 1.3. */
const sealedAlert = 19;

const helloRetryStart = u16(helloRetryRequestRandom, 0);

/** @param start of a hello's body @returns where its session id ends; beyond `end` when it is too long */
function afterSessionId(bytes: Uint8Array, start: number, end: number): number {
  const length = start + 34 < end ? bytes[start + 34]! : 255;
  return length > 32 ? end : start + 35 + length;
}

/** Extensions from `at` on, with their length before them, are what is left of a hello; they may be absent. */
function isRest(bytes: Uint8Array, at: number, end: number): boolean {
  return at === end || (at + 2 <= end && at + 2 + u16(bytes, at) === end);
}

/** Marks in an outline, beside content types and handshake types: none of these is as high. */
const sealed = { handshake: 0xe0, alert: 0xe1, data: 0xe2, end: 0xe3 } as const;

/** Of handshake messages: only that they came; as they are. */
const typeOnly: ReadonlySet<number> = new Set([
  handshakeType.server_hello_done,
  handshakeType.hello_request,
  handshakeType.client_key_exchange,
  handshakeType.certificate_verify,
  handshakeType.new_session_ticket,
  handshakeType.certificate_status,
]);
const whole: ReadonlySet<number> = new Set([handshakeType.certificate, handshakeType.certificate_request]);

interface Seen {
  number: number;
  /** Milliseconds since 1970. */
  time: number;
}

/** What outlines are compared by. */
export interface Outline {
  /** The outline is in [0, length); zeros follow up to a multiple of 4, then bytes of others. */
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly words: Int32Array;
  readonly length: number;
  /** Direction that the ClientHello came in. */
  readonly client: 0 | 1;
}

/** Makes outlines, each in the place of the one before. */
export class Outliner implements Outline {
  readonly bytes = new Uint8Array(capacity);
  readonly words = new Int32Array(this.bytes.buffer);
  length = 0;
  client: 0 | 1 = 0;
  /** Of the first ClientHello message with its header, in bytes. */
  helloLength = 0;
  /** By direction: the packet that completes its first Certificate message; number 0 without any. */
  readonly certificateAt: readonly [Seen, Seen] = [
    { number: 0, time: 0 },
    { number: 0, time: 0 },
  ];
  readonly #encrypted: [boolean, boolean] = [false, false];
  readonly #lastData: [number, number] = [0, 0];
  /** Since the last ServerHello. */
  #turns = 0;
  #speaker = -1;
  #cipherSuite = 0;

  /** @returns false for a stream that has no outline: it holds something rare, or a message that is spread over records */
  draw(stream: UnreadStream): boolean {
    this.length = 0;
    this.#encrypted[0] = this.#encrypted[1] = false;
    this.#lastData[0] = this.#lastData[1] = 0;
    this.certificateAt[0].number = this.certificateAt[1].number = 0;
    this.#turns = this.#cipherSuite = this.helloLength = 0;
    this.#speaker = -1;
    if (stream.entries === 0) return false;
    this.client = (stream.bits(0) & entryBit.direction) as 0 | 1;
    for (let entry = 0; entry < stream.entries; ) {
      const bits = stream.bits(entry);
      const direction = (bits & entryBit.direction) as 0 | 1;
      if ((bits & entryBit.passed) !== 0) {
        this.#lastData[direction] = stream.last(entry);
        this.#data(direction, stream.longest(entry));
        entry++;
        continue;
      }
      this.#lastData[direction] = 0;
      let last = entry;
      while (last + 1 < stream.entries && (stream.bits(last + 1) & ~entryBit.continues) === direction) last++;
      if (!this.#records(stream, direction, entry, last)) return false;
      entry = last + 1;
    }
    this.#put2(sealed.end, (stream.isCut(0) ? 1 : 0) | (stream.isCut(1) ? 2 : 0));
    this.#put2(this.#lastData[0] === sealedAlert ? 1 : 0, this.#lastData[1] === sealedAlert ? 1 : 0);
    for (let at = this.length; (at & 3) !== 0; at++) this.bytes[at] = 0;
    return true;
  }

  #put2(a: number, b: number): void {
    this.bytes[this.length++] = a;
    this.bytes[this.length++] = b;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > 32) this.bytes.set(bytes.subarray(start, end), this.length);
    else for (let at = start; at < end; at++) this.bytes[this.length + at - start] = bytes[at]!;
    this.length += end - start;
  }

  /** Application data records, one after the other. */
  #data(direction: 0 | 1, longest: number): void {
    const size = longest <= longestSmall ? 0 : longest < shortestFinished ? 1 : 2;
    if (this.#turns < mostTurns) this.#put2(sealed.data | (direction << 4), size);
    if (this.#speaker === direction || size < (direction === this.client ? 2 : 1)) return;
    this.#speaker = direction;
    this.#turns++;
  }

  /** The records of entries that follow one another in a direction. */
  #records(stream: UnreadStream, direction: 0 | 1, first: number, last: number): boolean {
    const { bytes } = stream;
    const end = stream.end(last);
    let entry = first;
    for (let at = stream.start(first); at < end; ) {
      if (at + recordHeaderLength > end) return false;
      const type = bytes[at]!;
      const body = at + recordHeaderLength;
      const next = body + u16(bytes, at + 3);
      if (next > end) return false;
      while (stream.end(entry) < next) entry++;
      if (!this.#record(stream, entry, direction, type, body, next)) return false;
      at = next;
    }
    return true;
  }

  /** @param entry the one that completes it */
  #record(stream: UnreadStream, entry: number, direction: 0 | 1, type: number, start: number, end: number): boolean {
    const { bytes } = stream;
    const encrypted = this.#encrypted[direction];
    const length = end - start;
    if (type === contentType.handshake) {
      if (!encrypted) return this.#messages(stream, entry, direction, start, end);
      // Behind a change_cipher_spec that means nothing there may be another ClientHello (RFC 8446 appendix D.4), also in pieces.
      if (length < messageHeader || bytes[start] === handshakeType.client_hello) return false;
      this.#put2(direction, sealed.handshake);
    } else if (type === contentType.alert) {
      if (length === 2) {
        this.#put2(direction, type);
        this.#put2(bytes[start]!, bytes[start + 1]!);
      } else if (encrypted && length > 0) this.#put2(direction, sealed.alert);
      else return false;
    } else {
      if (length !== 1) return false;
      this.#put2(direction, type);
      this.#encrypted[direction] = true;
    }
    return true;
  }

  #messages(stream: UnreadStream, entry: number, direction: 0 | 1, start: number, end: number): boolean {
    const { bytes } = stream;
    if (start === end) return false;
    for (let at = start; at < end; ) {
      if (at + messageHeader > end) return false;
      const type = bytes[at]!;
      const body = at + messageHeader;
      const next = body + u24(bytes, at + 1);
      // Also where the outline might not have room: randoms and keys make more than the marks take.
      if (next > end || this.length + (next - body) + 64 > capacity) return false;
      this.#put2(direction, type);
      const mark = this.length;
      this.length += 2;
      if (type === handshakeType.client_hello) {
        if (direction !== this.client || !this.#clientHello(bytes, body, next)) return false;
        if (this.helloLength === 0) this.helloLength = next - at;
      } else if (type === handshakeType.server_hello) {
        if (direction === this.client || !this.#serverHello(bytes, body, next)) return false;
      } else if (whole.has(type)) {
        this.#copy(bytes, at + 1, next);
        if (type === handshakeType.certificate && !this.#seen(direction, stream, entry)) return false;
      } else if (type === handshakeType.server_key_exchange) {
        const group = keyExchangeGroup(bytes, body, next, this.#cipherSuite);
        if (group >= 0) this.#put2(group >> 8, group);
      } else if (!typeOnly.has(type)) return false;
      const length = this.length - mark - 2;
      this.bytes[mark] = length >> 8;
      this.bytes[mark + 1] = length;
      at = next;
    }
    return true;
  }

  /** Certificates. @returns false when there were others before */
  #seen(direction: 0 | 1, stream: UnreadStream, entry: number): boolean {
    const seen = this.certificateAt[direction];
    if (seen.number > 0) return false;
    seen.number = stream.packet(entry);
    seen.time = stream.time(entry);
    return true;
  }

  /** What is offered, and the server's name. */
  #clientHello(bytes: Uint8Array, start: number, end: number): boolean {
    const suites = afterSessionId(bytes, start, end);
    if (suites + 2 > end) return false;
    const methods = suites + 2 + u16(bytes, suites);
    const extensions = methods + 1 + (bytes[methods] ?? 0);
    if (!isRest(bytes, extensions, end)) return false;
    this.#copy(bytes, start, start + 2);
    this.#copy(bytes, suites, extensions);
    for (let at = extensions + 2; at < end; ) {
      const type = u16(bytes, at);
      const next = at + 4 + u16(bytes, at + 2);
      if (at + 4 > end || next > end) return false;
      const counts = countsBody(type) || type === extensionType.server_name;
      this.#copy(bytes, at, counts ? next : at + 2);
      at = next;
    }
    return true;
  }

  #serverHello(bytes: Uint8Array, start: number, end: number): boolean {
    const version = u16(bytes, start);
    const choice = afterSessionId(bytes, start, end);
    if (version === tlsVersion['TLSv1.3'] || bytes[start] === draftMajor) return false;
    if (u16(bytes, start + 2) === helloRetryStart) return false;
    if (!isRest(bytes, choice + 3, end)) return false;
    this.#turns = 0;
    this.#speaker = -1;
    this.#cipherSuite = u16(bytes, choice);
    this.#copy(bytes, start, start + 2);
    this.#copy(bytes, choice, choice + 3);
    for (let at = choice + 5; at < end; ) {
      const type = u16(bytes, at);
      const next = at + 4 + u16(bytes, at + 2);
      if (at + 4 > end || next > end) return false;
      this.#copy(bytes, at, type === extensionType.key_share ? Math.min(next, at + 6) : next);
      at = next;
    }
    return true;
  }
}
