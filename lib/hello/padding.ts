/** Hellos of a wanted size (RFC 7685). Sizes are of the handshake message with its 4-byte header. */

import { codeText, extensionType, HarnessError, isGrease } from '../wire/index.ts';
import { helloLength } from './encode.ts';
import { extensionBody } from './extensions.ts';
import { codeNumber, type ExtensionSpec, type HelloSpec } from './spec.ts';

/**
 * The hello at exactly `size` bytes: its padding extension is resized, added or removed, nothing else changes meaning.
 *
 * The extension costs 4 bytes by itself, so 1 to 3 bytes more than the bare hello can only come from the body of a
 * GREASE extension, which may hold anything (RFC 8701 §3.1). Padding stands last, or before pre_shared_key, which must
 * be last itself; binders (RFC 8446 §4.2.11.2) are not made anew.
 * @throws HarnessError `unreachable-size`, naming the nearest sizes that can be reached.
 */
export function padTo(spec: HelloSpec, size: number): HelloSpec {
  const bare = withoutPadding(spec);
  const { smallest, gap, largest } = reach(bare);
  if (!Number.isInteger(size) || size < smallest || size > largest) throw unreachable(size, smallest, largest, gap);
  if (size === smallest) return bare;
  const missing = size - smallest;
  const header = extensionHeader + (bare.extensions === null ? extensionBlockLength : 0);
  if (missing >= header) return withPadding(spec, bare, missing - header);
  const grown = growGrease(bare, missing);
  if (grown === null) throw unreachable(size, smallest, largest, gap);
  return grown;
}

/**
 * What clients do against servers that hang on hellos of 256 to 511 bytes (RFC 7685 §4): makes those 512 bytes long,
 * or a little longer when there is too little room for an extension; leaves others as they are.
 * @param atLeast fewest bytes of padding; Chrome sends no empty padding.
 */
export function padPast511(spec: HelloSpec, atLeast: 0 | 1): HelloSpec {
  const bare = withoutPadding(spec);
  const length = helloLength(bare);
  if (length < 256 || length > 511) return spec;
  return withPadding(spec, bare, Math.max(512 - length - extensionHeader, atLeast));
}

/** Type and length of an extension. */
const extensionHeader = 4;
const extensionBlockLength = 2;
const maxExtensionBlock = 0xffff;
const padding = codeText(extensionType.padding) as '0x0015';

const isPadding = ({ type }: ExtensionSpec): boolean => codeNumber(type) === extensionType.padding;

function withoutPadding(spec: HelloSpec): HelloSpec {
  return spec.extensions?.some(isPadding)
    ? { ...spec, extensions: spec.extensions.filter((e) => !isPadding(e)) }
    : spec;
}

/** `bare` with padding where `spec` has it, else at the end, but before pre_shared_key. */
function withPadding(spec: HelloSpec, bare: HelloSpec, length: number): HelloSpec {
  const extensions = [...(bare.extensions ?? [])];
  const there = spec.extensions?.findIndex(isPadding) ?? -1;
  const last = extensions.at(-1);
  const beforeLast = last !== undefined && codeNumber(last.type) === extensionType.pre_shared_key;
  const at = there >= 0 ? there : extensions.length - (beforeLast ? 1 : 0);
  extensions.splice(at, 0, { type: padding, padding: length });
  return { ...bare, extensions };
}

/** Sizes from `smallest` to `largest` can be reached, except the first `gap` above `smallest`. */
function reach(bare: HelloSpec): { smallest: number; gap: number; largest: number } {
  const smallest = helloLength(bare);
  const block = (bare.extensions ?? []).reduce((sum, e) => sum + extensionHeader + extensionBody(e).length, 0);
  const hasBlock = bare.extensions !== null;
  const room = maxExtensionBlock - block;
  const largest = room < extensionHeader ? smallest : smallest + room + (hasBlock ? 0 : extensionBlockLength);
  const header = extensionHeader + (hasBlock ? 0 : extensionBlockLength);
  return { smallest, largest, gap: greaseIndex(bare) < 0 ? Math.min(header - 1, largest - smallest) : 0 };
}

/** Position of the last GREASE extension, -1 when there is none. */
function greaseIndex(spec: HelloSpec): number {
  return (spec.extensions ?? []).findLastIndex(({ type }) => isGrease(codeNumber(type)));
}

function growGrease(spec: HelloSpec, count: number): HelloSpec | null {
  const index = greaseIndex(spec);
  const extension = spec.extensions?.[index];
  if (spec.extensions == null || extension === undefined) return null;
  const body = 'data' in extension ? extension.data : '';
  return {
    ...spec,
    extensions: spec.extensions.with(index, { type: extension.type, data: body + '00'.repeat(count) }),
  };
}

function unreachable(size: number, smallest: number, largest: number, gap: number): HarnessError {
  const next = smallest + gap + 1;
  let nearest = `the nearest sizes are ${smallest} and ${next} bytes`;
  if (largest === smallest) nearest = `the only size is ${smallest} bytes`;
  else if (size < smallest) nearest = `the smallest size is ${smallest} bytes`;
  else if (size > largest) nearest = `the largest size is ${largest} bytes`;
  return new HarnessError('unreachable-size', `This hello cannot be ${size} bytes long; ${nearest}.`, {
    hint: 'A padding extension adds at least 4 bytes, and the extensions together hold at most 65535.',
  });
}
