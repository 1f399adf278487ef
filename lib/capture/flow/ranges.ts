/** Sorted ranges that do not overlap, one row of numbers each, with room at both ends. */

/** Columns 0 and 1 of a row are start and end (exclusive) of its range. */
export class RangeList {
  count = 0;
  readonly #columns: number;
  #rows = none;
  #first = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Memory it holds, in bytes. */
  get cost(): number {
    return this.#rows.byteLength;
  }

  start(index: number): number {
    return this.#rows[(this.#first + index) * this.#columns]!;
  }

  end(index: number): number {
    return this.#rows[(this.#first + index) * this.#columns + 1]!;
  }

  value(index: number, column: number): number {
    return this.#rows[(this.#first + index) * this.#columns + column]!;
  }

  set(index: number, column: number, value: number): void {
    this.#rows[(this.#first + index) * this.#columns + column] = value;
  }

  /** Index of the first range that ends after `offset`; `count` when there is none. */
  find(offset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end(middle) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Makes room for `rows` rows at `index`, to be filled by the caller. Whichever side is shorter is moved. */
  insert(index: number, rows: number): void {
    const columns = this.#columns;
    const atFront = index < this.count - index;
    const room = atFront ? this.#first : this.#rows.length / columns - this.#first - this.count;
    if (room < rows) this.#makeRoom(rows);
    const first = this.#first * columns;
    if (atFront) {
      this.#rows.copyWithin(first - rows * columns, first, first + index * columns);
      this.#first -= rows;
    } else {
      this.#rows.copyWithin(first + (index + rows) * columns, first + index * columns, first + this.count * columns);
    }
    this.count += rows;
  }

  remove(index: number, rows: number): void {
    const columns = this.#columns;
    const first = this.#first * columns;
    if (index < this.count - index - rows) {
      this.#rows.copyWithin(first + rows * columns, first, first + index * columns);
      this.#first += rows;
    } else {
      this.#rows.copyWithin(first + index * columns, first + (index + rows) * columns, first + this.count * columns);
    }
    this.count -= rows;
  }

  /** Gives all memory back. */
  clear(): void {
    this.count = 0;
    this.#first = 0;
    this.#rows = none;
  }

  /** Room for `rows` at both ends, in memory that is at most half full, so that this does not happen again soon. */
  #makeRoom(rows: number): void {
    const columns = this.#columns;
    const capacity = this.#rows.length / columns;
    const needed = Math.max(4, 2 * (this.count + 2 * rows));
    const used = this.#rows.subarray(this.#first * columns, (this.#first + this.count) * columns);
    const target = needed <= capacity ? this.#rows : new Float64Array(needed * columns);
    const first = (target.length / columns - this.count) >>> 1;
    target.set(used, first * columns);
    this.#rows = target;
    this.#first = first;
  }
}

const none = new Float64Array(0);
