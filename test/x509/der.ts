/** A small DER writer and certificate maker for tests: it writes what it is told, also what no library would. */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Certificate } from '../../lib/evidence/index.ts';
import { concat, fromHex } from '../../lib/wire/index.ts';

export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const n = content.length;
  const length =
    n < 0x80
      ? [n]
      : n < 0x100
        ? [0x81, n]
        : n < 0x10000
          ? [0x82, n >> 8, n & 255]
          : [0x83, n >> 16, (n >> 8) & 255, n & 255];
  return concat(Uint8Array.of(tag, ...length), content);
}

export const seq = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => der(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Uint8Array => der(0x04, ...parts);
export const bits = (bytes: Uint8Array): Uint8Array => der(0x03, Uint8Array.of(0), bytes);
export const int = (...bytes: readonly number[]): Uint8Array => der(0x02, Uint8Array.from(bytes));
export const bool = (value: boolean): Uint8Array => der(0x01, Uint8Array.of(value ? 0xff : 0));
export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
export const utf8 = (text: string): Uint8Array => der(0x0c, new TextEncoder().encode(text));
export const utcTime = (text: string): Uint8Array => der(0x17, ascii(text));
export const generalizedTime = (text: string): Uint8Array => der(0x18, ascii(text));

export function oid(text: string): Uint8Array {
  const [a, b, ...rest] = text.split('.').map(Number) as [number, number, ...number[]];
  const arcs = [a * 40 + b, ...rest].flatMap((arc) => {
    const octetsOfArc = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      octetsOfArc.unshift((left & 0x7f) | 0x80);
    return octetsOfArc;
  });
  return der(0x06, Uint8Array.from(arcs));
}

const attributeOids: Record<string, string> = {
  CN: '2.5.4.3',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
  title: '2.5.4.12',
  DC: '0.9.2342.19200300.100.1.25',
};

/** A Name of UTF8String attributes in the order given, which is the reverse of RFC 4514 text. */
export function nameOf(...attributes: readonly (readonly [type: string, value: string])[]): Uint8Array {
  return seq(...attributes.map(([type, value]) => set(seq(oid(attributeOids[type] ?? type), utf8(value)))));
}

export const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  seq(oid(id), ...(critical ? [bool(true)] : []), octets(value));
export const ca = extension('2.5.29.19', seq(bool(true)), true);
export const notCa = extension('2.5.29.19', seq());
export const keyUsage = (flags: number): Uint8Array => extension('2.5.29.15', der(0x03, Uint8Array.of(0, flags)), true);
export const extKeyUsage = (...purposes: readonly string[]): Uint8Array =>
  extension('2.5.29.37', seq(...purposes.map(oid)));
export const altNames = (...names: readonly Uint8Array[]): Uint8Array => extension('2.5.29.17', seq(...names));
export const dns = (name: string): Uint8Array => der(0x82, ascii(name));
export const ip = (...bytes: readonly number[]): Uint8Array => der(0x87, Uint8Array.from(bytes));
export const subjectKeyId = (hex: string): Uint8Array => extension('2.5.29.14', octets(fromHex(hex)));
export const authorityKeyId = (hex: string): Uint8Array => extension('2.5.29.35', seq(der(0x80, fromHex(hex))));
export const caIssuers = (url: string): Uint8Array =>
  extension('1.3.6.1.5.5.7.1.1', seq(seq(oid('1.3.6.1.5.5.7.48.2'), der(0x86, ascii(url)))));

export interface Keys {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
}

export const ecKeys = (curve = 'P-256'): Keys => keysOf(generateKeyPairSync('ec', { namedCurve: curve }));
export const edKeys = (): Keys => keysOf(generateKeyPairSync('ed25519'));
/** The same keys in every run; Ed25519 signatures are deterministic too, so whole certificates are. */
export function fixedKeys(seed: number): Keys {
  const pkcs8 = concat(fromHex('302e020100300506032b657004220420'), new Uint8Array(32).fill(seed));
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return keysOf({ privateKey, publicKey: createPublicKey(privateKey) });
}
export const rsaKeys = (modulusLength = 2048): Keys => keysOf(generateKeyPairSync('rsa', { modulusLength }));

export function keysOf({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Keys {
  return { privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) };
}

export const algorithms = {
  'ecdsa-with-SHA256': seq(oid('1.2.840.10045.4.3.2')),
  sha256WithRSAEncryption: seq(oid('1.2.840.113549.1.1.11'), der(0x05)),
  ED25519: seq(oid('1.3.101.112')),
};

export interface CertificateSpec {
  readonly subject: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly keys: Keys;
  /** Who signs; the subject itself when left out. */
  readonly signer?: Keys;
  readonly version?: 1 | 2 | 3;
  readonly serial?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  readonly algorithm?: Uint8Array;
}

/** A certificate, valid through 2024 and 2025 unless said otherwise. */
export function certificateOf(spec: CertificateSpec): Uint8Array {
  const { subject, issuer = subject, keys, signer = keys, version = 3, extensions = [] } = spec;
  const algorithm = spec.algorithm ?? algorithmOf(signer.privateKey);
  const tbs = seq(
    ...(version === 1 ? [] : [der(0xa0, int(version - 1))]),
    spec.serial ?? int(1),
    algorithm,
    issuer,
    seq(spec.notBefore ?? utcTime('240101000000Z'), spec.notAfter ?? utcTime('260101000000Z')),
    subject,
    keys.spki,
    ...(extensions.length > 0 ? [der(0xa3, seq(...extensions))] : []),
  );
  const hash = signer.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return seq(tbs, algorithm, bits(new Uint8Array(sign(hash, tbs, signer.privateKey))));
}

function algorithmOf(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType === 'rsa') return algorithms.sha256WithRSAEncryption;
  return key.asymmetricKeyType === 'ec' ? algorithms['ecdsa-with-SHA256'] : algorithms.ED25519;
}

/** Numbers in [0, n), the same for every run with the same seed. */
export function seededRandom(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What a certificate view holds that no terminal or report should see: control and format characters, broken numbers. */
export function unshowable(certificate: Certificate): string[] {
  const texts = Object.values({ ...certificate, pem: null })
    .flat()
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)));
  return texts.filter((text) => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^NaN|^Invalid Date/u.test(text));
}
