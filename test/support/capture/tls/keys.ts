/** Keys whose signatures and shared secrets come out the same each time: X25519 and Ed25519 from a seed of 32 bytes. */

import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import type { KeyPair } from '../../../../lib/lab/index.ts';
import { concat, fromHex } from '../../../../lib/wire/index.ts';

export function x25519Key(seed: Uint8Array): KeyPair {
  return keyPairOf(`302e020100300506032b656e04220420`, seed);
}

export function ed25519Key(seed: Uint8Array): KeyPair {
  return keyPairOf(`302e020100300506032b657004220420`, seed);
}

/** The 32 bytes of an X25519 or Ed25519 public key. */
export function rawPublicKey({ publicKey }: KeyPair): Uint8Array {
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
}

export function sharedSecret(own: KeyPair, other: KeyPair): Uint8Array {
  return new Uint8Array(diffieHellman({ privateKey: own.privateKey, publicKey: other.publicKey }));
}

/** @param prefix of the PKCS #8 encoding (RFC 8410 §7) */
function keyPairOf(prefix: string, seed: Uint8Array): KeyPair {
  const key = Buffer.from(concat(fromHex(prefix), seed));
  const privateKey: KeyObject = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
