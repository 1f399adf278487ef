/** The flow table: rows of typed arrays, found by an open-addressing hash of both endpoints, the same for both directions. */

import type { Datagram } from '../datagram.ts';
import { interest } from './handler.ts';
import { coldNumber, coldWord, state, word } from './layout.ts';

/** Addresses as in `Datagram`. */
export interface Addresses {
  readonly source0: number;
  readonly source1: number;
  readonly source2: number;
  readonly source3: number;
  readonly destination0: number;
  readonly destination1: number;
  readonly destination2: number;
  readonly destination3: number;
}

const stride = word.stride;
const aWord = word.a;
const bWord = word.b;
const portsWord = word.ports;
const stateWord = word.state;
const version6 = state.version6;
/** Memory that no flow is in yet costs nothing, copies do; and V8 looks for garbage when it is asked for 40 MiB at once. */
const firstCapacity = 16_384;
const growth = 4;

export class FlowTable {
  /** Rows in use are `[0, size)`. See layout.ts for what they hold; the arrays are replaced when the table grows. */
  words = new Int32Array(0);
  /** The same memory as `words`. */
  numbers = new Float64Array(0);
  coldWords = new Int32Array(0);
  coldNumbers = new Float64Array(0);
  size = 0;
  readonly #limit: number;
  #capacity = 0;
  /** Flow + 1 in the bits of `#mask`, bits of the hash in the others; 0 where empty. At most half full. */
  #index = new Int32Array(2 * firstCapacity);
  #mask = 2 * firstCapacity - 1;
  /** Places flows in the index, so that a capture cannot be made to put them all in one place; results do not depend on it. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  /** Flows from the one that was quiet longest, packet * size + flow; those that were heard of since are passed over. */
  #quiet = new Float64Array(0);
  #quietAt = 0;

