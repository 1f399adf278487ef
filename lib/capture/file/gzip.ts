/** gzip by the DecompressionStream of browsers and of Node.js (Compression Standard, whatwg). */

/**
 * The standard refuses data behind the first member, and so does Node.js from 24 on; earlier ones read all members. `inflate` of DecompressOptions says what else is
 * asked of it.
 */
export async function* inflateGzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const writer = writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
  const feeding = feed(compressed, writer);
  // Told by the reader too, or below; never as an unhandled rejection.
  feeding.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    await feeding;
  } finally {
    await Promise.allSettled([reader.cancel(), feeding]);
  }
}

async function feed(
  compressed: AsyncIterable<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  try {
    // A copy: the stream may keep the piece beyond this turn, and its buffer is filled anew.
    for await (const piece of compressed) await writer.write(new Uint8Array(piece));
    // An error drops what was inflated and not yet read; nothing is taken in before that was, so the end is told afterwards.
    await writer.write(new Uint8Array(0));
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}
