/** What a capture can be read from: every source becomes one asynchronous sequence of chunks. */

import { HarnessError } from '../../wire/index.ts';

/** Anything with a `stream()`: a Blob, or the File of a web page. */
export interface BlobLike {
  /** Of a File. */
  readonly name?: string;
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

/** What a File is called; null for what has no name. */
export function inputName(source: CaptureInput): string | null {
  if (typeof source !== 'object' || source === null || !('stream' in source) || typeof source.stream !== 'function')
    return null;
  return typeof source.name === 'string' && source.name !== '' ? source.name : null;
}

export interface BytesOptions {
  /** Ends the waiting for the next chunk, also where the source never gives one; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The chunks of a source. Leaving the loop early cancels a stream, and so does the signal.
 * @throws HarnessError `bad-input` when the source is none of these, or gives something other than bytes
 */
export async function* bytesOf(
  source: CaptureInput,
  { signal }: BytesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const opened = open(source);
  yield* signal === undefined ? opened.chunks : untilAborted(opened, signal);
}

interface Opened {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Closes the source while a chunk is waited for, too. */
  readonly abandon?: (reason: unknown) => void;
}

/** A capture in memory is read like a file: what is found between chunks need not be kept until the end. */
const chunkBytes = 2 ** 19;

function open(source: CaptureInput): Opened {
  // By shape, not by class: objects of another realm (a test runner's, a frame's) are welcome.
  if (ArrayBuffer.isView(source) || isArrayBuffer(source)) return { chunks: piecesOf(chunkOf(source)) };
  if (typeof source !== 'object' || source === null) throw badInput(typeof source);
  // Not iterated over: of a stream that is being waited for only its reader can be cancelled.
  if ('getReader' in source) {
    const reader = source.getReader();
    return {
      chunks: readAll(reader),
      abandon: (reason) => void reader.cancel(reason).catch(() => {}),
    };
  }
  if (Symbol.asyncIterator in source || Symbol.iterator in source) {
    return { chunks: eachOf(source), abandon: () => destroy(source) };
  }
  if ('stream' in source) return open(source.stream());
  throw badInput('object');
}

async function* piecesOf(whole: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < whole.length; at += chunkBytes) yield whole.subarray(at, at + chunkBytes);
}

async function* eachOf(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield chunkOf(chunk);
}

/** Streams of Node.js; other iterables close when they give their next chunk. */
function destroy(source: object): void {
  if ('destroy' in source && typeof source.destroy === 'function') source.destroy();
}

async function* untilAborted(
  { chunks, abandon }: Opened,
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
    if (signal.aborted) abandon?.(signal.reason);
    const closed = chunks.return();
    // A source that does not answer closes when it does.
    if (signal.aborted) closed.catch(() => {});
    else await closed;
  }
}

async function* readAll(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
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
