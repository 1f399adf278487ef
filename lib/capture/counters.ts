/** Counts of what was dropped, by reason: nothing is given up silently. */

export class Counters {
  /** All that was counted. */
  total = 0;
  readonly #counts = new Map<string, number>();

  /** @param reason stable id in lower case with hyphens */
  drop(reason: string, times = 1): void {
    this.total += times;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + times);
  }

  /** Counts by reason, the reasons in alphabetical order. */
  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
