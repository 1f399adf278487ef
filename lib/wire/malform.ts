/** Malformation is an edit of valid bytes by field name; codecs themselves stay strict. */

import { concat } from './bytes.ts';
import { type Codec, spansOf } from './codec.ts';
import { HarnessError } from './error.ts';

/**
 * Replaces named fields of valid bytes and touches nothing else: no length is repaired.
 * @param edits path (as `spansOf` names it, e.g. `extensions.0.#length`) to a number, written big-endian in the width
 *   that the field has, or to bytes, which may be shorter or longer than what they replace.
 * @throws HarnessError `unknown-field` for a path that the bytes do not have, `out-of-range` for a number too large.
 */
export function malform<T>(
  codec: Codec<T>,
  input: Uint8Array,
  edits: Readonly<Record<string, number | Uint8Array>>,
): Uint8Array {
  const spans = spansOf(codec, input);
  const changes = Object.entries(edits).map(([path, value]) => {
    const span = spans.find((candidate) => candidate.path === path);
    if (span === undefined) {
      throw new HarnessError('unknown-field', `There is no field ${JSON.stringify(path)} in these bytes.`, {
        hint: 'spansOf() lists the fields.',
      });
    }
    return { ...span, replacement: typeof value === 'number' ? bigEndian(value, span.end - span.start, path) : value };
  });
  changes.sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { start, end, replacement, path } of changes) {
    if (start < offset) throw new HarnessError('overlapping-edits', `The edit of ${path} overlaps another one.`);
    parts.push(input.subarray(offset, start), replacement);
    offset = end;
  }
  return concat(...parts, input.subarray(offset));
}

function bigEndian(value: number, width: number, path: string): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || width > 6 || value >= 2 ** (8 * width)) {
    throw new HarnessError('out-of-range', `${value} does not fit the ${width} bytes of ${path}.`);
  }
  return Uint8Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (8 * (width - 1 - i))) & 0xff);
}
