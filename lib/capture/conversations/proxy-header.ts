/** The PROXY protocol (haproxy, proxy-protocol.txt): a header that load balancers put in front of the client's own bytes. */

import { u16 } from '../bytes.ts';

/** Where the client's own bytes begin; `start` when there is no such header, or it is not here as a whole. */
export function afterProxyHeader(bytes: Uint8Array, start: number, end: number): number {
  if (begins(bytes, start, end, textSignature)) {
    const last = Math.min(end, start + longestText);
    for (let at = start; at + 1 < last; at++) if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) return at + 2;
    return start;
  }
  if (end - start < binaryHeader || !begins(bytes, start, end, binarySignature)) return start;
  const after = start + binaryHeader + u16(bytes, start + 14);
  return after <= end ? after : start;
}

/** @param first byte of a connection */
export function mayBeProxyHeader(first: number): boolean {
  return first === textSignature[0] || first === binarySignature[0];
}

const textSignature = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20];
const binarySignature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
/** Bytes of a header of version 1 with its line end, and of the fixed part in version 2. */
const longestText = 107;
const binaryHeader = 16;

function begins(bytes: Uint8Array, start: number, end: number, signature: readonly number[]): boolean {
  // Asked of the first bytes of every connection: most differ in the first one.
  if (bytes[start] !== signature[0] || end - start < signature.length) return false;
  return signature.every((byte, i) => bytes[start + i] === byte);
}
