/** Byte strings: hex, concatenation, comparison. Portable: no Buffer. */

import { HarnessError } from './error.ts';

const hexDigits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** Lower-case hex of `bytes`, without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits[byte];
  return text;
}

/**
 * Bytes of a hex string; white space and colons between the digits are ignored.
 * @throws HarnessError `bad-hex` when something else is found or a digit is missing.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) {
    throw new HarnessError(
      'bad-hex',
      'The hex text has an odd number of digits or a character that is not a hex digit.',
    );
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** One array holding all `parts` in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A code point as reports write it: `0x` and four lower-case hex digits. */
export function codeText(code: number): `0x${string}` {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