  /** @param limit flows at once, at least 1 */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
    this.#grow(Math.min(firstCapacity, this.#limit));
  }

  get full(): boolean {
    return this.size === this.#limit;
  }

  /** `flow * 2 + direction`, or -1 @param ports source << 16 | destination */
  find4(source: number, destination: number, ports: number): number {
    const words = this.words;
    const index = this.#index;
    const mask = this.#mask;
    const from = source | 0;
    const to = destination | 0;
    const swapped = (ports << 16) | (ports >>> 16);
    const hash = hashOf(from, to, ports, this.#seed);
    let at = hash & mask;
    for (let entry = index[at]!; entry !== 0; entry = index[at]!) {
      at = (at + 1) & mask;
      if (((entry ^ hash) & ~mask) === 0) {
        const flow = (entry & mask) - 1;
        const row = flow * stride;
        const known = words[row + portsWord]!;
        const a = words[row + aWord]!;
        const b = words[row + bWord]!;
        const is4 = (words[row + stateWord]! & version6) === 0;
        // Computed, not branched on: which way a packet goes cannot be predicted, and its row is rarely in the cache yet. And no function of its
        // own: V8 may compile this one while most packets still begin a flow, and then leaves calls in it that were rarely made (1 run of 2).
        const unlike = (known ^ ports) | (a ^ from) | (b ^ to);
        const unlikeSwapped = (known ^ swapped) | (a ^ to) | (b ^ from);
        // 1 when any bit is set, else 0.
        const other = (unlike | (0 - unlike)) >>> 31;
        const neither = other & ((unlikeSwapped | (0 - unlikeSwapped)) >>> 31);
        if (neither === 0 && is4) return (flow << 1) | other;
      }
    }
    return -1;
  }

  /** The same with IPv6 addresses. */
  find6(d: Addresses, ports: number): number {
    const words = this.words;
    const index = this.#index;
    const mask = this.#mask;
    const from = d.source3 | 0;
    const to = d.destination3 | 0;
    const swapped = (ports << 16) | (ports >>> 16);
    const hash = this.#hash6(d, ports);
    let at = hash & mask;
    for (let entry = index[at]!; entry !== 0; entry = index[at]!) {
      const flow = (entry & mask) - 1;
      const row = flow * stride;
      if (((entry ^ hash) & ~mask) === 0 && (words[row + stateWord]! & state.version6) !== 0) {
        const known = words[row + portsWord]!;
        const a = words[row + aWord]!;
        const b = words[row + bWord]!;
        if (known === ports && a === from && b === to && this.#upperMatch(flow, d, 0, 3)) return flow << 1;
        if (known === swapped && a === to && b === from && this.#upperMatch(flow, d, 3, 0)) return (flow << 1) | 1;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /** A new flow whose first segment is in `d`. The table must not be full. */
  add(d: Datagram, ports: number): number {
    if (this.size === this.#capacity) this.#grow(Math.min(this.#capacity * growth, this.#limit));
    if (2 * this.size >= this.#index.length) this.#spread();
    const flow = this.size++;
    this.#place(flow, d, ports);
    return flow;
  }

  /** Puts a new flow in the place of `flow`. */
  replace(flow: number, d: Datagram, ports: number): void {
    this.#remove(flow);
    this.words.fill(0, flow * stride, (flow + 1) * stride);
    this.coldWords.fill(0, flow * coldWord.stride, (flow + 1) * coldWord.stride);
    this.coldNumbers.fill(0, flow * coldNumber.stride, (flow + 1) * coldNumber.stride);
    this.#place(flow, d, ports);
  }

  /** The flow whose last packet is the oldest. */
  quietest(): number {
    for (;;) {
      while (this.#quietAt < this.size && this.#quiet.length > 0) {
        const entry = this.#quiet[this.#quietAt++]!;
        const flow = (entry % this.size) | 0;
        const packet = (entry - flow) / this.size;
        if (this.words[flow * stride + word.lastPacket]! >>> 0 === packet) return flow;
      }
      this.#quiet = this.#inOrder(this.words, stride, word.lastPacket);
      this.#quietAt = 0;
    }
  }

  /** All flows in the order of their first packets: packet * size + flow. */
  byFirstPacket(): Float64Array<ArrayBuffer> {
    return this.#inOrder(this.coldWords, coldWord.stride, coldWord.firstPacket);
  }

  #inOrder(rows: Int32Array, rowLength: number, column: number): Float64Array<ArrayBuffer> {
    const { size } = this;
    const order = new Float64Array(size);
    for (let flow = 0; flow < size; flow++) order[flow] = (rows[flow * rowLength + column]! >>> 0) * size + flow;
    return order.sort();
  }

  #upperMatch(flow: number, d: Addresses, source: number, destination: number): boolean {
    const cold = this.coldWords;
    const s = flow * coldWord.stride + source;
    const t = flow * coldWord.stride + destination;
    return (
      cold[s] === (d.source0 | 0) &&
      cold[s + 1] === (d.source1 | 0) &&
      cold[s + 2] === (d.source2 | 0) &&
      cold[t] === (d.destination0 | 0) &&
      cold[t + 1] === (d.destination1 | 0) &&
      cold[t + 2] === (d.destination2 | 0)
    );
  }

  /** @param flow a row of zeros */
  #place(flow: number, d: Datagram, ports: number): void {
    const row = flow * stride;
    const coldRow = flow * coldWord.stride;
    const { words, coldWords } = this;
    words[row + aWord] = d.source3;
    words[row + bWord] = d.destination3;
    words[row + portsWord] = ports;
    words[row + stateWord] = d.version === 6 ? state.version6 : 0;
    coldWords[coldRow] = d.source0;
    coldWords[coldRow + 1] = d.source1;
    coldWords[coldRow + 2] = d.source2;
    coldWords[coldRow + 3] = d.destination0;
    coldWords[coldRow + 4] = d.destination1;
    coldWords[coldRow + 5] = d.destination2;
    for (let direction = 0; direction < 2; direction++) {
      const side = row + word.direction0 + direction * word.directionWords;
      words[side + word.mark] = interest.stream;
      words[side + word.limits] = 0xffff << 16;
    }
    coldWords[coldRow + coldWord.hash] =
      d.version === 6 ? this.#hash6(d, ports) : hashOf(d.source3 | 0, d.destination3 | 0, ports, this.#seed);
    this.#enter(flow);
  }

  #enter(flow: number): void {
    const hash = this.#hashOf(flow);
    const mask = this.#mask;
    let at = hash & mask;
    while (this.#index[at] !== 0) at = (at + 1) & mask;
    this.#index[at] = (hash & ~mask) | (flow + 1);
  }

  /** Takes a flow out of the index and moves those behind it up, so that no search ends too early. */
  #remove(flow: number): void {
    const index = this.#index;
    const mask = this.#mask;
    let hole = this.#hashOf(flow) & mask;
    while ((index[hole]! & mask) !== flow + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; index[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashOf((index[at]! & mask) - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      index[hole] = index[at]!;
      hole = at;
    }
    index[hole] = 0;
  }

  #hashOf(flow: number): number {
    return this.coldWords[flow * coldWord.stride + coldWord.hash]!;
  }

  #grow(capacity: number): void {
    const { words, coldWords, coldNumbers } = this;
    const rows = new ArrayBuffer(capacity * stride * 4);
    this.words = new Int32Array(rows);
    this.numbers = new Float64Array(rows);
    this.coldWords = new Int32Array(capacity * coldWord.stride);
    this.coldNumbers = new Float64Array(capacity * coldNumber.stride);
    this.words.set(words);
    this.coldWords.set(coldWords);
    this.coldNumbers.set(coldNumbers);
    this.#capacity = capacity;
  }

  /** An index of twice the length: no more than needed, since flows are all over it. */
  #spread(): void {
    const places = 2 * this.#index.length;
    this.#index = new Int32Array(places);
    this.#mask = places - 1;
    for (let flow = 0; flow < this.size; flow++) this.#enter(flow);
  }

  #hash6(d: Addresses, ports: number): number {
    return hashOf(
      folded(d.source3, d.source0, d.source1, d.source2),
      folded(d.destination3, d.destination0, d.destination1, d.destination2),
      ports,
      this.#seed,
    );
  }
}

/** The same when both endpoints change places. Small functions, which V8 makes part of what calls them. */
function hashOf(source: number, destination: number, ports: number, seed: number): number {
  return pairHash(endpointHash(source, ports >>> 16, seed), endpointHash(destination, ports & 0xffff, seed));
}

function pairHash(a: number, b: number): number {
  let h = (a + b) ^ Math.imul(a ^ b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

function endpointHash(address: number, port: number, seed: number): number {
  const h = Math.imul(address ^ seed, 0x9e3779b1) ^ Math.imul(port + seed, 0xc2b2ae35);
  return Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
}

function folded(w3: number, w0: number, w1: number, w2: number): number {
  return Math.imul(Math.imul(Math.imul(w0, 31) ^ w1, 0x01000193) ^ w2, 0x5bd1e995) ^ w3;
}
