/** Open conversations in the order they were recognised, and which of them can be finished first when there are too many. */

export interface Opened {
  /** It has been finished. */
  over: boolean;
}

/** Looked at for one whose handshake is over, from the oldest on. */
const lookedAt = 64;

export class OpenOrder<T extends Opened> {
  #items: T[] = [];
  #head = 0;
  /** Conversations that are open. */
  size = 0;

  add(item: T): void {
    // A Set would do, but finding its first member takes longer the more were deleted before it.
    if (this.#items.length > 2 * this.size + 1024) {
      this.#items = this.#items.filter(({ over }) => !over);
      this.#head = 0;
    }
    this.#items.push(item);
    this.size++;
  }

  finished(item: T): void {
    if (item.over) return;
    item.over = true;
    this.size--;
  }

  /**
   * One of the oldest, if possible one of which hardly anything more is to be learned; undefined when none is open.
   * @param settled whether the handshake of an item is over
   */
  dispensable(settled: (item: T) => boolean): T | undefined {
    const items = this.#items;
    while (this.#head < items.length && items[this.#head]?.over === true) this.#head++;
    const last = Math.min(items.length, this.#head + lookedAt);
    for (let i = this.#head; i < last; i++) {
      const item = items[i] as T;
      if (!item.over && settled(item)) return item;
    }
    return items[this.#head];
  }

  /** Those that are open. */
  *[Symbol.iterator](): Generator<T> {
    for (const item of this.#items) if (!item.over) yield item;
  }
}
