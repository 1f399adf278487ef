/**
 * Reassembly of IP fragments (RFC 791 §3.2, RFC 8200 §4.5). Where fragments overlap, the byte that came first stands. What is
 * kept is bounded in bytes and in capture time; a datagram that came whole is remembered as long, so that the same fragments
 * seen again (a packet captured at two places) do not look like another one that stays incomplete.
 */

import type { Counters } from '../counters.ts';
import { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { FragmentPlace } from './ip.ts';

export type IncompleteSink = (d: Datagram, fragments: number) => void;

export class Reassembly {
  readonly #limits: CaptureLimits;
  readonly #counters: Counters;
  readonly #incomplete: IncompleteSink;
  /** By hash of the key; sets with the same hash are linked by `next`. */
  readonly #sets = new Map<number, FragmentSet>();
  readonly #waiting = new Queue();
  readonly #done = new Queue();
  readonly #told = new Datagram();
  #held = 0;

  constructor(limits: CaptureLimits, counters: Counters, incomplete: IncompleteSink) {
    this.#limits = limits;
    this.#counters = counters;
    this.#incomplete = incomplete;
  }

  /**
   * Takes a fragment. True when its datagram is whole now: `d` is turned into it then. Of a snapped one, the bytes before the
   * first that was not captured are there, and the others in `missing`.
   * @param time of the packet, in milliseconds
   */
  add(d: Datagram, place: FragmentPlace, time: number): boolean {
    this.#expire(time);
    const start = place.offset;
    const end = start + d.end - d.payload + d.missing;
    if (end === start || end > 0xffff || (place.more && (end & 7) !== 0)) {
      this.#counters.drop('ip-fragment-malformed');
      return false;
    }
    const hash = hashOf(d, place.id);
    let set = this.#find(hash, d, place.id);
    if (set?.whole != null) {
      if (repeats(set, d, start)) return false;
      this.#remove(set);
      set = undefined;
    }
    set ??= this.#open(hash, d, place.id, time);
    const { size } = set;
    if (!insert(set, d, place, end)) this.#counters.drop('ip-fragment-malformed');
    this.#held += set.size - size;
    if (set.covered === set.total) {
      this.#finish(set, d);
      this.#shrink();
      return true;
    }
    this.#shrink();
    return false;
  }

  /** Tells all that are still incomplete. */
  end(): void {
    while (this.#waiting.first !== null) this.#giveUp(this.#waiting.first);
  }

  #expire(time: number): void {
    const { fragmentMs } = this.#limits;
    while (this.#waiting.first !== null && time - this.#waiting.first.time > fragmentMs)
      this.#giveUp(this.#waiting.first);
    while (this.#done.first !== null && time - this.#done.first.time > fragmentMs) this.#remove(this.#done.first);
  }

  /** Remembered ones go first, then the one that waits longest. */
  #shrink(): void {
    while (this.#held > this.#limits.fragmentBytes) {
      if (this.#done.first !== null) this.#remove(this.#done.first);
      else if (this.#waiting.first !== null) this.#giveUp(this.#waiting.first);
      else return;
    }
  }

  #find(hash: number, d: Datagram, id: number): FragmentSet | undefined {
    let set = this.#sets.get(hash) ?? null;
    while (set !== null && !isFor(set, d, id)) set = set.next;
    return set ?? undefined;
  }

  #open(hash: number, d: Datagram, id: number, time: number): FragmentSet {
    const set = new FragmentSet(hash, d, id, time);
    const before = this.#sets.get(hash) ?? null;
    let length = 0;
    let last = before;
    for (let other = before; other !== null; other = other.next) {
      length++;
      last = other;
    }
    // Keys made to collide must not make the search long.
    if (last !== null && length >= maxSameHash) {
      if (last.whole === null) this.#giveUp(last);
      else this.#remove(last);
    }
    set.next = this.#sets.get(hash) ?? null;
    this.#sets.set(hash, set);
    this.#waiting.push(set);
    this.#held += set.size;
    return set;
  }

  #finish(set: FragmentSet, d: Datagram): void {
    const whole = prefixOf(set);
    this.#waiting.remove(set);
    this.#held -= set.size;
    set.whole = whole;
    set.size = overheadOfSet + whole.length;
    set.pieces.length = 0;
    this.#held += set.size;
    this.#done.push(set);
    fill(d, set, whole, set.total - whole.length);
  }

  #giveUp(set: FragmentSet): void {
    this.#remove(set);
    this.#counters.drop('ip-fragments-incomplete');
    const start = prefixOf(set);
    fill(this.#told, set, start, Math.max(set.total, set.furthest) - start.length);
    this.#incomplete(this.#told, set.count);
  }

  #remove(set: FragmentSet): void {
    (set.whole === null ? this.#waiting : this.#done).remove(set);
    this.#held -= set.size;
    const first = this.#sets.get(set.hash) ?? null;
    if (first === set) {
      if (set.next === null) this.#sets.delete(set.hash);
      else this.#sets.set(set.hash, set.next);
      return;
    }
    for (let other = first; other !== null; other = other.next) {
      if (other.next === set) other.next = set.next;
    }
  }
}

const maxSameHash = 4;
/** What a set and a piece cost beside their bytes, roughly. */
const overheadOfSet = 400;
const overheadOfPiece = 200;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Shorter than the piece when the packet was snapped. */
  readonly bytes: Uint8Array;
}

