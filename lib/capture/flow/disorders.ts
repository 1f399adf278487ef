/** All directions that are out of order: which of them data waits in, and what memory they take. */

import type { Delivery } from './delivery.ts';
import { Disorder } from './disorder.ts';

type Direction = 0 | 1;

export class Disorders {
  /** Memory of all of them, in bytes. */
  cost = 0;
  readonly #all = new Map<number, Disorder>();
  /** Those with data that waits, from the one that waits longest. */
  readonly #waiting = new Set<Disorder>();
  /** Those of them that something waits in since the handler was last told of all. */
  readonly #untold = new Set<Disorder>();

  get size(): number {
    return this.#all.size;
  }

  /** The direction in which data waits longest. */
  get longest(): Disorder | undefined {
    for (const disorder of this.#waiting) return disorder;
    return undefined;
  }

  of(flow: number, direction: Direction): Disorder | undefined {
    return this.#all.get(flow * 2 + direction);
  }

  add(flow: number, direction: Direction): Disorder {
    const disorder = new Disorder(flow * 2 + direction);
    this.#all.set(disorder.direction, disorder);
    return disorder;
  }

  /** Something changed in it. @param ordered its data is to wait; else it is dropped */
  settle(disorder: Disorder, ordered: boolean): void {
    if (ordered && disorder.pieces.count > 0) {
      this.#waiting.add(disorder);
      this.#untold.add(disorder);
    } else {
      disorder.dropPieces();
      this.#noLongerWaits(disorder);
    }
    const { cost } = disorder;
    this.cost += cost - disorder.counted;
    disorder.counted = cost;
  }

  discard(disorder: Disorder): void {
    this.#noLongerWaits(disorder);
    this.#all.delete(disorder.direction);
    this.cost -= disorder.counted;
    disorder.counted = 0;
  }

  /** Discards those of a flow. */
  forget(flow: number): void {
    if (this.#all.size === 0) return;
    for (let key = flow * 2; key < flow * 2 + 2; key++) {
      const disorder = this.#all.get(key);
      if (disorder !== undefined) this.discard(disorder);
    }
  }

  /** The handler may say now that it wants no more: what is wanted no more is in the way of what is. */
  tellOfAll(delivery: Delivery): void {
    for (const { direction } of this.#untold) delivery.waits(direction >> 1);
    this.#untold.clear();
  }

  #noLongerWaits(disorder: Disorder): void {
    this.#waiting.delete(disorder);
    this.#untold.delete(disorder);
  }
}
