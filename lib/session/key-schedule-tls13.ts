/** The key schedule of TLS 1.3 (RFC 8446 §7): from shared secrets to traffic secrets, and from these to keys. */

import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { encode, opaque, struct, u16 } from '../wire/index.ts';
import { type AeadSuite, nonceLength, type SuiteHash } from './aead.ts';
import { hashes, hashLength, suiteDigest } from './suite-hash.ts';

/** Key and IV of one direction's records. In TLS 1.2 the IV may be only the fixed part of the nonce. */
export interface RecordKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Labels of Derive-Secret, in the order of the schedule. */
export type SecretName =
  | 'ext binder'
  | 'res binder'
  | 'c e traffic'
  | 'e exp master'
  | 'derived'
  | 'c hs traffic'
  | 's hs traffic'
  | 'c ap traffic'
  | 's ap traffic'
  | 'exp master'
  | 'res master';

/** HKDF-Expand-Label. @param label without the `tls13 ` that is put in front. @param length bytes */
export function expandLabel(
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const info = encode(hkdfLabel, { length, label: new TextEncoder().encode(`tls13 ${label}`), context });
  return expand(hashes[hash], secret, info, length);
}

/** Derive-Secret, with the hash of the messages in place of the messages. */
export function deriveSecret(
  hash: SuiteHash,
  secret: Uint8Array,
  label: SecretName,
  transcriptHash: Uint8Array,
): Uint8Array {
  return expandLabel(hash, secret, label, transcriptHash, hashLength(hash));
}

/** The Early Secret. @param psk null where no pre-shared key is used */
export function earlySecret(hash: SuiteHash, psk: Uint8Array | null): Uint8Array {
  const zeros = new Uint8Array(hashLength(hash));
  return extract(hashes[hash], psk ?? zeros, zeros);
}

/** The Handshake Secret. @param shared the (EC)DHE shared secret; null in a handshake by pre-shared key alone */
export function handshakeSecret(hash: SuiteHash, early: Uint8Array, shared: Uint8Array | null): Uint8Array {
  return nextSecret(hash, early, shared);
}

/** The Master Secret. */
export function masterSecretTls13(hash: SuiteHash, handshake: Uint8Array): Uint8Array {
  return nextSecret(hash, handshake, null);
}

/** Keys of the records that a traffic secret protects (§7.3). */
export function trafficKeys(suite: AeadSuite, trafficSecret: Uint8Array): RecordKeys {
  return {
    key: expandLabel(suite.hash, trafficSecret, 'key', nothing, suite.keyLength),
    iv: expandLabel(suite.hash, trafficSecret, 'iv', nothing, nonceLength),
  };
}

/** The traffic secret after a KeyUpdate (§7.2). */
export function nextTrafficSecret(hash: SuiteHash, trafficSecret: Uint8Array): Uint8Array {
  return expandLabel(hash, trafficSecret, 'traffic upd', nothing, hashLength(hash));
}

/** `verify_data` of Finished and of binders (§4.4.4, §4.2.11.2). @param baseKey the sender's traffic secret, or a binder key */
export function finishedTls13(hash: SuiteHash, baseKey: Uint8Array, transcriptHash: Uint8Array): Uint8Array {
  const key = expandLabel(hash, baseKey, 'finished', nothing, hashLength(hash));
  return hmac(hashes[hash], key, transcriptHash);
}

const hkdfLabel = struct({ length: u16, label: opaque(1), context: opaque(1) });
const nothing = new Uint8Array();

/** One step down the schedule: what is not there counts as zeros. */
function nextSecret(hash: SuiteHash, secret: Uint8Array, input: Uint8Array | null): Uint8Array {
  const salt = deriveSecret(hash, secret, 'derived', suiteDigest(hash, nothing));
  return extract(hashes[hash], input ?? new Uint8Array(hashLength(hash)), salt);
}
