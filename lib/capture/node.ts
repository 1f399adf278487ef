/** @module What reading captures needs of Node.js: files on disk, inflating by zlib, and packets of the npm package pcap-parser. */

import { createHash } from 'node:crypto';
import { close, fstat, open, read, readSync } from 'node:fs';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Digests, portableDigests } from '../hello/index.ts';
import { HarnessError, printable, systemReason } from '../wire/index.ts';
import type { Inflate } from './file/decompress.ts';
import { hasEngine, inflateNow } from './file/zlib-engine.ts';
import { inflateZstd } from './file/zstd.ts';
import type { SameBytes } from './tls/likeness.ts';

export { type PcapParserEmitter, packetsOf } from './file/pcap-parser.ts';

export interface FileBytesOptions {
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Loading node:fs/promises takes as long as reading 10 MB. */
const promised = { open: promisify(open), stat: promisify(fstat), read: promisify(read), close: promisify(close) };

/** Measured: 256 KiB to 1 MiB cost the same, smaller and larger chunks more. */
const chunkBytes = 2 ** 19;

/** Chunks of a file between two turns of the event loop, which signals and timers need. */
const chunksPerTurn = 32;

/**
 * The bytes of a file or a named pipe, in chunks of at most 512 KiB that are valid until the next one is asked for. The file is closed
 * however the loop ends.
 *
 * A regular file is read without waiting: the chunk costs less than its analysis, and asking a thread for it took 0.1 s of CPU a GiB.
 * @throws HarnessError `unreadable-file`
 */
export async function* fileBytes(
  path: string,
  { signal }: FileBytesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const descriptor = await told(path, promised.open(path, 'r'));
  try {
    const isFile = (await told(path, promised.stat(descriptor))).isFile();
    const buffer = new Uint8Array(chunkBytes);
    for (let chunks = 1; ; chunks++) {
      if (chunks % chunksPerTurn === 0) await turn();
      const length = isFile ? readNow(path, descriptor, buffer) : await told(path, readSoon(descriptor, buffer));
      signal?.throwIfAborted();
      if (length === 0) return;
      yield buffer.subarray(0, length);
      signal?.throwIfAborted();
    }
  } finally {
    await promised.close(descriptor);
  }
}

function told<T>(path: string, promise: Promise<T>): Promise<T> {
  return promise.catch((cause) => Promise.reject(unreadable(path, cause)));
}

function readNow(path: string, descriptor: number, buffer: Uint8Array): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

async function readSoon(descriptor: number, buffer: Uint8Array): Promise<number> {
  const { bytesRead } = await promised.read(descriptor, buffer, 0, buffer.length, null);
  return bytesRead;
}

/** Those of node:crypto; under FIPS it has no MD5, which here is no more than a name. */
export const nodeDigests: Digests = {
  md5(bytes) {
    try {
      return createHash('md5').update(bytes).digest('hex');
    } catch {
      return portableDigests.md5(bytes);
    }
  },
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
};

export const nodeSameBytes: SameBytes = (a, b) => Buffer.compare(a, b) === 0;

/** gzip by zlib: several members, and zeros behind the last one. */
export const nodeGunzip: Inflate = (compressed) => {
  engineUsable ??= hasEngine(zlib.createGunzip());
  return engineUsable ? inflateNow(zlib.createGunzip(), compressed, turn) : nodeGunzipByStream(compressed);
};

let engineUsable: boolean | undefined;

/** The same by public means alone, on a thread. */
export const nodeGunzipByStream: Inflate = async function* (compressed) {
  yield* inflateBy(zlib.createGunzip({ chunkSize: chunkBytes }), compressed);
};

interface ZstdOfNode {
  readonly createZstdDecompress?: (options: { chunkSize: number }) => Inflater;
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
}

type Inflater = Transform & { readonly bytesWritten: number };

/** Frames that zlib is asked to begin anew for; beyond, fzstd reads on, since a file may hold a million of them. */
const maxRestarts = 100;

/** zstd by zlib where this Node.js has it and tells when the end is missing (24), else by fzstd. */
export const nodeUnzstd: Inflate = (compressed) => {
  const { createZstdDecompress } = zlib as ZstdOfNode;
  return createZstdDecompress === undefined || !zlibTellsTruncation()
    ? inflateZstd(compressed)
    : unzstdBy(() => createZstdDecompress({ chunkSize: chunkBytes }), compressed);
};

async function* unzstdBy(
  make: () => Inflater,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = compressed[Symbol.asyncIterator]();
  try {
    // zlib leaves what is behind a frame, where that ends within what was written.
    let rest: Uint8Array | null = new Uint8Array(0);
    for (let restarts = 0; rest !== null && restarts < maxRestarts; restarts++) {
      rest = yield* inflateBy(make(), following(rest, pieces));
    }
    if (rest !== null) yield* inflateZstd(following(rest, pieces));
  } finally {
    await pieces.return?.();
  }
}

/** Node.js 22 takes a frame that breaks off for a whole one. */
function zlibTellsTruncation(): boolean {
  try {
    (zlib as ZstdOfNode).zstdDecompressSync?.(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58));
    return false;
  } catch {
    return true;
  }
}

