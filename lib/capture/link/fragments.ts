/**
 * Reassembly of IP fragments (RFC 791 §3.2, RFC 8200 §4.5). Where fragments overlap, the byte that came first stands. What is
 * kept is bounded in bytes and in capture time; a datagram that came whole is remembered as long, so that the same fragments
 * seen again (a packet captured at two places) do not look like another one that stays incomplete.
 */

import type { Counters } from '../counters.ts';
import { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import { FragmentSet, Queue } from './fragment-set.ts';
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
    if (set !== null && set.whole !== null) {
      if (set.repeats(d, start)) return false;
      this.#remove(set);
      set = null;
    }
    set ??= this.#open(hash, d, place.id, time);
    const { size } = set;
    if (!set.insert(d, place, end)) this.#counters.drop('ip-fragment-malformed');
    const done = set.finish();
    this.#held += set.size - size;
    if (done) {
      this.#waiting.remove(set);
      this.#done.push(set);
      set.fill(d);
    }
    this.#shrink();
    return done;
  }

  /**
   * Tells all that are still incomplete, but for those whose other fragments may have come right after the capture.
   * @param time of the last packet, in milliseconds
   */
  end(time: number): void {
    for (let set = this.#waiting.first; set !== null; set = this.#waiting.first) {
      if (time - set.time >= completeWithinMs) this.#giveUp(set);
      else {
        this.#remove(set);
        this.#counters.drop('ip-fragments-incomplete');
      }
    }
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

  #find(hash: number, d: Datagram, id: number): FragmentSet | null {
    let set = this.#sets.get(hash) ?? null;
    while (set !== null && !set.isFor(d, id)) set = set.next;
    return set;
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

  #giveUp(set: FragmentSet): void {
    this.#remove(set);
    this.#counters.drop('ip-fragments-incomplete');
    set.fill(this.#told);
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
/** A sender's fragments of a datagram follow each other at once. */
const completeWithinMs = 1_000;

function hashOf(d: Datagram, id: number): number {
  let hash = Math.imul(d.source3 ^ Math.imul(d.source1 ^ (d.source2 << 7) ^ d.source0, 0x85ebca6b), 0xcc9e2d51);
  hash = Math.imul((hash ^ (hash >>> 15) ^ d.destination3) + d.destination1, 0x1b873593);
  hash = Math.imul(hash ^ (hash >>> 13) ^ id, 0x9e3779b1) + (d.version === 4 ? d.protocol : 0);
  return (hash ^ (hash >>> 16)) | 0;
}
