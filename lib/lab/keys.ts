/** Key pairs of the test PKI: elliptic curve keys are made afresh, RSA keys (about 0.3 s each) once per process and shared. */

import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Kinds of key a certificate of the lab can have. */
export type KeyType = 'P-256' | 'P-384' | 'Ed25519' | 'RSA-1024' | 'RSA-2048';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const rsaBits = { 'RSA-1024': 1024, 'RSA-2048': 2048 } as const;
const sharedRsaKeys = new Map<KeyType, KeyPair>();

/** A key pair of the kind; for RSA always the same one in this process, since only its kind matters to a test. */
export function keyPair(type: KeyType): KeyPair {
  switch (type) {
    case 'P-256':
    case 'P-384':
      return generateKeyPairSync('ec', { namedCurve: type });
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    default: {
      const pair = sharedRsaKeys.get(type) ?? generateKeyPairSync('rsa', { modulusLength: rsaBits[type] });
      sharedRsaKeys.set(type, pair);
      return pair;
    }
  }
}

/** Makes the shared RSA keys among `types` ahead of time, off the event loop, so that `keyPair` never blocks it for long. */
export async function prepareKeys(types: Iterable<KeyType>): Promise<void> {
  for (const type of new Set(types)) {
    if ((type !== 'RSA-1024' && type !== 'RSA-2048') || sharedRsaKeys.has(type)) continue;
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits[type] });
    if (!sharedRsaKeys.has(type)) sharedRsaKeys.set(type, pair);
  }
}
