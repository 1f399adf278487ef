/** What a capture can be read from: every source becomes one asynchronous sequence of chunks. */

/** Anything with a `stream()`: a Blob, or a File of a web page. */
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

/** The chunks of a source. Leaving the loop early cancels a stream. */
export async function* bytesOf(_source: CaptureInput): AsyncGenerator<Uint8Array, void, undefined> {}
