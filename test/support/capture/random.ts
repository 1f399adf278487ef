/** Bytes that look random and are the same each time. */

import { randomFrom } from '../../wire/mutate.ts';

/** A source of bytes; each call goes on where the last one ended. */
export function bytesFrom(seed: number): (length: number) => Uint8Array {
  const next = randomFrom(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256));
}