/** The fragments of one datagram. */
class FragmentSet {
  readonly hash: number;
  readonly id: number;
  readonly time: number;
  readonly version: 4 | 6;
  readonly source0: number;
  readonly source1: number;
  readonly source2: number;
  readonly source3: number;
  readonly destination0: number;
  readonly destination1: number;
  readonly destination2: number;
  readonly destination3: number;
  /** In IPv6 that of the first fragment; the others need not agree (RFC 8200 §4.5). */
  protocol: number;
  ttl: number;
  dontFragment: boolean;
  /** In order and without overlap. */
  readonly pieces: Piece[] = [];
  /** Bytes of the pieces, captured or not. */
  covered = 0;
  /** Payload bytes of the datagram; -1 until the last fragment came. */
  total = -1;
  /** End of the furthest fragment. */
  furthest = 0;
  /** Fragments that brought something new. */
  count = 0;
  size = overheadOfSet;
  /** The payload, once all came. */
  whole: Uint8Array | null = null;
  /** Next with the same hash. */
  next: FragmentSet | null = null;
  older: FragmentSet | null = null;
  newer: FragmentSet | null = null;

  constructor(hash: number, d: Datagram, id: number, time: number) {
    this.hash = hash;
    this.id = id;
    this.time = time;
    this.version = d.version;
    this.source0 = d.source0;
    this.source1 = d.source1;
    this.source2 = d.source2;
    this.source3 = d.source3;
    this.destination0 = d.destination0;
    this.destination1 = d.destination1;
    this.destination2 = d.destination2;
    this.destination3 = d.destination3;
    this.protocol = d.protocol;
    this.ttl = d.ttl;
    this.dontFragment = d.dontFragment;
  }
}

/** Sets in the order of their first fragment. */
class Queue {
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

function isFor(set: FragmentSet, d: Datagram, id: number): boolean {
  return (
    set.id === id &&
    set.version === d.version &&
    (d.version === 6 || set.protocol === d.protocol) &&
    set.source3 === d.source3 &&
    set.destination3 === d.destination3 &&
    set.source0 === d.source0 &&
    set.source1 === d.source1 &&
    set.source2 === d.source2 &&
    set.destination0 === d.destination0 &&
    set.destination1 === d.destination1 &&
    set.destination2 === d.destination2
  );
}

function hashOf(d: Datagram, id: number): number {
  let hash = Math.imul(d.source3 ^ Math.imul(d.source1 ^ (d.source2 << 7) ^ d.source0, 0x85ebca6b), 0xcc9e2d51);
  hash = Math.imul((hash ^ (hash >>> 15) ^ d.destination3) + d.destination1, 0x1b873593);
  hash = Math.imul(hash ^ (hash >>> 13) ^ id, 0x9e3779b1) + (d.version === 4 ? d.protocol : 0);
  return (hash ^ (hash >>> 16)) | 0;
}

/** True when the captured bytes of fragment `d` are those of the datagram that is whole already. */
function repeats({ whole, total }: FragmentSet, d: Datagram, start: number): boolean {
  const length = Math.min(d.end - d.payload, (whole?.length ?? 0) - start);
  if (start + d.end - d.payload + d.missing > total) return false;
  for (let i = 0; i < length; i++) {
    if (d.bytes[d.payload + i] !== whole?.[start + i]) return false;
  }
  return true;
}

/** Takes what is new of a fragment. False when it contradicts where the datagram ends. */
function insert(set: FragmentSet, d: Datagram, place: FragmentPlace, end: number): boolean {
  if (set.total >= 0 ? end > set.total || (!place.more && end !== set.total) : !place.more && end < set.furthest)
    return false;
  if (!place.more) set.total = end;
  set.furthest = Math.max(set.furthest, end);
  if (place.offset === 0 && set.pieces[0]?.start !== 0) {
    set.protocol = d.protocol;
    set.ttl = d.ttl;
    set.dontFragment = d.dontFragment;
  }
  const { covered, pieces } = set;
  let i = firstEndingAfter(pieces, place.offset);
  let start = place.offset;
  while (start < end) {
    const next = pieces[i];
    const stop = next === undefined ? end : Math.min(end, next.start);
    if (stop > start) {
      const from = Math.min(d.end, d.payload + start - place.offset);
      const bytes = d.bytes.slice(from, Math.min(d.end, d.payload + stop - place.offset));
      pieces.splice(i++, 0, { start, end: stop, bytes });
      set.covered += stop - start;
      set.size += bytes.length + overheadOfPiece;
    }
    start = Math.max(stop, next?.end ?? end);
    i++;
  }
  if (set.covered > covered) set.count++;
  return true;
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

/** Bytes from the start of the datagram up to the first that is not there. */
function prefixOf({ pieces }: FragmentSet): Uint8Array {
  let length = 0;
  let count = 0;
  for (const piece of pieces) {
    if (piece.start !== length) break;
    length += piece.bytes.length;
    count++;
    if (length < piece.end) break;
  }
  const bytes = new Uint8Array(length);
  for (const piece of pieces.slice(0, count)) bytes.set(piece.bytes, piece.start);
  return bytes;
}

function fill(d: Datagram, set: FragmentSet, bytes: Uint8Array, missing: number): void {
  d.bytes = bytes;
  d.version = set.version;
  d.protocol = set.protocol;
  d.source0 = set.source0;
  d.source1 = set.source1;
  d.source2 = set.source2;
  d.source3 = set.source3;
  d.destination0 = set.destination0;
  d.destination1 = set.destination1;
  d.destination2 = set.destination2;
  d.destination3 = set.destination3;
  d.ttl = set.ttl;
  d.id = set.version === 4 ? set.id : -1;
  d.dontFragment = set.dontFragment;
  d.header = -1;
  d.payload = 0;
  d.end = bytes.length;
  d.missing = missing;
  d.fragments = set.count;
}
