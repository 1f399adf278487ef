/** connection_id of DTLS hellos (RFC 9146 §3): each side tells the ID that it wants to get, of which records do not tell the length. */

import { extensionType } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';

/** @param start of the body of a ClientHello or ServerHello. @returns -1 where it has no such extension, or a broken one */
export function connectionIdLength(bytes: Uint8Array, start: number, end: number, isClientHello: boolean): number {
  let at = start + versionAndRandom;
  at += 1 + (bytes[at] ?? 0);
  if (isClientHello) {
    at += 1 + (bytes[at] ?? 0);
    at += 2 + u16(bytes, at);
    at += 1 + (bytes[at] ?? 0);
  } else {
    at += suiteAndCompression;
  }
  for (at += 2; at + 4 <= end; ) {
    const body = at + 4;
    const next = body + u16(bytes, at + 2);
    if (u16(bytes, at) === extensionType.connection_id) {
      const length = bytes[body] ?? 0;
      return next <= end && body + 1 + length === next ? length : -1;
    }
    at = next;
  }
  return -1;
}

const versionAndRandom = 34;
const suiteAndCompression = 3;
