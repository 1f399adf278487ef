/** Compressed captures, recognised by their first bytes, inflated as they come, and stopped when they are bombs. */

import { HarnessError } from '../../wire/index.ts';
import { inflateGzip } from './gzip.ts';
import type { CaptureReaderOptions } from './records.ts';
import { inflateZstd } from './zstd.ts';

export type Compression = 'gzip' | 'zstd';

/**
 * Inflates. It asks for the next piece when it has given everything that came out of the last one. Where the data is damaged or
 * ends early it throws, after it gave what came before.
 */
export type Inflate = (compressed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export interface DecompressOptions extends CaptureReaderOptions {
  /** DecompressionStream by default, which in browsers reads the first member of several only; in Node.js use that of node.ts. */
  readonly gunzip?: Inflate;
  /** The npm package fzstd by default. */
  readonly unzstd?: Inflate;
}

export interface Decompressed {
  readonly compression: Compression | null;
  /** The capture; each chunk is to be used before the next one is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The compressed data ended early, was damaged, or was stopped as a bomb; known when `chunks` is over. */
  readonly truncated: boolean;
}

/** Output that is not measured by `limits.inflateRatio`: a short capture of equal packets is no bomb. */
const unmeasuredBytes = 2 ** 26;

/**
 * Compressed data is inflated in pieces that are cut by their place alone, so that what is saved of damaged data does not depend on the
 * chunks it came in. Up to a whole piece before the damage may be lost, and each costs a turn of a thread: they grow to a sixteenth of
 * what is before them.
 */
const smallestPiece = 2 ** 16;
const largestPiece = 2 ** 19;

/**
 * Looks at the first bytes and unpacks gzip and zstd; anything else is passed on as it is. Counted: `truncated-gzip` and
 * `truncated-zstd` (also for damage; what came before is kept), and `inflate-ratio`.
 * @throws HarnessError (from `chunks`) `not-a-capture` when nothing at all could be unpacked
 */
export async function decompress(
  source: AsyncIterable<Uint8Array>,
  { limits, counters, gunzip = inflateGzip, unzstd = inflateZstd }: DecompressOptions,
): Promise<Decompressed> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const compression = compressionOf(first);
  const whole = joined(first, chunks);
  if (compression === null) return { compression, chunks: whole, truncated: false };

  let truncated = false;
  let taken = 0;
  let failure: { readonly cause: unknown } | null = null;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of inPieces(whole)) {
        taken += piece.length;
        yield piece;
      }
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  }
  async function* inflated(format: Compression): AsyncGenerator<Uint8Array, void, undefined> {
    let given = 0;
    try {
      for await (const chunk of (format === 'gzip' ? gunzip : unzstd)(counted())) {
        given += chunk.length;
        if (given > unmeasuredBytes && given > limits.inflateRatio * taken) {
          truncated = true;
          counters.drop('inflate-ratio');
          return;
        }
        yield chunk;
      }
    } catch (cause) {
      if (failure !== null) throw failure.cause;
      if (given === 0) throw nothingUnpacked(format, cause);
      truncated = true;
      counters.drop(`truncated-${format}`);
    }
  }
  return {
    compression,
    chunks: inflated(compression),
    get truncated() {
      return truncated;
    },
  };
}

/** Chunks until there are four bytes: usually the first one, as it is. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0);
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return first;
    if (first.length === 0 && value.length >= 4) return value;
    const longer = new Uint8Array(first.length + value.length);
    longer.set(first);
    longer.set(value, first.length);
    first = longer;
    if (first.length >= 4) return first;
  }
}

async function* joined(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { done, value } = await rest.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

/** gzip (RFC 1952) with deflate; zstd (RFC 8878), also when a skippable frame comes first. */
function compressionOf([a, b, c, d]: Uint8Array): Compression | null {
  if (a === 0x1f && b === 0x8b && c === 8) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  return a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18 ? 'zstd' : null;
}

/** Only pieces that are spread over chunks are copied; the length is a power of two so that chunks of a file seldom are. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const carry = new Uint8Array(largestPiece);
  let length = smallestPiece;
  let held = 0;
  let given = 0;
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(length - held, chunk.length - at);
      const whole = taken === length;
      if (!whole) carry.set(chunk.subarray(at, at + taken), held);
      held += taken;
      if (held === length) yield whole ? chunk.subarray(at, at + length) : carry.subarray(0, length);
      at += taken;
      if (held < length) continue;
      held = 0;
      given += length;
      if (length < largestPiece && given >= 16 * length) length *= 2;
    }
  }
  if (held > 0) yield carry.subarray(0, held);
}

function nothingUnpacked(format: Compression, cause: unknown): HarnessError {
  if (cause instanceof HarnessError) return cause;
  return new HarnessError('not-a-capture', `The file looks like ${format}, but nothing can be unpacked from it.`, {
    hint: `It is damaged at its start or cut short: check it with ${format} -t.`,
    cause,
  });
}
