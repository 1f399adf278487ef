/** What needs Node.js: capture files on disk, and inflating by zlib. */

import type { Inflate } from './file/decompress.ts';

export interface FileBytesOptions {
  readonly signal?: AbortSignal | undefined;
}

/** @throws HarnessError `unreadable-file` */
export async function* fileBytes(
  _path: string,
  _options: FileBytesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {}

export const nodeGunzip: Inflate = (compressed) => compressed;

export const nodeUnzstd: Inflate = (compressed) => compressed;
