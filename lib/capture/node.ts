/** @module What reading captures needs of Node.js: files on disk, inflating by zlib, and packets of the npm package pcap-parser. */

import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { HarnessError, printable } from '../wire/index.ts';
import type { Inflate } from './file/decompress.ts';
import { inflateZstd } from './file/zstd.ts';

export { type PcapParserEmitter, packetsOf } from './file/pcap-parser.ts';

export interface FileBytesOptions {
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Measured: 256 KiB to 1 MiB cost the same, smaller and larger chunks more. */
const chunkBytes = 2 ** 19;

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
  const handle = await told(path, open(path, 'r'));
  try {
    const isFile = (await told(path, handle.stat())).isFile();
    const buffer = new Uint8Array(chunkBytes);
    for (;;) {
      const length = isFile ? readNow(path, handle.fd, buffer) : await told(path, readSoon(handle, buffer));
      signal?.throwIfAborted();
      if (length === 0) return;
      yield buffer.subarray(0, length);
      signal?.throwIfAborted();
    }
  } finally {
    await handle.close();
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

async function readSoon(handle: FileHandle, buffer: Uint8Array): Promise<number> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
  return bytesRead;
}

/** gzip by zlib: several members, and zeros behind the last one. */
export const nodeGunzip: Inflate = (compressed) => inflateBy(zlib.createGunzip({ chunkSize: chunkBytes }), compressed);

interface ZstdOfNode {
  readonly createZstdDecompress?: (options: { chunkSize: number }) => Transform;
}

/** zstd by zlib where this Node.js has it (22.15 and later), else by fzstd. */
export const nodeUnzstd: Inflate = (compressed) => {
  const { createZstdDecompress } = zlib as ZstdOfNode;
  return createZstdDecompress === undefined
    ? inflateZstd(compressed)
    : inflateBy(createZstdDecompress({ chunkSize: chunkBytes }), compressed);
};

/** Piece by piece, for an error of the stream drops what it holds; the next one is written when all that came out was given. */
async function* inflateBy(
  stream: Transform,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let wake = (): void => {};
  let failure: Error | null = null;
  let over = false;
  stream.on('readable', () => wake());
  stream.on('end', () => {
    over = true;
    wake();
  });
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  async function* drained(isDone: () => boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = stream.read() as Uint8Array | null;
      if (chunk !== null) yield chunk;
      else if (failure !== null) throw failure;
      else if (over || isDone()) return;
      else await new Promise<void>((resolve) => void (wake = resolve));
    }
  }
  try {
    for await (const piece of compressed) {
      let written = false;
      stream.write(piece, () => {
        written = true;
        wake();
      });
      yield* drained(() => written);
      if (over) return;
    }
    stream.end();
    yield* drained(() => false);
  } finally {
    stream.destroy();
  }
}

function unreadable(path: string, cause: unknown): HarnessError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new HarnessError(
    'unreadable-file',
    `The file ${printable(path)} cannot be read: ${reasons[code] ?? (code === '' ? 'unknown reason' : code)}.`,
    { hint: 'Check path and permission.', cause },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
};
