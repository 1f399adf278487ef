/** The first flight as it is to be sent: in full segments, or as the caller cuts it. */

import { concat, HarnessError } from '../../wire/index.ts';
import type { RawSegment } from '../via.ts';
import type { Planned } from './sender.ts';

/**
 * Segments as asked for, in their order, each `afterMs` after the one before.
 * @throws HarnessError `bad-segments` when one lies outside the `length` bytes, or a byte is in none
 */
export function planOf(segments: readonly RawSegment[], length: number, now: number): Planned[] {
  let due = now;
  const plan = segments.map(({ from, to, ttl, afterMs = 0 }): Planned => {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from || to > length)
      throw new HarnessError(
        'bad-segments',
        `The first flight has ${length} bytes; there is no segment from ${from} to ${to}.`,
      );
    if (ttl !== undefined && (!Number.isInteger(ttl) || ttl < 1 || ttl > 255))
      throw new HarnessError('bad-segments', `${ttl} is no TTL; it is a whole number from 1 to 255.`);
    due += Math.max(0, afterMs);
    return { from, to, due, asAsked: true, ...(ttl === undefined ? {} : { ttl }) };
  });
  let covered = 0;
  for (const { from, to } of [...plan].sort((a, b) => a.from - b.from))
    if (from <= covered) covered = Math.max(covered, to);
  if (covered < length)
    throw new HarnessError('bad-segments', `No segment carries byte ${covered} of the first flight (${length} bytes).`);
  return plan;
}

/** Writes one after the other, each in segments of at most `size` bytes, with pauses of `gapMs` between writes. */
export function planOfWrites(writes: readonly Uint8Array[], size: number, gapMs: number, now: number): Planned[] {
  let start = 0;
  return writes.flatMap((bytes, index) => {
    const parts: Planned[] = [];
    const end = start + bytes.length;
    for (let from = start; from < end; from += size)
      parts.push({ from, to: Math.min(end, from + size), due: now + index * gapMs });
    start = end;
    return parts;
  });
}

/** All writes as one run of bytes. */
export function flightOf(writes: readonly Uint8Array[]): Uint8Array {
  return concat(...writes);
}
