/** Strings out of certificates: the ASN.1 string types, and what must never reach a terminal or a report unescaped. */

import { unprintable } from '../wire/index.ts';

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * An attribute value in RFC 4514 §2.4 form: special characters and outer blanks escaped, unprintable ones as hex pairs.
 */
export function rfc4514Value(text: string): string {
  const special = text.replace(/["+,;<>\\]/g, '\\$&').replace(/^[ #]/, '\\$&');
  // A blank that is already escaped (a value of one blank) must not be escaped again.
  const escaped = special === '\\ ' ? special : special.replace(/ $/, '\\ ');
  return escaped.replaceAll(unprintable, hexPairs);
}

/** Bytes of an IA5String as shown in lists of names: plain ASCII, all else and the backslash as `\xx`. */
export function ia5Text(bytes: Uint8Array): string {
  return latin1(bytes).replace(/[^ -[\]-~]/g, (char) => pair(char.charCodeAt(0)));
}

/**
 * Text of an ASN.1 string with universal tag `tag` (X.680 §41), or null when it is no string type or its bytes do not fit
 * the type. TeletexString is read as Latin-1, as everybody does.
 */
export function stringText(tag: number, bytes: Uint8Array): string | null {
  switch (tag) {
    case 0x0c:
      try {
        return utf8.decode(bytes);
      } catch {
        return null;
      }
    case 0x12:
    case 0x13:
    case 0x14:
    case 0x15:
    case 0x16:
    case 0x1a:
    case 0x1b:
      return latin1(bytes);
    case 0x1c:
      return bytes.length % 4 === 0 ? fromUnits(bytes, 4) : null;
    case 0x1e:
      return bytes.length % 2 === 0 ? fromUnits(bytes, 2) : null;
    default:
      return null;
  }
}

/** One character per byte. In pieces, as one call takes only so many arguments. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length <= 4096) return fromCodes(bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += fromCodes(bytes.subarray(i, i + 4096));
  return text;
}

/** With `apply`, as spreading walks an iterator: ten times as long for the names of a large certificate. */
function fromCodes(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

function fromUnits(bytes: Uint8Array, width: 2 | 4): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; i += width) {
    let unit = 0;
    for (let k = 0; k < width; k++) unit = unit * 256 + (bytes[i + k] as number);
    if (unit > 0x10ffff) return null;
    text += width === 2 ? String.fromCharCode(unit) : String.fromCodePoint(unit);
  }
  return text;
}

function hexPairs(char: string): string {
  let text = '';
  for (const byte of encoder.encode(char)) text += pair(byte);
  return text;
}

function pair(byte: number): string {
  return `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
