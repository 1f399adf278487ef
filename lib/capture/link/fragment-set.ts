/** The fragments of one datagram: the pieces that came, and the whole once they fit. */

import type { Datagram } from '../datagram.ts';
import type { FragmentPlace } from './ip.ts';

export class FragmentSet {
  readonly hash: number;
  readonly id: number;
  /** Of the packet with the first of them to come. */
  readonly time: number;
  /** Bytes that it costs to keep it, roughly. */
  size: number = overheadOfSet;
  /** The payload once all came, but for what follows the first byte that a snapped packet lacks; null until then. */
  whole: Uint8Array | null = null;
  /** Fragments that brought something new. */
  count = 0;
  /** Next with the same hash. */
  next: FragmentSet | null = null;
  /** In its queue. */
  older: FragmentSet | null = null;
  newer: FragmentSet | null = null;

  readonly #version: 4 | 6;
  readonly #source0: number;
  readonly #source1: number;
  readonly #source2: number;
  readonly #source3: number;
  readonly #destination0: number;
  readonly #destination1: number;
  readonly #destination2: number;
  readonly #destination3: number;
  /** In IPv6 that of the first fragment; the others need not agree (RFC 8200 §4.5). */
  #protocol: number;
  #ttl: number;
  #dontFragment: boolean;
  /** In order and without overlap. */
  readonly #pieces: Piece[] = [];
  /** Bytes of the pieces, captured or not. */
  #covered = 0;
  /** Payload bytes of the datagram; -1 until the last fragment came. */
  #total = -1;
  /** End of the furthest fragment. */
  #furthest = 0;

  constructor(hash: number, d: Datagram, id: number, time: number) {
    this.hash = hash;
    this.id = id;
    this.time = time;
    this.#version = d.version;
    this.#source0 = d.source0;
    this.#source1 = d.source1;
    this.#source2 = d.source2;
    this.#source3 = d.source3;
    this.#destination0 = d.destination0;
    this.#destination1 = d.destination1;
    this.#destination2 = d.destination2;
    this.#destination3 = d.destination3;
    this.#protocol = d.protocol;
    this.#ttl = d.ttl;
    this.#dontFragment = d.dontFragment;
  }

  /** True when fragment `d` with this identification is one of these. */
  isFor(d: Datagram, id: number): boolean {
    return (
      this.id === id &&
      this.#version === d.version &&
      (d.version === 6 || this.#protocol === d.protocol) &&
      this.#source3 === d.source3 &&
      this.#destination3 === d.destination3 &&
      this.#source0 === d.source0 &&
      this.#source1 === d.source1 &&
      this.#source2 === d.source2 &&
      this.#destination0 === d.destination0 &&
      this.#destination1 === d.destination1 &&
      this.#destination2 === d.destination2
    );
  }

  /**
   * Takes what is new of fragment `d`; where it overlaps earlier ones, they stand. False, and nothing taken, when it contradicts
   * where the datagram ends. @param end offset behind its last byte, captured or not
   */
  insert(d: Datagram, place: FragmentPlace, end: number): boolean {
    if (this.#total >= 0 && (end > this.#total || (!place.more && end < this.#total))) return false;
    if (!place.more && end < this.#furthest) return false;
    if (!place.more) this.#total = end;
    this.#furthest = Math.max(this.#furthest, end);
    if (place.offset === 0 && this.#pieces[0]?.start !== 0) {
      this.#protocol = d.protocol;
      this.#ttl = d.ttl;
      this.#dontFragment = d.dontFragment;
    }
    const covered = this.#covered;
    this.#fillGaps(d, place.offset, end);
    if (this.#covered > covered) this.count++;
    return true;
  }

  /** True once every byte was sent, captured or not; `whole` is there then. */
  finish(): boolean {
    if (this.#covered !== this.#total) return false;
    this.whole = this.#prefix();
    this.#pieces.length = 0;
    this.size = overheadOfSet + this.whole.length;
    return true;
  }

  /** True when the captured bytes of fragment `d` are those of the whole datagram. */
  repeats(d: Datagram, start: number): boolean {
    const whole = this.whole;
    if (whole === null || start + d.end - d.payload + d.missing > this.#total) return false;
    const length = Math.min(d.end - d.payload, whole.length - start);
    for (let i = 0; i < length; i++) {
      if (d.bytes[d.payload + i] !== whole[start + i]) return false;
    }
    return true;
  }

  /** Turns `d` into the datagram, as far as it is there. */
  fill(d: Datagram): void {
    const bytes = this.whole ?? this.#prefix();
    d.bytes = bytes;
    d.version = this.#version;
    d.protocol = this.#protocol;
    d.source0 = this.#source0;
    d.source1 = this.#source1;
    d.source2 = this.#source2;
    d.source3 = this.#source3;
    d.destination0 = this.#destination0;
    d.destination1 = this.#destination1;
    d.destination2 = this.#destination2;
    d.destination3 = this.#destination3;
    d.ttl = this.#ttl;
    d.id = this.#version === 4 ? this.id : -1;
    d.dontFragment = this.#dontFragment;
    d.header = -1;
    d.payload = 0;
    d.end = bytes.length;
    d.missing = this.#furthest - bytes.length;
    d.fragments = this.count;
  }

  #fillGaps(d: Datagram, from: number, end: number): void {
    const pieces = this.#pieces;
    let i = firstEndingAfter(pieces, from);
    let start = from;
    while (start < end) {
      const next = pieces[i];
      const stop = next === undefined ? end : Math.min(end, next.start);
      if (stop > start) {
        const captured = d.payload + start - from;
        const bytes = d.bytes.slice(Math.min(d.end, captured), Math.min(d.end, captured + stop - start));
        pieces.splice(i++, 0, { start, end: stop, bytes });
        this.#covered += stop - start;
        this.size += bytes.length + overheadOfPiece;
      }
      start = Math.max(stop, next?.end ?? end);
      i++;
    }
  }

  /** Bytes from the start of the datagram up to the first that is not there. */
  #prefix(): Uint8Array {
    let length = 0;
    let count = 0;
    for (const piece of this.#pieces) {
      if (piece.start !== length) break;
      length += piece.bytes.length;
      count++;
    }
    const bytes = new Uint8Array(length);
    for (const piece of this.#pieces.slice(0, count)) bytes.set(piece.bytes, piece.start);
    return bytes;
  }
}

/** Sets in the order of time. */
export class Queue {
  first: FragmentSet | null = null;
  #last: FragmentSet | null = null;

  push(set: FragmentSet): void {
    set.older = this.#last;
    set.newer = null;
    if (this.#last === null) this.first = set;
    else this.#last.newer = set;
    this.#last = set;
  }

  remove(set: FragmentSet): void {
    if (set.older === null) this.first = set.newer;
    else set.older.newer = set.newer;
    if (set.newer === null) this.#last = set.older;
    else set.newer.older = set.older;
    set.older = null;
    set.newer = null;
  }
}

const overheadOfSet = 400;
const overheadOfPiece = 200;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Shorter than the piece when the packet was snapped. */
  readonly bytes: Uint8Array;
}

/** Index of the first piece that ends after `offset`. */
function firstEndingAfter(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
