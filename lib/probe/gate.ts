/** Decides when a connection may start: how many at once, how long after the last one, and which must be alone. */

/** One connection as the gate sees it. */
export interface Passage {
  /** The most other connections that were open at some moment of this one. */
  readonly others: number;
}

interface Waiter {
  readonly alone: boolean;
  readonly urgency: number;
  readonly admit: (passage: { others: number }) => void;
}

/**
 * A queue: the more urgent first, those of one urgency as they came. An `alone` passage waits until no other is open and lets none start beside it, which is
 * what rule 3 of inference needs: silence counts only when it was seen with nothing else open.
 */
export class Gate {
  /** Connections allowed at once; may change while the gate is in use. */
  limit: number;
  readonly #delayMs: number;
  readonly #active = new Set<{ others: number }>();
  readonly #waiting: Waiter[] = [];
  #aloneActive = false;
  #nextStart = 0;

  constructor(limit: number, delayMs: number) {
    this.limit = limit;
    this.#delayMs = delayMs;
  }

  /** Runs `work` when it may start. */
  async pass<T>(alone: boolean, work: (passage: Passage) => Promise<T>, urgency = 0): Promise<T> {
    const passage = await new Promise<{ others: number }>((admit) => {
      const later = this.#waiting.findIndex((other) => other.urgency < urgency);
      this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, { alone, urgency, admit });
      this.#admit();
    });
    try {
      await this.#pause();
      return await work(passage);
    } finally {
      this.#active.delete(passage);
      if (alone) this.#aloneActive = false;
      this.#admit();
    }
  }

  /** Keeps at least the delay between the starts of any two connections. */
  async #pause(): Promise<void> {
    if (this.#delayMs <= 0) return;
    const now = performance.now();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + this.#delayMs;
    if (start > now) await new Promise((resolve) => setTimeout(resolve, start - now));
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#aloneActive || this.#active.size >= (next.alone ? 1 : this.limit)) return;
      this.#waiting.shift();
      this.#aloneActive = next.alone;
      const passage = { others: this.#active.size };
      for (const other of this.#active) other.others = Math.max(other.others, this.#active.size);
      this.#active.add(passage);
      next.admit(passage);
    }
  }
}
