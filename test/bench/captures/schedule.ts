/** Who sends next: a binary heap of actors by time. */

import type { Output } from './output.ts';

export interface Actor {
  /** Microseconds since 1970, of its next packet. */
  time: number;
  /** False when the capture may end without its remaining packets. */
  readonly needed: boolean;
  /** Sends it and sets `time` for the one after it. False: it has no more. */
  send(output: Output): boolean;
}

export class Schedule {
  readonly #heap: Actor[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get next(): number {
    return this.#heap[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  add(actor: Actor): void {
    const heap = this.#heap;
    let i = heap.push(actor) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      const above = heap[up] as Actor;
      if (above.time <= actor.time) break;
      heap[i] = above;
      i = up;
    }
    heap[i] = actor;
  }

  /** Lets the first one send. */
  step(output: Output): void {
    const heap = this.#heap;
    let actor = heap[0] as Actor;
    if (!actor.send(output)) {
      const last = heap.pop() as Actor;
      if (heap.length === 0) return;
      actor = last;
    }
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && (heap[down + 1] as Actor).time < (heap[down] as Actor).time) down++;
      const below = heap[down] as Actor;
      if (below.time >= actor.time) break;
      heap[i] = below;
      i = down;
    }
    heap[i] = actor;
  }

  /** Only the actors that must come to their end. */
  onlyNeeded(): Schedule {
    const needed = new Schedule();
    for (const actor of this.#heap) if (actor.needed) needed.add(actor);
    return needed;
  }
}
