/** Primitives of a client whose keys are given, so that a recorded handshake can be had again byte by byte. */

import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import type { ClientPrimitives, KeyAgreement } from '../../../lib/session/index.ts';
import { nodeClientPrimitives } from '../../../lib/session/node.ts';
import { concat, fromHex, group } from '../../../lib/wire/index.ts';

const pkcs8 = fromHex('302e020100300506032b656e04220420');
const spki = fromHex('302a300506032b656e032100');

/** X25519 with this private key (RFC 7748 §5). */
export function fixedX25519(privateKey: Uint8Array): KeyAgreement {
  const key = createPrivateKey({ key: Buffer.from(concat(pkcs8, privateKey)), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spki.length);
  return {
    publicKey: new Uint8Array(publicKey),
    agree: (peer) =>
      new Uint8Array(
        diffieHellman({
          privateKey: key,
          publicKey: createPublicKey({ key: Buffer.from(concat(spki, peer)), format: 'der', type: 'spki' }),
        }),
      ),
  };
}

/** Those of node, with this key for X25519 and no other group. @param random default: zeros */
export async function fixedPrimitives(
  privateKey: Uint8Array,
  random: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Promise<ClientPrimitives> {
  const usual = await nodeClientPrimitives([]);
  return {
    ...usual,
    random,
    keyAgreement: (code) => (code === group.x25519 ? fixedX25519(privateKey) : null),
  };
}
