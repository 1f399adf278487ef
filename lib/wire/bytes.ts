/** Byte strings: hex, concatenation, comparison. Portable: no Buffer. */

import { HarnessError } from './error.ts';

const hexDigits = '0123456789abcdef';

/** Lower-case hex of `bytes`, without separators. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= mostAtOnce) return hexOf(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += mostAtOnce) text += hexOf(bytes.subarray(at, at + mostAtOnce));
  return text;
}

const mostAtOnce = 4096;

/** Digit by digit it takes as long, and leaves an object of 32 bytes for each byte of a text that is kept. */
function hexOf(bytes: Uint8Array): string {
  const codes = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    codes[2 * i] = hexDigits.charCodeAt(byte >> 4);
    codes[2 * i + 1] = hexDigits.charCodeAt(byte & 15);
  }
  return String.fromCharCode.apply(null, codes as unknown as number[]);
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
