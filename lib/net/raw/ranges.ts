/** Sets of offsets in a byte stream, as sorted ranges that neither overlap nor touch. */

export interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Few ranges at a time: what arrived, or was acknowledged, above a hole. */
export class Ranges {
  #ranges: Range[] = [];

  get list(): readonly Range[] {
    return this.#ranges;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Bytes in all ranges. */
  get size(): number {
    return this.#ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Adds [from, to). Returns how many of its bytes were not in the set. */
  add(from: number, to: number): number {
    if (to <= from) return 0;
    const before = this.size;
    const touching = this.#ranges.filter((range) => range.to >= from && range.from <= to);
    const merged = {
      from: Math.min(from, ...touching.map((range) => range.from)),
      to: Math.max(to, ...touching.map((range) => range.to)),
    };
    const rest = this.#ranges.filter((range) => range.to < from || range.from > to);
    this.#ranges = [...rest, merged].sort((a, b) => a.from - b.from);
    return this.size - before;
  }

  /** True when all of [from, to) is in the set. */
  covers(from: number, to: number): boolean {
    return from >= to || this.#ranges.some((range) => range.from <= from && range.to >= to);
  }

  /** The range that holds `offset`. */
  around(offset: number): Range | undefined {
    return this.#ranges.find((range) => range.from <= offset && range.to > offset);
  }

  /** Takes out everything below `offset`. */
  dropBelow(offset: number): void {
    this.#ranges = this.#ranges
      .filter(({ to }) => to > offset)
      .map(({ from, to }) => ({ from: Math.max(from, offset), to }));
  }
}
