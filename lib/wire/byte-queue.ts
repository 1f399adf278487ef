/** Bytes that wait for the rest of their message. Grows with what arrives, never with what a length field announces. */

/** Appended at the end, taken from the front; one byte costs the same whatever the number of chunks. */
export class ByteQueue {
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The byte at `index`, which must be less than `length`. */
  at(index: number): number {
    return this.#bytes[this.#start + index] as number;
  }

  /** The first `count` bytes, which must be there, copied. */
  take(count: number): Uint8Array {
    const part = this.#bytes.slice(this.#start, this.#start + count);
    this.#start += count;
    return part;
  }

  #makeRoom(count: number): void {
    const waiting = this.#bytes.subarray(this.#start, this.#end);
    const needed = waiting.length + count;
    // Doubling, so that one-byte chunks do not copy the whole queue each time.
    const target = needed <= this.#bytes.length / 2 ? this.#bytes : new Uint8Array(Math.max(2 * needed, 64));
    target.set(waiting);
    this.#end = waiting.length;
    this.#start = 0;
    this.#bytes = target;
  }
}
