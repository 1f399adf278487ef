/** Addresses and ports of a UDP datagram as ten words: those of both addresses, then both ports; the sender's come first. */

import type { Endpoint } from '../../evidence/index.ts';
import type { Addresses } from '../flow/index.ts';
import { addressText } from '../link/address.ts';

export function fill(words: Uint32Array, from: Addresses, sourcePort: number, destinationPort: number): void {
  words[0] = from.source0;
  words[1] = from.source1;
  words[2] = from.source2;
  words[3] = from.source3;
  words[4] = from.destination0;
  words[5] = from.destination1;
  words[6] = from.destination2;
  words[7] = from.destination3;
  words[8] = sourcePort;
  words[9] = destinationPort;
}

/** The same for both directions. */
export function hashOf(words: Uint32Array): number {
  const a = endpointHash(words, 0, words[8] as number);
  const b = endpointHash(words, 4, words[9] as number);
  return (a + b) ^ Math.imul(a ^ b, 0x85ebca6b);
}

/** A capture cannot be made to put all conversations in one place; results do not depend on it. */
const seed = (Math.random() * 2 ** 32) | 0;

function endpointHash(words: Uint32Array, first: number, port: number): number {
  let hash = port ^ seed;
  for (let i = first; i < first + 4; i++) {
    hash = Math.imul(hash ^ (words[i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

export function sameWay(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < 10; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function otherWay(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < 8; i++) if (a[i] !== b[(i + 4) % 8]) return false;
  return a[8] === b[9] && a[9] === b[8];
}

export function endpointAt(words: Uint32Array, which: 0 | 1): Endpoint {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words.subarray(which * 4, which * 4 + 4);
  return { address: addressText(w0, w1, w2, w3), port: words[8 + which] as number };
}
