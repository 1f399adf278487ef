/** What a cipher suite's IANA name says of it. */

import { cipherSuites } from './cipher-suites.ts';
import { tlsVersion } from './versions.ts';

/** How the premaster secret comes about; anonymous suites count as DHE and ECDHE. `TLS13`: the suite does not say. */
export type KeyExchange =
  | 'NULL'
  | 'RSA'
  | 'RSA_EXPORT'
  | 'DH'
  | 'DHE'
  | 'ECDH'
  | 'ECDHE'
  | 'PSK'
  | 'DHE_PSK'
  | 'RSA_PSK'
  | 'ECDHE_PSK'
  | 'SRP'
  | 'KRB5'
  | 'ECCPWD'
  | 'ECJPAKE'
  | 'GOST'
  | 'FORTEZZA'
  | 'TLS13';

/** What proves the server's identity: its certificate's kind of key, a shared secret, or nothing (`anon`). */
export type Authentication =
  | 'NULL'
  | 'RSA'
  | 'DSS'
  | 'ECDSA'
  | 'anon'
  | 'PSK'
  | 'SRP'
  | 'KRB5'
  | 'ECCPWD'
  | 'ECJPAKE'
  | 'GOST'
  | 'FORTEZZA'
  | 'TLS13';

export interface SuiteTraits {
  readonly keyExchange: KeyExchange;
  readonly authentication: Authentication;
  /** As in the name: `AES_128_GCM`, `3DES_EDE_CBC`, `NULL`. */
  readonly cipher: string;
  /** `AEAD`, else the MAC of the records: `SHA`, `MD5`, `SHA256`, … */
  readonly mac: string;
  /** Hash of the PRF in TLS 1.2 and of the key schedule in TLS 1.3 (RFC 5246 §5: SHA-256 where the suite names none). */
  readonly hash: string;
  readonly aead: boolean;
  /** Versions that can negotiate it, ends inclusive. */
  readonly minVersion: number;
  readonly maxVersion: number;
  /** True for the two signalling values, which are never negotiated (RFC 5746 §3.3, RFC 7507 §3). */
  readonly scsv: boolean;
}

/** Traits of a suite that the registry knows, else undefined. */
export function suiteTraits(code: number): SuiteTraits | undefined {
  if (!cipherSuites.has(code)) return undefined;
  let traits = cache.get(code);
  if (traits === undefined) {
    traits = traitsOf(cipherSuites.nameOf(code));
    cache.set(code, traits);
  }
  return traits;
}

/** Filled by registered codes only, so it stays small. */
const cache = new Map<number, SuiteTraits>();

/** Key exchange and authentication by the first part of the name, where it is not the two joined by `_`. */
const joined: Readonly<Record<string, readonly [KeyExchange, Authentication]>> = {
  RSA: ['RSA', 'RSA'],
  RSA_EXPORT: ['RSA_EXPORT', 'RSA'],
  DH_anon: ['DHE', 'anon'],
  ECDH_anon: ['ECDHE', 'anon'],
  DHE_PSK: ['DHE_PSK', 'PSK'],
  PSK_DHE: ['DHE_PSK', 'PSK'],
  ECDHE_PSK: ['ECDHE_PSK', 'PSK'],
  RSA_PSK: ['RSA_PSK', 'RSA'],
  SRP_SHA: ['SRP', 'SRP'],
  SRP_SHA_RSA: ['SRP', 'RSA'],
  SRP_SHA_DSS: ['SRP', 'DSS'],
  FORTEZZA_KEA: ['FORTEZZA', 'FORTEZZA'],
};

/** `TLS_<keys>_WITH_<protection>`; the suites of TLS 1.3 have no keys in their names. */
const namePattern = /^(?:TLS|SSL)_(?:(?<keys>.+)_WITH_)?(?<protection>.+?)(?:_OLD)?$/;
const protectionPattern = /^(?<cipher>.+)_(?<last>MD5|SHA|SHA256|SHA384|SHA512|SM3|OMAC|IMIT|GOSTR3411|NULL)$/;

