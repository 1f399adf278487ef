/** Compressed files that grow beyond any measure, or hold something else. */

import { gzipSync } from 'node:zlib';
import { concat } from '../../../../lib/wire/index.ts';
import { pcapHeader } from '../pcap.ts';
import { type HostileCapture, soundTrace } from './row.ts';

const member = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes, { level: 9 }));
const repeat = (n: number, bytes: Uint8Array): Uint8Array => concat(...Array.from({ length: n }, () => bytes));

/** A zstd frame (RFC 8878 §3.1) of `blocks` times 128 KiB of one byte: 4 bytes each. */
function zstdOf(first: Uint8Array, blocks: number, byte: number): Uint8Array {
  const raw = concat(Uint8Array.of((first.length << 3) & 0xff, first.length >> 5, first.length >> 13), first);
  const size = 2 ** 17;
  const block = (last: boolean): Uint8Array =>
    Uint8Array.of(((size << 3) & 0xff) | 2 | (last ? 1 : 0), (size >> 5) & 0xff, size >> 13, byte);
  return concat(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58), raw, repeat(blocks - 1, block(false)), block(true));
}

/** Zeros behind a pcap header are empty packets of 1970, as many as one wants. */
export const compressedRows: readonly HostileCapture[] = [
  {
    name: 'a gzip bomb of 1 GiB of empty packets',
    make: () => concat(member(pcapHeader()), repeat(64, member(new Uint8Array(2 ** 24)))),
    conversations: 0,
    dropped: ['inflate-ratio'],
  },
  {
    name: 'a zstd bomb of 1 GiB of empty packets',
    make: () => zstdOf(pcapHeader(), 8192, 0),
    conversations: 0,
    dropped: ['inflate-ratio'],
  },
  { name: 'a gzip bomb of zeros', make: () => repeat(64, member(new Uint8Array(2 ** 24))), refused: true },
  { name: 'gzip in gzip', make: () => member(member(soundTrace().toPcap())), refused: true },
  {
    name: 'a gzip header and nothing else',
    make: () => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3),
    refused: true,
  },
  {
    name: 'a gzip file that is cut short',
    make: () => {
      const whole = member(concat(soundTrace().toPcap(), soundTrace().toPcap().subarray(24)));
      return whole.subarray(0, whole.length - 40);
    },
  },
];
