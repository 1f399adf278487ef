/** Buffers for what comes in pieces: used again and again, and bounded over all conversations of a capture. */

export class MessageBuffers {
  readonly #free: Uint8Array[] = [];
  #bytes = 0;

  /** A buffer of at least `size` bytes, or null when too much waits in all conversations together. */
  take(size: number): Uint8Array | null {
    if (size <= smallest) {
      const free = this.#free.pop();
      if (free !== undefined) return this.#counted(free);
    }
    let length = smallest;
    while (length < size) length *= 2;
    return this.#bytes + length > most ? null : this.#counted(new Uint8Array(length));
  }

  /** A larger one with the first `length` bytes of `buffer`, which is given back; null as `take`, and then `buffer` is still held. */
  grow(buffer: Uint8Array, length: number, size: number): Uint8Array | null {
    const larger = this.take(size);
    if (larger === null) return null;
    larger.set(buffer.subarray(0, length));
    this.give(buffer);
    return larger;
  }

  give(buffer: Uint8Array): void {
    this.#bytes -= buffer.length;
    if (buffer.length === smallest && this.#free.length < mostFree) this.#free.push(buffer);
  }

  #counted(buffer: Uint8Array): Uint8Array {
    this.#bytes += buffer.length;
    return buffer;
  }
}

/** Most messages in pieces are certificate chains of some kilobytes. */
const smallest = 4096;
const mostFree = 256;
/** Bytes of all messages that are incomplete at once. */
const most = 2 ** 25;
