/** A DER Name for display: RFC 4514 text, or its bytes where it is none. */

import { HarnessError, toHex } from '../wire/index.ts';
import { distinguishedName } from './name.ts';

/** Bytes shown of what is no Name, in the form that RFC 4514 §2.4 has for what has no text. */
const shownBytes = 64;

export function shownName(name: Uint8Array): string {
  try {
    return distinguishedName(name);
  } catch (error) {
    if (error instanceof HarnessError) return `#${toHex(name.subarray(0, shownBytes))}`;
    throw error;
  }
}