function traitsOf(name: string): SuiteTraits {
  if (name.endsWith('_SCSV')) return signallingValue;
  const { keys, protection = '' } = namePattern.exec(name)?.groups ?? {};
  const { cipher = protection, last = '' } = protectionPattern.exec(protection)?.groups ?? {};
  const aead = /_(?:GCM|CCM|CCM_8|POLY1305|MGM_L|MGM_S)$|^AEGIS/.test(cipher);
  const tls13 = keys === undefined || /_MGM_[LS]$/.test(cipher);
  const [keyExchange, authentication] = tls13 ? (['TLS13', 'TLS13'] as const) : keysOf(keys);
  const [minVersion, maxVersion] = tls13
    ? [tlsVersion['TLSv1.3'], tlsVersion['TLSv1.3']]
    : [earliest(keyExchange, cipher, last, aead), latest(keys, cipher)];
  // RFC 9150: the first hash protects records without encrypting them.
  const integrityOnly = cipher.startsWith('SHA');
  return {
    keyExchange,
    authentication,
    cipher: integrityOnly ? 'NULL' : cipher,
    mac: aead ? 'AEAD' : last,
    hash: keys?.startsWith('GOST') === true ? 'GOSTR3411' : derivationHash(last),
    aead,
    minVersion,
    maxVersion,
    scsv: false,
  };
}

/** May be offered in every version (RFC 7507 §3, RFC 8446 §4.1.2). */
const signallingValue: SuiteTraits = {
  keyExchange: 'NULL',
  authentication: 'NULL',
  cipher: 'NULL',
  mac: 'NULL',
  hash: 'NULL',
  aead: false,
  minVersion: tlsVersion.SSLv3,
  maxVersion: tlsVersion['TLSv1.3'],
  scsv: true,
};

function derivationHash(last: string): string {
  return ['SHA384', 'SHA512', 'SM3'].includes(last) ? last : 'SHA256';
}

function keysOf(keys: string): readonly [KeyExchange, Authentication] {
  const plain = keys
    .replace('_FIPS', '')
    .replace(/(?<!^RSA)_EXPORT$/, '')
    .replace('_EXPORT1024', '_EXPORT');
  if (Object.hasOwn(joined, plain)) return joined[plain] as readonly [KeyExchange, Authentication];
  if (plain.startsWith('GOST')) return ['GOST', 'GOST'];
  const [keyExchange, authentication = keyExchange] = plain.replace(/_EXPORT$/, '').split('_');
  return [keyExchange as KeyExchange, authentication as Authentication];
}

function earliest(keyExchange: KeyExchange, cipher: string, last: string, aead: boolean): number {
  const psk = keyExchange.endsWith('PSK') && !cipher.startsWith('ARIA');
  if (aead || (newerHashes.has(last) && !psk)) return tlsVersion['TLSv1.2'];
  return newerHashes.has(last) || keyExchange.startsWith('EC') ? tlsVersion['TLSv1.0'] : tlsVersion.SSLv3;
}

/**
 * AEAD ciphers and these hashes need TLS 1.2 (RFC 5246 §1.2, RFC 5289 §3, RFC 9189 §4); PSK suites use the hashes as MACs in
 * earlier versions too (RFC 5487 §3, RFC 5489 §3). SSL 3.0 has no extensions to agree on a curve with (RFC 4492 §2).
 */
const newerHashes: ReadonlySet<string> = new Set(['SHA256', 'SHA384', 'SHA512', 'OMAC', 'IMIT']);

function latest(keys: string, cipher: string): number {
  // RFC 4346 §A.5: no export suites in TLS 1.1. RFC 5469 §1: no DES and IDEA in TLS 1.2.
  if (keys.includes('_EXPORT')) return tlsVersion['TLSv1.0'];
  if (keys.startsWith('FORTEZZA')) return tlsVersion.SSLv3;
  return /^(?:DES|IDEA)_/.test(cipher) ? tlsVersion['TLSv1.1'] : tlsVersion['TLSv1.2'];
}
