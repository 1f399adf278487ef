/** Compressed captures, recognised by their first bytes. */

import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';

export type Compression = 'gzip' | 'zstd';

/** Inflates a sequence of chunks; what came before damage is yielded, then it throws. */
export type Inflate = (compressed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export interface DecompressOptions {
  readonly limits: CaptureLimits;
  readonly counters: Counters;
  readonly gunzip?: Inflate;
  readonly unzstd?: Inflate;
}

export interface Decompressed {
  readonly compression: Compression | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export async function decompress(source: AsyncIterable<Uint8Array>, _options: DecompressOptions): Promise<Decompressed> {
  return { compression: null, chunks: source };
}
