/** One Zstandard frame (RFC 8878), with bounds on what it may make us allocate. */

import { Decompress } from 'fzstd';
import { concat } from '../wire/index.ts';

/** @returns null when `bytes` are not exactly one whole frame, are damaged, or hold more than `maxLength` bytes */
export function inflateZstd(bytes: Uint8Array, maxLength: number): Uint8Array | null {
  if (!isOneFrame(bytes, maxLength)) return null;
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    const frame = new Decompress((part) => {
      length += part.length;
      if (length > maxLength) throw new RangeError('longer than is accepted');
      parts.push(part.slice());
    });
    frame.push(bytes, true);
  } catch {
    return null;
  }
  return concat(...parts);
}

/** What every decoder is to support (RFC 8878 §3.1.1.1.2); the frame's own claim is allocated at once. */
const largestWindow = 2 ** 23;

/** Follows the frame header and the block headers to the end (RFC 8878 §3.1.1). */
function isOneFrame(bytes: Uint8Array, maxLength: number): boolean {
  if (bytes.length < 6 || little(bytes, 0, 4) !== 0xfd2fb528) return false;
  const descriptor = bytes[4] as number;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeLength = sizeFlag > 0 ? 1 << sizeFlag : isSingleSegment ? 1 : 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3] as number;
  const window = bytes[5] as number;
  let at = (isSingleSegment ? 5 : 6) + dictionaryLength;
  const contentSize = little(bytes, at, sizeLength) + (sizeFlag === 1 ? 256 : 0);
  at += sizeLength;
  if (contentSize > maxLength) return false;
  if (!isSingleSegment && 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8) > largestWindow) return false;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > bytes.length) return false;
    const header = little(bytes, at, 3);
    isLast = (header & 1) !== 0;
    const isRepeatedByte = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeatedByte ? 1 : header >> 3);
  }
  return at + ((descriptor & 4) !== 0 ? 4 : 0) === bytes.length;
}

/** Little-endian number; of 8 bytes all that matters here is that it is not made smaller. Bytes that are not there count as 0. */
function little(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
