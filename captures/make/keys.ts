/** The fixed keys of the made captures. They are public and protect nothing. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KeyPair } from '../../lib/lab/index.ts';

export type KeyName = 'root' | 'intermediate' | 'server' | 'internal-ca' | 'other-internal-ca' | 'manager' | 'device';

/** An RSA-2048 pair of `keys/`. */
export function rsaKey(name: KeyName): KeyPair {
  const privateKey = createPrivateKey(readFileSync(new URL(`keys/${name}.pem`, import.meta.url)));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
