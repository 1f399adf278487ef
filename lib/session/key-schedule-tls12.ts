/** The key derivation of TLS 1.2 and DTLS 1.2 (RFC 5246 §5, §6.3, §8.1), for suites with AEAD. */

import { hmac } from '@noble/hashes/hmac.js';
import { concat } from '../wire/index.ts';
import type { AeadSuite, SuiteHash } from './aead.ts';
import type { RecordKeys } from './key-schedule-tls13.ts';
import { hashes } from './suite-hash.ts';

/** Keys of both directions. */
export interface SessionKeys {
  readonly client: RecordKeys;
  readonly server: RecordKeys;
}

/** PRF of TLS 1.2 (RFC 5246 §5). @param length bytes */
export function prfTls12(
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concat(new TextEncoder().encode(label), seed);
  const output = new Uint8Array(length);
  let a: Uint8Array = labelled;
  for (let filled = 0; filled < length; ) {
    a = hmac(hashes[hash], secret, a);
    const block = hmac(hashes[hash], secret, concat(a, labelled)).subarray(0, length - filled);
    output.set(block, filled);
    filled += block.length;
  }
  return output;
}

/** The master secret out of the premaster secret and both randoms (RFC 5246 §8.1). */
export function masterSecretTls12(
  hash: SuiteHash,
  premaster: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): Uint8Array {
  return prfTls12(hash, premaster, 'master secret', concat(clientRandom, serverRandom), masterSecretLength);
}

/** The same where extended_master_secret is agreed on (RFC 7627 §4). @param sessionHash of the messages up to ClientKeyExchange */
export function extendedMasterSecret(hash: SuiteHash, premaster: Uint8Array, sessionHash: Uint8Array): Uint8Array {
  return prfTls12(hash, premaster, 'extended master secret', sessionHash, masterSecretLength);
}

/** Keys of both directions out of the master secret (RFC 5246 §6.3). */
export function sessionKeysTls12(
  suite: AeadSuite,
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): SessionKeys {
  const { hash, keyLength, fixedIvLength } = suite;
  const length = 2 * (keyLength + fixedIvLength);
  const block = prfTls12(hash, masterSecret, 'key expansion', concat(serverRandom, clientRandom), length);
  const ivs = 2 * keyLength;
  return {
    client: { key: block.slice(0, keyLength), iv: block.slice(ivs, ivs + fixedIvLength) },
    server: { key: block.slice(keyLength, ivs), iv: block.slice(ivs + fixedIvLength) },
  };
}

/** `verify_data` of Finished (RFC 5246 §7.4.9). @param handshakeHash of all messages before it */
export function finishedTls12(
  hash: SuiteHash,
  masterSecret: Uint8Array,
  from: 'client' | 'server',
  handshakeHash: Uint8Array,
): Uint8Array {
  return prfTls12(hash, masterSecret, `${from} finished`, handshakeHash, verifyDataLength);
}

const masterSecretLength = 48;
const verifyDataLength = 12;
