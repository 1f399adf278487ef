/**
 * The TLS records of a connection, kept unread: of two connections in which the same went by only one needs to be read. Handshake records,
 * alerts and change_cipher_spec are kept as they came; of application data, which nobody looks into, only what its records' headers tell.
 */

import { contentType, maxRecordFragment, recordHeaderLength, tlsVersion } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import type { Packet } from '../packet.ts';
import type { Direction } from './handshake-state.ts';
import type { TlsReader } from './reader.ts';

/** Bytes of handshakes that are kept (several long certificate chains). */
const mostBytes = 16_384;
const mostEntries = 96;
/** Numbers of an entry. */
const stride = 5;
const majorVersion = tlsVersion.SSLv3 >> 8;

/** Bits of an entry's first number. */
export const entryBit = {
  direction: 1,
  /** Application data records, one after the other: their number; lengths of the first and, above it, the last; length of the longest. */
  passed: 2,
  /** Bytes of the same segment as those before. */
  continues: 4,
} as const;

/** How far the records of a direction are. */
class Place {
  begun = false;
  /** Bytes of the current record that are to come. */
  remaining = 0;
  /** It is application data. */
  passes = false;
  /** Bytes of a header that comes in pieces. */
  have = 0;
  readonly header = new Uint8Array(recordHeaderLength);

  copy({ begun, remaining, passes, have }: Place): void {
    this.begun = begun;
    this.remaining = remaining;
    this.passes = passes;
    this.have = have;
  }
}

const fresh = new Place();

const timesBytes = mostEntries * Float64Array.BYTES_PER_ELEMENT;
const wordsBytes = mostEntries * stride * Int32Array.BYTES_PER_ELEMENT;
/** Memory of a stream, of which the operating system gives no more than what is written to. */
const memoryBytes = timesBytes + wordsBytes + mostBytes;
/** Streams whose memory is asked for at once. What is asked for in pieces below 128 KiB is written with zeros, needed or not. */
const together = 32;

/** Streams that are used again and again. */
export class UnreadStreams {
  readonly #free: UnreadStream[] = [];
  /** Small at first: most captures have few connections at a time. */
  #memory = new ArrayBuffer(memoryBytes);
  #taken = 0;

  /** An empty one. */
  take(): UnreadStream {
    const stream = this.#free.pop() ?? this.#make();
    stream.clear();
    return stream;
  }

  /** It is not used any more. */
  give(stream: UnreadStream): void {
    this.#free.push(stream);
  }

  /** Gives their memory back, when none is in use. */
  clear(): void {
    this.#free.length = 0;
    this.#memory = new ArrayBuffer(0);
    this.#taken = 0;
  }

  #make(): UnreadStream {
    if (this.#taken === this.#memory.byteLength) {
      this.#memory = new ArrayBuffer(together * memoryBytes);
      this.#taken = 0;
    }
    const stream = new UnreadStream(this.#memory, this.#taken);
    this.#taken += memoryBytes;
    return stream;
  }
}

export class UnreadStream {
  readonly bytes: Uint8Array;
  entries = 0;
  readonly #words: Int32Array;
  readonly #times: Float64Array;
  readonly #places: readonly [Place, Place] = [new Place(), new Place()];
  readonly #before = new Place();
  readonly #lastBefore = new Int32Array(stride);
  #length = 0;

  constructor(memory: ArrayBuffer, offset: number) {
    this.#times = new Float64Array(memory, offset, mostEntries);
    this.#words = new Int32Array(memory, offset + timesBytes, mostEntries * stride);
    this.bytes = new Uint8Array(memory, offset + timesBytes + wordsBytes, mostBytes);
  }

  /** Empties it, for another connection. */
  clear(): void {
    this.entries = 0;
    this.#length = 0;
    this.#places[0].copy(fresh);
    this.#places[1].copy(fresh);
  }

