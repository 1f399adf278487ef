/** Section Header Blocks, with which every section of a pcapng file begins (draft-ietf-opsawg-pcapng §4.1). */

import { readU16, readU32 } from './records.ts';

/** Block type; it reads the same in both byte orders. */
export const sectionHeader = 0x0a0d0d0a;
/** What the first section is judged by: block type, length, byte order and version. */
export const pcapngHeaderLength = 16;

const byteOrderMagic = 0x1a2b3c4d;

export type SectionProblem = 'no-pcapng' | 'bad-length' | 'unknown-version';

export function isPcapng(bytes: Uint8Array): boolean {
  return readU32(bytes, 0, true) === sectionHeader;
}

/** Byte order of a section without a problem. */
export function isBigEndian(bytes: Uint8Array, at: number): boolean {
  return readU32(bytes, at + 8, true) === byteOrderMagic;
}

/** What is wrong with the first 16 bytes of a section; null when nothing is. */
export function sectionProblem(bytes: Uint8Array, at: number): SectionProblem | null {
  const bigEndian = isBigEndian(bytes, at);
  if (!bigEndian && readU32(bytes, at + 8, false) !== byteOrderMagic) return 'no-pcapng';
  const length = readU32(bytes, at + 4, bigEndian);
  if (length < 28 || (length & 3) !== 0) return 'bad-length';
  // 1.2 is written by some and means the same; libpcap and Wireshark read these two.
  const minor = readU16(bytes, at + 14, bigEndian);
  return readU16(bytes, at + 12, bigEndian) === 1 && (minor === 0 || minor === 2) ? null : 'unknown-version';
}