/** The rest of a piece, and the pieces after it, which are left open. */
async function* following(
  rest: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (rest.length > 0) yield rest;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
}

/**
 * Piece by piece, for an error of the stream drops what it holds; the next one is written when all that came out was given. Returns what
 * the stream left of a piece, null when it took everything.
 */
async function* inflateBy(
  stream: Inflater,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, Uint8Array | null, undefined> {
  const free = memoryFreer();
  const waiting: Buffer[] = [];
  let wake = (): void => {};
  let failure: Error | null = null;
  let over = false;
  stream.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    // Whoever reads works on one already.
    if (waiting.length > 1) stream.pause();
    wake();
  });
  stream.on('end', () => {
    over = true;
    wake();
  });
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  /** After an error, with what came out while the stream was paused. */
  const next = (): Buffer | null => waiting.shift() ?? (failure === null ? null : (stream.read() as Buffer | null));
  async function* drained(isDone: () => boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = next();
      if (chunk !== null) {
        // As from a file: code that meets Buffers too is slower.
        yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
        free(chunk);
        if (waiting.length === 0 && stream.isPaused()) stream.resume();
      } else if (failure !== null) throw failure;
      else if (over || isDone()) return;
      else await new Promise<void>((resolve) => void (wake = resolve));
    }
  }
  try {
    for await (const piece of compressed) {
      const before = stream.bytesWritten;
      let written = false;
      stream.write(piece, () => {
        written = true;
        wake();
      });
      yield* drained(() => written && stream.readableLength === 0);
      const rest = piece.subarray(stream.bytesWritten - before);
      if (!over && rest.length === 0) continue;
      yield* drained(() => false);
      return rest;
    }
    stream.end();
    yield* drained(() => false);
    return null;
  } finally {
    stream.destroy();
  }
}

/**
 * Chunks are garbage once they are read, but outside the heap of V8, which looks for such garbage with a collection of the whole heap every
 * 20 MiB: a quarter of all CPU time. What is transferred to a port that nobody listens to is freed at once.
 * @returns to be called with chunks that are not used any more, in their order
 */
function memoryFreer(): (chunk: Buffer) => void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return ({ buffer, byteOffset, length }) => {
    // zlib fills the rest of a buffer with the chunks to come.
    if (byteOffset + length === buffer.byteLength) port1.postMessage(null, [buffer as ArrayBuffer]);
  };
}

function unreadable(path: string, cause: unknown): HarnessError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new HarnessError('unreadable-file', `The file ${printable(path)} cannot be read: ${systemReason(cause)}.`, {
    hint: code === 'EISDIR' ? 'Name the files in it.' : 'Check path and permission.',
    cause,
  });
}