  /**
   * The next bytes of a direction, in order; copied as far as they are kept.
   * @returns false when they are something else than records, or too much: nothing was taken then, and the stream is to be read
   */
  take(direction: Direction, bytes: Uint8Array, start: number, end: number, packet: Packet): boolean {
    const place = this.#places[direction];
    if (place.passes && end - start <= place.remaining) {
      place.remaining -= end - start;
      return true;
    }
    const entries = this.entries;
    const length = this.#length;
    this.#before.copy(place);
    if (entries > 0) for (let i = 0; i < stride; i++) this.#lastBefore[i] = this.#words[(entries - 1) * stride + i]!;
    if (this.#walk(place, direction, bytes, start, end, packet)) return true;
    this.entries = entries;
    this.#length = length;
    place.copy(this.#before);
    if (entries > 0) this.#words.set(this.#lastBefore, (entries - 1) * stride);
    return false;
  }

  /** Whether the direction ends within a record. */
  isCut(direction: Direction): boolean {
    const { remaining, have } = this.#places[direction];
    return remaining > 0 || have > 0;
  }

  /** See `entryBit`. */
  bits(entry: number): number {
    return this.#words[entry * stride]!;
  }

  packet(entry: number): number {
    return this.#words[entry * stride + 1]! >>> 0;
  }

  /** Milliseconds since 1970. */
  time(entry: number): number {
    return this.#times[entry]!;
  }

  /** Of an entry with bytes: where they begin in `bytes`; where they end. */
  start(entry: number): number {
    return this.#words[entry * stride + 2]!;
  }

  end(entry: number): number {
    return this.#words[entry * stride + 3]!;
  }

  /** Of an entry that was passed: lengths of its longest and its last record. */
  longest(entry: number): number {
    return this.#words[entry * stride + 4]!;
  }

  last(entry: number): number {
    return this.#words[entry * stride + 3]! >>> 16;
  }

  /** Reads it, as if it came now; `packet` is the one that the reader looks at. */
  play(reader: TlsReader, packet: Packet): void {
    const { number, time } = packet;
    for (let entry = 0; entry < this.entries; entry++) {
      const bits = this.bits(entry);
      const direction = (bits & entryBit.direction) as Direction;
      packet.number = this.packet(entry);
      packet.time = this.time(entry);
      if ((bits & entryBit.passed) === 0)
        reader.data(direction, this.bytes, this.start(entry), this.end(entry), (bits & entryBit.continues) !== 0);
      else {
        const [count, lengths, longest] = this.#words.subarray(entry * stride + 2, entry * stride + stride);
        reader.passOver(direction, count!, { first: lengths! & 0xffff, longest: longest!, last: lengths! >>> 16 });
      }
    }
    packet.number = number;
    packet.time = time;
    for (const direction of [0, 1] as const) {
      const { remaining, passes, have, header } = this.#places[direction];
      if (passes && remaining > 0) reader.passOn(direction, remaining);
      else if (have > 0) reader.data(direction, header, 0, have);
    }
  }

  #walk(place: Place, direction: Direction, bytes: Uint8Array, start: number, end: number, packet: Packet): boolean {
    const before = this.entries;
    let at = start;
    let kept = start;
    while (at < end) {
      if (place.remaining > 0) {
        const next = Math.min(at + place.remaining, end);
        place.remaining -= next - at;
        at = next;
        if (place.passes) kept = next;
      } else if (place.have > 0 || end - at < recordHeaderLength) {
        // What less than a header is, at the beginning, depends on what the other side said before.
        if (!place.begun) return false;
        if (kept < at && !this.#keep(direction, bytes, kept, at, packet, before)) return false;
        place.header[place.have++] = bytes[at++]!;
        kept = at;
        if (place.have < recordHeaderLength) continue;
        place.have = 0;
        // Other records begin with their segment, as a rule.
        if (place.header[0] !== contentType.application_data || !begins(place, place.header, 0)) return false;
        if (!this.#pass(direction, place.remaining, packet)) return false;
      } else {
        if (!begins(place, bytes, at)) return false;
        if (place.passes) {
          if (kept < at && !this.#keep(direction, bytes, kept, at, packet, before)) return false;
          if (!this.#pass(direction, place.remaining, packet)) return false;
          kept = at + recordHeaderLength;
        }
        at += recordHeaderLength;
      }
    }
    return kept >= end || this.#keep(direction, bytes, kept, end, packet, before);
  }

  /** @param before entries that were there when the segment came */
  #keep(direction: Direction, bytes: Uint8Array, start: number, end: number, packet: Packet, before: number): boolean {
    const length = this.#length + end - start;
    if (length > mostBytes || this.entries === mostEntries) return false;
    const at = this.#add(direction | (this.#hasBytesSince(before) ? entryBit.continues : 0), packet);
    this.#words[at + 2] = this.#length;
    this.#words[at + 3] = length;
    this.bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
    return true;
  }

  #hasBytesSince(before: number): boolean {
    for (let entry = before; entry < this.entries; entry++) if ((this.bits(entry) & entryBit.passed) === 0) return true;
    return false;
  }

  #pass(direction: Direction, length: number, packet: Packet): boolean {
    const words = this.#words;
    if (this.entries > 0 && this.bits(this.entries - 1) === (direction | entryBit.passed)) {
      const at = (this.entries - 1) * stride;
      words[at + 2] = words[at + 2]! + 1;
      words[at + 3] = (length << 16) | (words[at + 3]! & 0xffff);
      if (length > words[at + 4]!) words[at + 4] = length;
      return true;
    }
    if (this.entries === mostEntries) return false;
    const at = this.#add(direction | entryBit.passed, packet);
    words[at + 2] = 1;
    words[at + 3] = (length << 16) | length;
    words[at + 4] = length;
    return true;
  }

  #add(bits: number, { number, time }: Packet): number {
    const at = this.entries * stride;
    this.#words[at] = bits;
    this.#words[at + 1] = number;
    this.#times[this.entries++] = time;
    return at;
  }
}

/** A record begins at `header[at]`; false when it is none that is kept, or not one that a direction begins with. */
function begins(place: Place, header: Uint8Array, at: number): boolean {
  const type = header[at]!;
  const length = u16(header, at + 3);
  if (type < contentType.change_cipher_spec || type > contentType.application_data) return false;
  if (header[at + 1] !== majorVersion || length > maxRecordFragment) return false;
  if (!place.begun && type !== contentType.handshake && type !== contentType.alert) return false;
  place.begun = true;
  place.remaining = length;
  place.passes = type === contentType.application_data;
  return true;
}
