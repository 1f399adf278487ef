/** Handing bytes over, now or when they no longer wait, and remembering what the handler wants next. */

import type { Packet } from '../packet.ts';
import type { Disorder } from './disorder.ts';
import { type Interest, inOrder, interest, type StreamHandler } from './handler.ts';
import { mark, word, wordsOf } from './layout.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

export class Delivery {
  readonly #table: FlowTable;
  readonly #handler: StreamHandler;
  readonly #packet: Packet;

  constructor(table: FlowTable, handler: StreamHandler, packet: Packet) {
    this.#table = table;
    this.#handler = handler;
    this.#packet = packet;
  }

  interest(flow: number, direction: Direction): number {
    return this.#table.words[wordsOf(flow, direction) + word.mark]! & mark.interest;
  }

  hole(flow: number, direction: Direction, missing: number): void {
    this.want(flow, direction, this.#handler.hole(flow, direction, missing));
  }

  waits(flow: number): void {
    this.#handler.waits?.(flow);
  }

  /** Hands `[start, end)` over, and what of the `length` bytes is not there as a hole. */
  give(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number, length: number): void {
    if (end > start) this.want(flow, direction, this.#handler.bytes(flow, direction, bytes, start, end));
    const missing = length - (end - start);
    if (missing > 0 && (this.interest(flow, direction) & inOrder) !== 0) this.hole(flow, direction, missing);
  }

  /**
   * Hands over what no longer waits for anything.
   * @param limit where it ends: the highest offset seen, or the part of a segment that is handed over next
   * @returns the first offset that was not handed over
   */
  drain(flow: number, direction: Direction, disorder: Disorder | undefined, from: number, limit: number): number {
    let next = from;
    for (;;) {
      const wanted = this.interest(flow, direction);
      if (wanted === interest.none) return next;
      const waits = disorder !== undefined && disorder.pieces.count > 0;
      const unordered = (wanted & inOrder) === 0;
      if (unordered && !waits) return next;
      if (waits && (unordered || disorder.pieces.start(0) === next)) {
        next = disorder.pieces.end(0);
        this.#giveFirst(flow, direction, disorder);
        continue;
      }
      // Up to the next hole or piece, what was seen was not kept: it came before the stream was asked for.
      let known = waits ? Math.min(disorder.pieces.start(0), limit) : limit;
      if (disorder !== undefined) {
        const hole = disorder.holes.find(next);
        if (hole < disorder.holes.count) known = Math.min(known, disorder.holes.start(hole));
      }
      if (known <= next) return next;
      this.hole(flow, direction, known - next);
      next = known;
    }
  }

  #giveFirst(flow: number, direction: Direction, disorder: Disorder): void {
    const packet = this.#packet;
    const { number, time } = packet;
    const length = disorder.pieces.end(0) - disorder.pieces.start(0);
    disorder.takeFirst();
    packet.number = disorder.packet;
    packet.time = disorder.time;
    this.give(flow, direction, disorder.bytes, disorder.bytesStart, disorder.bytesEnd, length);
    packet.number = number;
    packet.time = time;
  }

  want(flow: number, direction: Direction, wanted: Interest): void {
    const { words } = this.#table;
    const side = wordsOf(flow, direction);
    words[side + word.mark] = (words[side + word.mark]! & ~mark.interest) | wanted;
  }
}
