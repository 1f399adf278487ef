/** Interfaces of a pcapng section: link type, snapshot length and clock, and what they lost (draft-ietf-opsawg-pcapng §4.2, §4.6). */

import { type CaptureReaderOptions, readU16, readU32 } from './records.ts';

const endOfOptions = 0;
const ifTsresol = 9;
const ifTsoffset = 14;
const isbIfdrop = 5;
const isbOsdrop = 7;

/** One interface; number fields only, for it is looked at with each packet. */
export class CapturedInterface {
  readonly linkType: number;
  /** Bytes kept of a packet; Infinity where the file sets no limit. */
  readonly snapLength: number;
  /**
   * A time stamp of two 32-bit halves is `offset + high * highMs + (high * highRest + low) * factor / divisor` in milliseconds. The
   * parts are such that the sum in brackets stays exact where the whole stamp would not fit into 53 bits (nanoseconds).
   */
  offset = 0;
  highMs = 0;
  highRest = 0;
  factor = 1;
  divisor = 1;
  /** Packets that it lost so far, as its statistics say. */
  lost = 0;

  constructor(linkType: number, snapLength: number) {
    this.linkType = linkType;
    this.snapLength = snapLength === 0 ? Number.POSITIVE_INFINITY : snapLength;
    this.setResolution(6);
  }

  /** @param value of if_tsresol: units per second as a power of ten, or of two with the top bit set. */
  setResolution(value: number): void {
    const exponent = value & 0x7f;
    if ((value & 0x80) !== 0) {
      this.factor = 1000;
      this.divisor = 2 ** exponent;
      this.highMs = (2 ** 32 * 1000) / this.divisor;
      this.highRest = 0;
      return;
    }
    this.factor = exponent < 3 ? 10 ** (3 - exponent) : 1;
    this.divisor = exponent < 3 ? 1 : 10 ** (exponent - 3);
    this.highMs = Math.floor(2 ** 32 / this.divisor) * this.factor;
    this.highRest = 2 ** 32 % this.divisor;
  }

  /** Milliseconds since 1970, of any size. */
  time(high: number, low: number): number {
    return this.offset + high * this.highMs + ((high * this.highRest + low) * this.factor) / this.divisor;
  }
}

/** Reads an Interface Description Block, [start, end) without its framing. */
export function readInterface(
  bytes: Uint8Array,
  start: number,
  end: number,
  bigEndian: boolean,
  { counters }: CaptureReaderOptions,
): CapturedInterface | null {
  if (end - start < 8) return null;
  const found = new CapturedInterface(readU16(bytes, start, bigEndian), readU32(bytes, start + 4, bigEndian));
  for (const { code, value, length } of optionsOf(bytes, start + 8, end, bigEndian, counters)) {
    if (code === ifTsresol && length === 1) found.setResolution(bytes[value]!);
    else if (code === ifTsoffset && length === 8) found.offset = signed64(bytes, value, bigEndian) * 1000;
    else if (code === ifTsresol || code === ifTsoffset) counters.drop('bad-option');
  }
  return found;
}

/**
 * Packets that an interface and its operating system lost since the capture began, of an Interface Statistics Block, [start, end) without
 * its framing; 0 where it does not say.
 */
export function readLost(
  bytes: Uint8Array,
  start: number,
  end: number,
  bigEndian: boolean,
  { counters }: CaptureReaderOptions,
): number {
  let lost = 0;
  for (const { code, value, length } of optionsOf(bytes, start + 12, end, bigEndian, counters)) {
    if (code !== isbIfdrop && code !== isbOsdrop) continue;
    const count = length === 8 ? signed64(bytes, value, bigEndian) : -1;
    if (Number.isSafeInteger(count) && count >= 0) lost += count;
    else counters.drop('bad-option');
  }
  return lost;
}

interface Option {
  readonly code: number;
  /** Where its value begins. */
  readonly value: number;
  readonly length: number;
}

function* optionsOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  bigEndian: boolean,
  counters: CaptureReaderOptions['counters'],
): Generator<Option> {
  let at = start;
  while (end - at >= 4) {
    const code = readU16(bytes, at, bigEndian);
    const length = readU16(bytes, at + 2, bigEndian);
    const value = at + 4;
    if (code === endOfOptions) return;
    if (length > end - value) {
      counters.drop('bad-option');
      return;
    }
    yield { code, value, length };
    at = value + ((length + 3) & ~3);
  }
}

/** Exact up to 2^53, which is more than any date needs. */
function signed64(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const first = readU32(bytes, at, bigEndian);
  const second = readU32(bytes, at + 4, bigEndian);
  return ((bigEndian ? first : second) | 0) * 2 ** 32 + (bigEndian ? second : first);
}
