/** Times, amounts and timers of one connection, whichever transport makes it. */

import { type DialOutcome, maxChunks } from './outcome.ts';

/** setTimeout takes a longer one for 1 ms. */
const longestTimer = 2 ** 31 - 1;

/** Times are whole milliseconds since `startedAt`. */
export class Ledger {
  readonly startedAt = new Date();
  /** When the connection stood; null before. */
  connectMs: number | null = null;
  /** When the last byte of the first flight left; null before. */
  sentAt: number | null = null;
  readonly #start = performance.now();
  readonly #chunks: { at: number; length: number }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #firstByteAt: number | null = null;
  #bytesRead = 0;

  /** Bytes that came. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  get isAnswered(): boolean {
    return this.#firstByteAt !== null;
  }

  /** The part of the outcome that is known here. */
  get figures(): Pick<DialOutcome, 'connectMs' | 'startedAt' | 'replyMs' | 'waitedMs' | 'chunks'> {
    const { sentAt, startedAt, connectMs } = this;
    const first = this.#firstByteAt;
    const replyMs = sentAt === null || first === null || first < sentAt ? null : first - sentAt;
    const waitedMs = sentAt === null || first !== null ? null : this.elapsed() - sentAt;
    return { connectMs, startedAt, replyMs, waitedMs, chunks: this.#chunks };
  }

  elapsed(): number {
    return Math.round(performance.now() - this.#start);
  }

  /** Notes a delivery. Returns when it came. */
  received(length: number): Date {
    const at = this.elapsed();
    this.#firstByteAt ??= at;
    this.#bytesRead += length;
    const last = this.#chunks.length === maxChunks ? this.#chunks.at(-1) : undefined;
    if (last) last.length += length;
    else this.#chunks.push({ at, length });
    return new Date(this.startedAt.getTime() + at);
  }

  after(ms: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        act();
      },
      Math.min(ms, longestTimer),
    );
    this.#timers.add(timer);
  }

  /** Stops all timers. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
