/** What a client needs of its surroundings beyond what reading sessions takes: randomness, key agreement, signatures, CBC. */

import type { SessionPrimitives } from '../aead.ts';

/** One private key of ours, for one handshake. */
export interface KeyAgreement {
  /** As it stands in key_share (RFC 8446 §4.2.8), ClientKeyExchange (RFC 5246 §7.4.7.2, RFC 8422 §5.7). */
  readonly publicKey: Uint8Array;
  /** The shared secret with the peer's share; null when the share is no valid one. */
  agree(peer: Uint8Array): Uint8Array | null;
}

/** Block ciphers of the suites with CBC. */
export type CbcAlgorithm = 'aes-128-cbc' | 'aes-256-cbc' | '3des-cbc' | 'camellia-128-cbc' | 'camellia-256-cbc';

/** CBC without padding of its own; lengths are whole blocks. @returns null where the algorithm is not available */
export interface Cbc {
  encrypt(algorithm: CbcAlgorithm, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array | null;
  decrypt(algorithm: CbcAlgorithm, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
}

/** `unsupported`: not checked, because the scheme or the kind of key is not known here; nothing is known of the signature then. */
export type ProofVerdict = 'valid' | 'wrong' | 'unsupported';

/** All that is injected into a client; `nodeClientPrimitives` of node.ts makes one. */
export interface ClientPrimitives extends SessionPrimitives {
  readonly cbc: Cbc;
  random(length: number): Uint8Array;
  /** A fresh key of a named group; null for a group that is not known here. */
  keyAgreement(group: number): KeyAgreement | null;
  /** A fresh key in a finite field that the server describes (TLS 1.2 DHE); null when the parameters are of no use. */
  finiteField(p: Uint8Array, g: Uint8Array): KeyAgreement | null;
  /** RSAES-PKCS1-v1_5 (RFC 5246 §7.4.7.1) for the key of a SubjectPublicKeyInfo; null when it is no RSA key, or too small. */
  encryptForRsa(spki: Uint8Array, secret: Uint8Array): Uint8Array | null;
  /** @param scheme TLS SignatureScheme. @param spki SubjectPublicKeyInfo of the signer, DER. Must not throw. */
  verify(scheme: number, spki: Uint8Array, signed: Uint8Array, signature: Uint8Array): ProofVerdict;
}

/** A certificate of ours and the use of its key; the key itself stays with whoever made this. */
export interface ClientCredential {
  /** DER, our own first. */
  readonly chain: readonly Uint8Array[];
  /** SignatureSchemes that the key can make, preferred first. */
  readonly schemes: readonly number[];
  sign(scheme: number, data: Uint8Array): Uint8Array;
}
