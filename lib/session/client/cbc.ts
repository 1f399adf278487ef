/** Records of the CBC suites of TLS 1.2 (RFC 5246 §6.2.3.2), with encrypt_then_mac where it is agreed on (RFC 7366 §3). */

import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { concat, sameBytes, suiteTraits, tlsVersion, Writer } from '../../wire/index.ts';
import type { SuiteHash } from '../aead.ts';
import { prfTls12 } from '../key-schedule-tls12.ts';
import type { RecordOpener, RecordSealer } from '../protection.ts';
import type { Cbc, CbcAlgorithm } from './primitives.ts';

const macs = { MD5: md5, SHA: sha1, SHA256: sha256, SHA384: sha384 } as const;

export interface CbcSuite {
  readonly algorithm: CbcAlgorithm;
  readonly mac: keyof typeof macs;
  /** Of the key derivation. */
  readonly hash: SuiteHash;
  /** Bytes. */
  readonly keyLength: number;
  readonly blockLength: number;
}

/** Undefined where the suite is not of this kind. */
export function cbcSuite(cipherSuite: number): CbcSuite | undefined {
  const traits = suiteTraits(cipherSuite);
  const cipher = ciphers.get(traits?.cipher ?? '');
  if (traits === undefined || cipher === undefined || !Object.hasOwn(macs, traits.mac)) return undefined;
  if (traits.hash !== 'SHA256' && traits.hash !== 'SHA384') return undefined;
  return { ...cipher, mac: traits.mac as CbcSuite['mac'], hash: traits.hash };
}

const ciphers: ReadonlyMap<string, Omit<CbcSuite, 'mac' | 'hash'>> = new Map([
  ['AES_128_CBC', { algorithm: 'aes-128-cbc', keyLength: 16, blockLength: 16 }],
  ['AES_256_CBC', { algorithm: 'aes-256-cbc', keyLength: 32, blockLength: 16 }],
  ['CAMELLIA_128_CBC', { algorithm: 'camellia-128-cbc', keyLength: 16, blockLength: 16 }],
  ['CAMELLIA_256_CBC', { algorithm: 'camellia-256-cbc', keyLength: 32, blockLength: 16 }],
  ['3DES_EDE_CBC', { algorithm: '3des-cbc', keyLength: 24, blockLength: 8 }],
]);

/** Of one direction. */
export interface CbcKeys {
  readonly key: Uint8Array;
  readonly macKey: Uint8Array;
}

/** Keys of both directions (RFC 5246 §6.3); initialisation vectors stand in the records. */
export function cbcKeys(
  suite: CbcSuite,
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: CbcKeys; readonly server: CbcKeys } {
  const macLength = macs[suite.mac].outputLen;
  const { hash, keyLength } = suite;
  const seed = concat(serverRandom, clientRandom);
  const block = prfTls12(hash, masterSecret, 'key expansion', seed, 2 * (macLength + keyLength));
  const at = (from: number, length: number): Uint8Array => block.slice(from, from + length);
  return {
    client: { macKey: at(0, macLength), key: at(2 * macLength, keyLength) },
    server: { macKey: at(macLength, macLength), key: at(2 * macLength + keyLength, keyLength) },
  };
}

/** How records of one direction are made. */
export interface CbcProtection {
  readonly suite: CbcSuite;
  readonly keys: CbcKeys;
  readonly encryptThenMac: boolean;
  readonly cbc: Cbc;
}

/** Not of constant time, as no secret of anybody else's is at stake in a handshake that we make to measure. */
export function openerCbc({ suite, keys, encryptThenMac, cbc }: CbcProtection): RecordOpener {
  let sequence = 0;
  const { blockLength, algorithm } = suite;
  const mac = macOf(suite, keys);
  const macLength = macs[suite.mac].outputLen;
  const decrypted = (fragment: Uint8Array): Uint8Array | null => {
    if (fragment.length % blockLength !== 0 || fragment.length < 2 * blockLength) return null;
    const iv = fragment.subarray(0, blockLength);
    return withoutPadding(cbc.decrypt(algorithm, keys.key, iv, fragment.subarray(blockLength)));
  };
  const opened = (type: number, version: number, fragment: Uint8Array): Uint8Array | null => {
    if (encryptThenMac) {
      const end = fragment.length - macLength;
      if (end < 0) return null;
      const sealed = fragment.subarray(0, end);
      return sameBytes(mac(sequence, type, version, sealed), fragment.subarray(end)) ? decrypted(sealed) : null;
    }
    const plain = decrypted(fragment);
    const end = (plain?.length ?? 0) - macLength;
    if (plain === null || end < 0) return null;
    const content = plain.subarray(0, end);
    return sameBytes(mac(sequence, type, version, content), plain.subarray(end)) ? content : null;
  };
  return {
    hidesType: false,
    open(type, version, fragment) {
      if (fragment.length > longestSealed) return null;
      const content = opened(type, version, fragment);
      if (content === null || content.length > longestContent) return null;
      sequence++;
      return { type, fragment: content };
    },
    skip() {
      sequence++;
    },
  };
}

/** @param random gives the initialisation vectors. @returns null where the cipher is not available */
export function sealerCbc(
  { suite, keys, encryptThenMac, cbc }: CbcProtection,
  random: (length: number) => Uint8Array,
): RecordSealer | null {
  let sequence = 0;
  const version = tlsVersion['TLSv1.2'];
  const mac = macOf(suite, keys);
  const encrypted = (bytes: Uint8Array): Uint8Array | null => {
    const iv = random(suite.blockLength);
    const padding = suite.blockLength - (bytes.length % suite.blockLength);
    const padded = concat(bytes, new Uint8Array(padding).fill(padding - 1));
    const sealed = cbc.encrypt(suite.algorithm, keys.key, iv, padded);
    return sealed && concat(iv, sealed);
  };
  if (encrypted(new Uint8Array()) === null) return null;
  return {
    seal(type, content) {
      if (encryptThenMac) {
        const sealed = encrypted(content) as Uint8Array;
        return { type, version, fragment: concat(sealed, mac(sequence++, type, version, sealed)) };
      }
      const fragment = encrypted(concat(content, mac(sequence++, type, version, content))) as Uint8Array;
      return { type, version, fragment };
    },
  };
}

/** Content of a record, and the most that protection makes of it (RFC 5246 §6.2.3). */
const longestContent = 2 ** 14;
const longestSealed = longestContent + 2048;

type Mac = (sequence: number, type: number, version: number, content: Uint8Array) => Uint8Array;

function macOf(suite: CbcSuite, { macKey }: CbcKeys): Mac {
  return (sequence, type, version, content) => {
    const header = new Writer();
    header.uint(4, 0);
    header.uint(4, sequence);
    header.uint(1, type);
    header.uint(2, version);
    header.uint(2, content.length);
    return hmac(macs[suite.mac], macKey, concat(header.finish(), content));
  };
}

function withoutPadding(plain: Uint8Array | null): Uint8Array | null {
  const padding = (plain?.at(-1) ?? 0) + 1;
  if (plain === null || padding > plain.length) return null;
  const end = plain.length - padding;
  return plain.subarray(end).every((octet) => octet === padding - 1) ? plain.subarray(0, end) : null;
}
