/** Authenticated encryption: what a session needs of its surroundings, and which suite protects records with what. */

import { suiteTraits } from '../wire/index.ts';

/** AEAD algorithms of TLS suites (RFC 5116 §5, RFC 6655 §6, RFC 8439 §2.8). The last 8 of CCM_8 is the length of the tag. */
export type AeadAlgorithm =
  | 'aes-128-gcm'
  | 'aes-256-gcm'
  | 'aes-128-ccm'
  | 'aes-256-ccm'
  | 'aes-128-ccm-8'
  | 'aes-256-ccm-8'
  | 'chacha20-poly1305';

/** Injected, since nothing portable does it without waiting: `nodePrimitives` of node.ts is one. Nonces have 12 bytes. */
export interface Aead {
  /** @param sealed ciphertext, then tag. @returns the plaintext, or null when it does not authenticate */
  open(
    algorithm: AeadAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | null;
  /** @returns ciphertext, then tag. @throws where the algorithm is not available */
  seal(
    algorithm: AeadAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;
}

/**
 * Undoes a compression.
 * @param algorithm code of `certificateCompressionAlgorithm` (RFC 8879 §7.3)
 * @param maxLength bytes that may come out
 * @returns null when the algorithm is not known here, the bytes are damaged, or more would come out
 */
export type Inflate = (algorithm: number, bytes: Uint8Array, maxLength: number) => Uint8Array | null;

/** All that is injected into reading sessions. */
export interface SessionPrimitives {
  readonly aead: Aead;
  readonly inflate: Inflate;
}

/** Hash of a suite's key derivation, as in the suite's name. */
export type SuiteHash = 'SHA256' | 'SHA384';

/** How a suite derives keys and protects records. */
export interface AeadSuite {
  /** True for the suites of TLS 1.3; all others are of TLS 1.2 and DTLS 1.2. */
  readonly isTls13: boolean;
  readonly algorithm: AeadAlgorithm;
  readonly hash: SuiteHash;
  /** Bytes. */
  readonly keyLength: number;
  readonly tagLength: number;
  /**
   * Bytes of the nonce that TLS 1.2 and DTLS 1.2 derive and those that each record carries (RFC 5288 §3, RFC 7905 §2); in
   * TLS 1.3 all 12 are derived.
   */
  readonly fixedIvLength: number;
  readonly explicitNonceLength: number;
}

/** Bytes of every nonce in TLS. */
export const nonceLength = 12;

/** How the suite of this code protects records; undefined where it is not by one of these algorithms, or not known. */
export function aeadSuite(cipherSuite: number): AeadSuite | undefined {
  const traits = suiteTraits(cipherSuite);
  if (traits === undefined || (traits.hash !== 'SHA256' && traits.hash !== 'SHA384')) return undefined;
  const protection = protections.get(traits.cipher);
  return protection && { ...protection, hash: traits.hash, isTls13: traits.keyExchange === 'TLS13' };
}

/** Whether the suite's algorithm is there: what our surroundings lack says nothing of who chose it. */
export function hasAead({ algorithm, keyLength }: AeadSuite, aead: Aead): boolean {
  try {
    aead.seal(algorithm, new Uint8Array(keyLength), new Uint8Array(nonceLength), new Uint8Array(), new Uint8Array());
    return true;
  } catch {
    return false;
  }
}

const saltAndCounter = { fixedIvLength: 4, explicitNonceLength: 8 };
const protections: ReadonlyMap<string, Omit<AeadSuite, 'hash' | 'isTls13'>> = new Map([
  ['AES_128_GCM', { algorithm: 'aes-128-gcm', keyLength: 16, tagLength: 16, ...saltAndCounter }],
  ['AES_256_GCM', { algorithm: 'aes-256-gcm', keyLength: 32, tagLength: 16, ...saltAndCounter }],
  ['AES_128_CCM', { algorithm: 'aes-128-ccm', keyLength: 16, tagLength: 16, ...saltAndCounter }],
  ['AES_256_CCM', { algorithm: 'aes-256-ccm', keyLength: 32, tagLength: 16, ...saltAndCounter }],
  ['AES_128_CCM_8', { algorithm: 'aes-128-ccm-8', keyLength: 16, tagLength: 8, ...saltAndCounter }],
  ['AES_256_CCM_8', { algorithm: 'aes-256-ccm-8', keyLength: 32, tagLength: 8, ...saltAndCounter }],
  [
    'CHACHA20_POLY1305',
    {
      algorithm: 'chacha20-poly1305',
      keyLength: 32,
      tagLength: 16,
      fixedIvLength: nonceLength,
      explicitNonceLength: 0,
    },
  ],
]);
