/** What needs Node.js: authenticated encryption, and certificates decompressed. */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { certificateCompressionAlgorithm, concat } from '../wire/index.ts';
import { publicKeyOf } from '../x509/names.ts';
import type { Aead, AeadAlgorithm, Inflate, SessionPrimitives } from './aead.ts';
import { clientPrimitives, credentialOf, loadKems, needsMlKem } from './client/node.ts';
import type { ClientCredential, ClientPrimitives } from './client/primitives.ts';
import { inflateZstd } from './zstd.ts';

/** AEAD of node:crypto. What a build of Node does not have, such as ChaCha20-Poly1305 under FIPS, is not opened. */
export const nodeAead: Aead = {
  open(algorithm, key, nonce, aad, sealed) {
    const { cipher, authTagLength } = ciphers[algorithm];
    const length = sealed.length - authTagLength;
    if (length < 0) return null;
    try {
      const decipher = createDecipheriv(cipher, key, nonce, { authTagLength });
      decipher.setAuthTag(sealed.subarray(length));
      decipher.setAAD(aad, { plaintextLength: length });
      return concat(decipher.update(sealed.subarray(0, length)), decipher.final());
    } catch {
      return null;
    }
  },
  seal(algorithm, key, nonce, aad, plaintext) {
    const { cipher, authTagLength } = ciphers[algorithm];
    const sealer = createCipheriv(cipher, key, nonce, { authTagLength });
    sealer.setAAD(aad, { plaintextLength: plaintext.length });
    return concat(sealer.update(plaintext), sealer.final(), sealer.getAuthTag());
  },
};

/** zlib and brotli of node:zlib, zstd by `inflateZstd`. */
export const nodeInflate: Inflate = (algorithm, bytes, maxLength) => {
  if (algorithm === certificateCompressionAlgorithm.zstd) return inflateZstd(bytes, maxLength);
  const inflate = inflaters.get(algorithm);
  if (inflate === undefined) return null;
  try {
    // A limit of 0 is refused by zlib.
    const inflated = inflate(bytes, { maxOutputLength: Math.max(maxLength, 1) });
    return inflated.length > maxLength ? null : new Uint8Array(inflated);
  } catch {
    return null;
  }
};

export const nodePrimitives: SessionPrimitives = { aead: nodeAead, inflate: nodeInflate };

/**
 * What a client of our own needs, from node:crypto.
 * @param groups that the hello offers; only where ML-KEM is among them it is loaded
 */
export async function nodeClientPrimitives(groups: readonly number[]): Promise<ClientPrimitives> {
  return clientPrimitives(nodePrimitives, groups.some(needsMlKem) ? await loadKems() : null);
}

export interface CredentialOptions {
  /** DER, our own first. */
  readonly chain: readonly Uint8Array[];
  /** Private key, PEM. */
  readonly keyPem: string;
  readonly passphrase?: string;
}

/** A client certificate and its key. @throws HarnessError `bad-credential`, never with a word of the key in it */
export function nodeCredential({ chain, keyPem, passphrase }: CredentialOptions): ClientCredential {
  return credentialOf(chain, keyPem, publicKeyOf(chain[0] ?? new Uint8Array()), passphrase);
}

/** CCM is in node's types a case of its own; its calls are the same. */
const ciphers: Readonly<Record<AeadAlgorithm, { readonly cipher: 'aes-128-ccm'; readonly authTagLength: number }>> = {
  'aes-128-gcm': { cipher: 'aes-128-gcm' as 'aes-128-ccm', authTagLength: 16 },
  'aes-256-gcm': { cipher: 'aes-256-gcm' as 'aes-128-ccm', authTagLength: 16 },
  'aes-128-ccm': { cipher: 'aes-128-ccm', authTagLength: 16 },
  'aes-256-ccm': { cipher: 'aes-256-ccm' as 'aes-128-ccm', authTagLength: 16 },
  'aes-128-ccm-8': { cipher: 'aes-128-ccm', authTagLength: 8 },
  'aes-256-ccm-8': { cipher: 'aes-256-ccm' as 'aes-128-ccm', authTagLength: 8 },
  'chacha20-poly1305': { cipher: 'chacha20-poly1305' as 'aes-128-ccm', authTagLength: 16 },
};

const inflaters = new Map<number, (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>([
  [certificateCompressionAlgorithm.zlib, inflateSync],
  [certificateCompressionAlgorithm.brotli, brotliDecompressSync],
]);
