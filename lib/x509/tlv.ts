/** DER framing (X.690 §8.1, §10.1): reads tags and lengths of hostile bytes, and nothing else; everything below stands on it. */

import { DecodeError } from '../wire/index.ts';

/** One element. Offsets count from the start of the array that was walked; `end` is exclusive. */
export interface Tlv {
  /** First identifier octet: class, constructed bit, and the number where it is below 31 (X.690 §8.1.2). */
  readonly tag: number;
  readonly start: number;
  /** Where the content begins. */
  readonly content: number;
  readonly end: number;
  /** False when the length could have been written in fewer bytes (X.690 §10.1). */
  readonly minimal: boolean;
}

export interface DerCheck {
  /** Where the outermost element ends; whatever follows is not part of it. */
  readonly end: number;
  /** Offset of the first length that is not minimal, or null. BER allows it, DER does not; many peers accept it. */
  readonly longLengthAt: number | null;
}

/** Identifier octets that certificates use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** How deep elements may nest. */
const maxDepth = 64;

/**
 * Walks the outermost element and everything constructed inside it; primitive contents are opaque.
 * @throws DecodeError `truncated`, `trailing`, `too-deep` or `bad-value` (indefinite length), with the offset. Bytes after the
 *   outermost element are not an error here: `end` tells.
 */
export function checkDer(bytes: Uint8Array): DerCheck {
  let longLengthAt: number | null = null;
  const walk = (start: number, end: number, depth: number): Tlv => {
    const tlv = readTlv(bytes, start, end);
    if (depth > maxDepth) throw new DecodeError('too-deep', `elements nest deeper than ${maxDepth}`, start);
    if (!tlv.minimal) longLengthAt ??= tlv.start;
    if (isConstructed(tlv)) {
      for (let offset = tlv.content; offset < tlv.end; ) offset = walk(offset, tlv.end, depth + 1).end;
    }
    return tlv;
  };
  const { end } = walk(0, bytes.length, 1);
  return { end, longLengthAt };
}

/** Reads one identifier and length at `start`; the content must fit before `end`. */
export function readTlv(bytes: Uint8Array, start: number, end: number): Tlv {
  const octet = (offset: number): number => {
    if (offset >= end) throw new DecodeError('truncated', 'an element ends inside its tag or length', start);
    return bytes[offset] as number;
  };
  const tag = octet(start);
  let offset = start + 1;
  if ((tag & 0x1f) === 0x1f) {
    // Numbers above 30 follow in base 128; certificates have none, so four octets are generous.
    while ((octet(offset++) & 0x80) !== 0) {
      if (offset - start > 4) throw new DecodeError('bad-value', 'tag number too large', start);
    }
  }
  let length = octet(offset++);
  let minimal = true;
  if (length === 0x80) throw new DecodeError('bad-value', 'indefinite length, which DER forbids', start);
  if (length > 0x80) {
    const count = length & 0x7f;
    if (count > 8) throw new DecodeError('bad-value', `length of ${count} bytes`, start);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + octet(offset++);
    minimal = length >= 0x80 && length >= 2 ** (8 * (count - 1));
  }
  if (length > end - offset) {
    throw new DecodeError('truncated', `an element needs ${length} bytes, ${end - offset} remain`, start);
  }
  return { tag, start, content: offset, end: offset + length, minimal };
}

/** The elements inside a constructed one, in order. */
export function childrenOf(bytes: Uint8Array, parent: Tlv): Tlv[] {
  const children: Tlv[] = [];
  for (let offset = parent.content; offset < parent.end; ) {
    const child = readTlv(bytes, offset, parent.end);
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** The element that `bytes` begins with. @throws DecodeError when it does not have the tag. */
export function rootTlv(bytes: Uint8Array, tag: number, what: string): Tlv {
  return expectTag(readTlv(bytes, 0, bytes.length), tag, what);
}

/** `tlv` itself when it has the tag. @throws DecodeError `bad-value` naming `what` otherwise, `truncated` when there is none. */
export function expectTag(tlv: Tlv | undefined, tag: number, what: string, at = 0): Tlv {
  if (tlv === undefined) throw new DecodeError('truncated', `${what} is missing`, at);
  if (tlv.tag !== tag) {
    throw new DecodeError('bad-value', `${what} has tag 0x${tlv.tag.toString(16).padStart(2, '0')}`, tlv.start);
  }
  return tlv;
}

/** Content bytes, not copied. */
export function contentOf(bytes: Uint8Array, tlv: Tlv): Uint8Array {
  return bytes.subarray(tlv.content, tlv.end);
}

/** The element with its tag and length, not copied. */
export function elementOf(bytes: Uint8Array, tlv: Tlv): Uint8Array {
  return bytes.subarray(tlv.start, tlv.end);
}

function isConstructed(tlv: Tlv): boolean {
  return (tlv.tag & 0x20) !== 0;
}
