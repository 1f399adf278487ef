/** What a signature AlgorithmIdentifier asks a verifier to do; the verifier itself is injected (node:crypto, WebCrypto). */

import { algorithmOid, oidText } from './oid.ts';
import { childrenOf, contentOf, elementOf, expectTag, readTlv, rootTlv, tags } from './tlv.ts';

/** `true`: the signature fits. `unsupported`: it cannot be checked here, `unchecked`: a budget was spent; both say nothing of it. */
export type SignatureResult = boolean | 'unsupported' | 'unchecked';

/**
 * Checks one signature. `spki` is the issuer's SubjectPublicKeyInfo, `algorithm` the AlgorithmIdentifier (DER both), `signed`
 * the bytes signed. Must not throw: what it cannot do is `unsupported`.
 */
export type VerifySignature = (
  spki: Uint8Array,
  algorithm: Uint8Array,
  signed: Uint8Array,
  signature: Uint8Array,
) => SignatureResult | Promise<SignatureResult>;

/** Hash names as node:crypto and OpenSSL write them. */
export type SignatureScheme =
  | { readonly kind: 'rsa-pkcs1' | 'ecdsa' | 'dsa'; readonly hash: string }
  | { readonly kind: 'rsa-pss'; readonly hash: string; readonly mgfHash: string; readonly saltLength: number }
  /** The key says everything (RFC 8410 EdDSA, RFC 9881 ML-DSA). */
  | { readonly kind: 'pure' };

/** Hashes (RFC 8017 §B.1; SHA-3 from NIST's register of algorithm identifiers). */
const hashNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.5', 'sha512-224'],
  ['2.16.840.1.101.3.4.2.6', 'sha512-256'],
  ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
  ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
  ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
]);

const schemes: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ['1.2.840.113549.1.1.4', { kind: 'rsa-pkcs1', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { kind: 'rsa-pkcs1', hash: 'sha1' }],
  ['1.3.14.3.2.29', { kind: 'rsa-pkcs1', hash: 'sha1' }],
  ['1.2.840.113549.1.1.14', { kind: 'rsa-pkcs1', hash: 'sha224' }],
  ['1.2.840.113549.1.1.11', { kind: 'rsa-pkcs1', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa-pkcs1', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa-pkcs1', hash: 'sha512' }],
  ['1.2.840.113549.1.1.15', { kind: 'rsa-pkcs1', hash: 'sha512-224' }],
  ['1.2.840.113549.1.1.16', { kind: 'rsa-pkcs1', hash: 'sha512-256' }],
  ['1.2.840.10045.4.1', { kind: 'ecdsa', hash: 'sha1' }],
  ['1.2.840.10045.4.3.1', { kind: 'ecdsa', hash: 'sha224' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'sha512' }],
  ['1.2.840.10040.4.3', { kind: 'dsa', hash: 'sha1' }],
  ['2.16.840.1.101.3.4.3.1', { kind: 'dsa', hash: 'sha224' }],
  ['2.16.840.1.101.3.4.3.2', { kind: 'dsa', hash: 'sha256' }],
  ['1.3.101.112', { kind: 'pure' }],
  ['1.3.101.113', { kind: 'pure' }],
  ['2.16.840.1.101.3.4.3.17', { kind: 'pure' }],
  ['2.16.840.1.101.3.4.3.18', { kind: 'pure' }],
  ['2.16.840.1.101.3.4.3.19', { kind: 'pure' }],
]);

/** The scheme of a DER AlgorithmIdentifier, or null when it is unknown or cannot be read. */
export function signatureScheme(algorithm: Uint8Array): SignatureScheme | null {
  try {
    const oid = algorithmOid(algorithm);
    return oid === '1.2.840.113549.1.1.10' ? pssScheme(algorithm) : (schemes.get(oid ?? '') ?? null);
  } catch {
    return null;
  }
}

/** RSASSA-PSS-params (RFC 8017 §A.2.3); each absent field has a default: SHA-1, MGF1 with SHA-1, 20. */
function pssScheme(algorithm: Uint8Array): SignatureScheme | null {
  const [, parameters] = childrenOf(algorithm, rootTlv(algorithm, tags.sequence, 'AlgorithmIdentifier'));
  let [hash, mgfHash, saltLength]: [string | undefined, string | undefined, number] = ['sha1', 'sha1', 20];
  if (parameters === undefined) return null;
  for (const field of childrenOf(algorithm, expectTag(parameters, tags.sequence, 'RSASSA-PSS-params'))) {
    const inner = readTlv(algorithm, field.content, field.end);
    if (field.tag === 0xa0) hash = hashNames.get(algorithmOid(elementOf(algorithm, inner)) ?? '');
    else if (field.tag === 0xa1) {
      const [mgf, digest] = childrenOf(algorithm, expectTag(inner, tags.sequence, 'maskGenAlgorithm'));
      const isMgf1 = mgf !== undefined && oidText(contentOf(algorithm, mgf)) === '1.2.840.113549.1.1.8';
      mgfHash =
        isMgf1 && digest !== undefined ? hashNames.get(algorithmOid(elementOf(algorithm, digest)) ?? '') : undefined;
    } else if (field.tag === 0xa2) {
      const content = contentOf(algorithm, expectTag(inner, tags.integer, 'saltLength'));
      saltLength = content.length > 2 ? -1 : content.reduce((value, octet) => value * 256 + octet, 0);
    }
  }
  if (hash === undefined || mgfHash === undefined || saltLength < 0 || saltLength > 0x7fff) return null;
  return { kind: 'rsa-pss', hash, mgfHash, saltLength };
}
