/** Subject public keys: what kind, and how strong. */

import { curveBits, oidText } from './oid.ts';
import { type PublicKeyInfo, publicKeyInfo, rsaModulus } from './schema.ts';
import { childrenOf, contentOf, readTlv, rootTlv, tags } from './tlv.ts';

export interface KeyDescription {
  /** `RSA`, `RSA-PSS`, `EC`, `DSA`, `DH`, `Ed25519`, …; a dotted OID for others, `unknown` when unreadable. */
  readonly type: string;
  /** RSA: modulus; EC: order of the curve; DSA: prime. Null where not known. */
  readonly bits: number | null;
}

/** Keys whose type says the size, or whose size has no meaning (RFC 8410, RFC 9881). */
const fixedKeys: ReadonlyMap<string, KeyDescription> = new Map([
  ['1.3.101.110', { type: 'X25519', bits: 256 }],
  ['1.3.101.111', { type: 'X448', bits: 448 }],
  ['1.3.101.112', { type: 'Ed25519', bits: 256 }],
  ['1.3.101.113', { type: 'Ed448', bits: 456 }],
  ['2.16.840.1.101.3.4.3.17', { type: 'ML-DSA-44', bits: null }],
  ['2.16.840.1.101.3.4.3.18', { type: 'ML-DSA-65', bits: null }],
  ['2.16.840.1.101.3.4.3.19', { type: 'ML-DSA-87', bits: null }],
]);

/** Describes a SubjectPublicKeyInfo. Never throws; what cannot be read is told through `note`. */
export function describeKey(spki: Uint8Array, note: (id: string, detail?: string) => void): KeyDescription {
  const info = publicKeyInfo(spki);
  if (info === null) {
    note('key-unreadable');
    return { type: 'unknown', bits: null };
  }
  try {
    return describe(info, note);
  } catch {
    note('key-unreadable', 'parameters');
    return { type: info.algorithm, bits: null };
  }
}

function describe(
  { algorithm, parameters, key }: PublicKeyInfo,
  note: (id: string, detail?: string) => void,
): KeyDescription {
  switch (algorithm) {
    case '1.2.840.113549.1.1.1':
    case '1.2.840.113549.1.1.10': {
      const modulus = rsaModulus(key);
      if (modulus === null) note('key-unreadable', 'RSAPublicKey');
      const type = algorithm.endsWith('.10') ? 'RSA-PSS' : 'RSA';
      return { type, bits: modulus === null ? null : bitLength(modulus) };
    }
    case '1.2.840.10045.2.1':
      return { type: 'EC', bits: curveSize(parameters, note) };
    case '1.2.840.10040.4.1':
      return { type: 'DSA', bits: primeSize(parameters) };
    case '1.2.840.113549.1.3.1':
    case '1.2.840.10046.2.1':
      return { type: 'DH', bits: primeSize(parameters) };
    default:
      return fixedKeys.get(algorithm) ?? { type: algorithm, bits: null };
  }
}

/** Bits of a big-endian number without its leading zeros. */
function bitLength(number: Uint8Array): number {
  const first = number.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - (Math.clz32(number[first] as number) - 24);
}

function curveSize(parameters: Uint8Array | null, note: (id: string, detail?: string) => void): number | null {
  if (parameters === null || parameters[0] !== tags.oid) {
    note('key-curve-not-named');
    return null;
  }
  const oid = oidText(contentOf(parameters, readTlv(parameters, 0, parameters.length)));
  return curveBits.get(oid ?? '') ?? null;
}

/** The first INTEGER of Dss-Parms, DHParameter or DomainParameters (RFC 3279 §2.3) is the prime. */
function primeSize(parameters: Uint8Array | null): number | null {
  if (parameters?.[0] !== tags.sequence) return null;
  const [prime] = childrenOf(parameters, rootTlv(parameters, tags.sequence, 'parameters'));
  return prime?.tag === tags.integer ? bitLength(contentOf(parameters, prime)) : null;
}
