/** Buffers for what comes in pieces: used again and again, and bounded over all conversations of a capture. */

export class MessageBuffers {
  /** By size: `smallest`, and each next twice as large. */
  readonly #free: readonly Uint8Array[][] = Array.from({ length: pooledSizes }, () => []);
  #bytes = 0;

  /** A buffer of at least `size` bytes, or null when too much waits in all conversations together. */
  take(size: number): Uint8Array | null {
    let length = smallest;
    let place = 0;
    for (; length < size; place++) length *= 2;
    if (this.#bytes + length > most) return null;
    this.#bytes += length;
    return this.#free[place]?.pop() ?? new Uint8Array(length);
  }

  /** One of at least `size` bytes that begins with the first `length` of `buffer`, which is given back; or null, and `buffer` is kept. */
  grow(buffer: Uint8Array, length: number, size: number): Uint8Array | null {
    const larger = this.take(size);
    if (larger === null) return null;
    larger.set(buffer.subarray(0, length));
    this.give(buffer);
    return larger;
  }

  give(buffer: Uint8Array): void {
    this.#bytes -= buffer.length;
    let place = 0;
    for (let length = smallest; length < buffer.length; length *= 2) place++;
    const free = this.#free[place];
    if (free !== undefined && free.length < mostFree) free.push(buffer);
  }
}

/** Most messages in pieces are certificate chains of some kilobytes. */
const smallest = 2048;
/** Up to 16 KiB. */
const pooledSizes = 4;
const mostFree = 64;
/** Bytes of all messages that are incomplete at once. */
const most = 2 ** 25;
