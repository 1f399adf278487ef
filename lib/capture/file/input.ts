/** What a capture can be read from: every source becomes one asynchronous sequence of chunks. */

import { HarnessError } from '../../wire/index.ts';

/** Anything with a `stream()`: a Blob, or the File of a web page. */
export interface BlobLike {
  stream(): AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
}

/**
 * The bytes of a capture: whole, or in chunks of any length. Streams of Node.js are async iterables. The chunks of an iterable
 * may share one buffer that is filled anew, as long as each is left alone until the next one is asked for.
 */
export type CaptureInput =
  | Uint8Array
  | ArrayBuffer
  | BlobLike
  | ReadableStream<Uint8Array>
  | Iterable<Uint8Array>
  | AsyncIterable<Uint8Array>;

export interface BytesOptions {
  /** Ends the waiting for the next chunk, also where the source never gives one; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The chunks of a source. Leaving the loop early cancels a stream.
 * @throws HarnessError `bad-input` when the source is none of these, or gives something other than bytes
 */
export async function* bytesOf(
  source: CaptureInput,
  { signal }: BytesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = chunksOf(source);
  yield* signal === undefined ? chunks : untilAborted(chunks, signal);
}

/** A capture in memory is read like a file: what is found between chunks need not be kept until the end. */
const chunkBytes = 2 ** 19;

async function* chunksOf(source: CaptureInput): AsyncGenerator<Uint8Array, void, undefined> {
  // By shape, not by class: objects of another realm (a test runner's, a frame's) are welcome.
  if (ArrayBuffer.isView(source) || isArrayBuffer(source)) {
    const whole = chunkOf(source);
    for (let at = 0; at < whole.length; at += chunkBytes) yield whole.subarray(at, at + chunkBytes);
    return;
  }
  if (typeof source !== 'object' || source === null) throw badInput(typeof source);
  if (Symbol.asyncIterator in source || Symbol.iterator in source) {
    for await (const chunk of source) yield chunkOf(chunk);
  } else if ('stream' in source) {
    yield* chunksOf(source.stream());
  } else if ('getReader' in source) {
    yield* readAll(source);
  } else {
    throw badInput('object');
  }
}

async function* untilAborted(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let stop: (reason: unknown) => void = () => {};
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await new Promise<IteratorResult<Uint8Array, void>>((resolve, reject) => {
        stop = reject;
        chunks.next().then(resolve, reject);
      });
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const closed = chunks.return();
    // A source that does not answer closes when it does.
    if (signal.aborted) closed.catch(() => {});
    else await closed;
  }
}

/** Browsers without asynchronous iteration of streams. */
async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield chunkOf(value);
    }
  } finally {
    await reader.cancel();
    reader.releaseLock();
  }
}

function chunkOf(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (isArrayBuffer(chunk)) return new Uint8Array(chunk);
  throw badInput(`a sequence of ${chunk === null ? 'null' : typeof chunk}`);
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

function badInput(what: string): HarnessError {
  return new HarnessError('bad-input', `A capture is read from bytes, not from ${what}.`, {
    hint: 'Give a Uint8Array, an ArrayBuffer, a Blob, or a stream of bytes without a text encoding.',
  });
}
