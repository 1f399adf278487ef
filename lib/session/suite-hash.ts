/** The hash that a suite derives its keys with. */

import { sha256, sha384 } from '@noble/hashes/sha2.js';
import type { SuiteHash } from './aead.ts';

export const hashes = { SHA256: sha256, SHA384: sha384 } as const;

/** Bytes of a hash; in TLS 1.3 also of every secret. */
export function hashLength(hash: SuiteHash): number {
  return hashes[hash].outputLen;
}

/** Hash of a handshake transcript, or of anything else. */
export function suiteDigest(hash: SuiteHash, bytes: Uint8Array): Uint8Array {
  return hashes[hash](bytes);
}
