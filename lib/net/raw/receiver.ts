/** What the peer sends: put in order, and what is missing of it. Offsets count from its first byte. */

import { Ranges } from './ranges.ts';

export interface ReceiverOptions {
  /** Bytes beyond the first missing one that are taken. */
  readonly window: number;
  /** Longest payload that one packet can have had; a longer one was put together by the network card, and says nothing of sizes. */
  readonly largestSegment: number;
  /** Takes what came in order. */
  deliver(bytes: Uint8Array): void;
}

export class Receiver {
  readonly #options: ReceiverOptions;
  /** Above a hole, by offset. */
  readonly #waiting = new Map<number, Uint8Array>();
  readonly #ranges = new Ranges();
  #newest = 0;
  #next = 0;
  #distinct = 0;
  #repeated = 0;
  #finAt: number | null = null;
  #largest: number | null = null;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Offset of the first byte that has not come. */
  get next(): number {
    return this.#next;
  }

  /** True when the peer's FIN and all before it came. */
  get finished(): boolean {
    return this.#finAt !== null && this.#next >= this.#finAt;
  }

  /** What came, each byte once, also above a hole. */
  get distinct(): number {
    return this.#distinct;
  }

  /** Bytes that came again. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Payload of the largest segment that came; null where none did whose size is known. */
  get largest(): number | null {
    return this.#largest;
  }

  /** Bytes that never came though later ones did. */
  get missing(): number {
    const end = Math.max(this.#finAt ?? 0, this.#ranges.list.at(-1)?.to ?? 0);
    return Math.max(0, end - this.#next - this.#ranges.size);
  }

  /**
   * A segment with its payload at `offset`. Bytes come out in order by `deliver`, before this returns.
   * @returns false when all of it lies outside the window, and nothing was taken
   */
  take(offset: number, payload: Uint8Array, fin: boolean): boolean {
    const end = offset + payload.length;
    if (offset > this.#next + this.#options.window || end < this.#next - 2 ** 30) return false;
    if (fin) this.#finAt ??= end;
    if (payload.length > 0) this.#keep(offset, payload);
    this.#deliver();
    return true;
  }

  /**
   * Up to `limit` ranges above the first hole, the one that grew last first (RFC 2018 §4).
   */
  blocks(limit: number): { readonly from: number; readonly to: number }[] {
    const newest = this.#ranges.around(this.#newest);
    const others = this.#ranges.list.filter((range) => range !== newest).reverse();
    return (newest === undefined ? others : [newest, ...others]).slice(0, limit);
  }

  #keep(offset: number, payload: Uint8Array): void {
    const end = offset + payload.length;
    const unseen = this.#ranges.add(Math.max(offset, this.#next), end);
    this.#distinct += unseen;
    this.#repeated += payload.length - unseen;
    if (payload.length <= this.#options.largestSegment) this.#largest = Math.max(this.#largest ?? 0, payload.length);
    if (unseen === 0) return;
    if (offset > this.#next) this.#newest = offset;
    const known = this.#waiting.get(offset);
    if (known === undefined || known.length < payload.length) this.#waiting.set(offset, payload);
  }

  #deliver(): void {
    const head = this.#ranges.around(this.#next);
    if (head === undefined) return;
    const parts = [...this.#waiting].sort(([a], [b]) => a - b);
    for (const [offset, payload] of parts) {
      if (offset > this.#next) break;
      this.#waiting.delete(offset);
      const fresh = payload.subarray(this.#next - offset);
      if (offset + payload.length <= this.#next) continue;
      this.#next += fresh.length;
      this.#options.deliver(fresh);
    }
    this.#ranges.dropBelow(this.#next);
  }
}
