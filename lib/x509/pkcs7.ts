/** Certificates in a PKCS #7 or CMS bundle (`.p7b`, `.p7c`; RFC 2315 §9.1, RFC 5652 §5.1). Signatures of the bundle are not looked at. */

import { oidText } from './oid.ts';
import { childrenOf, contentOf, elementOf, expectTag, readTlv, rootTlv, tags } from './tlv.ts';

const signedData = '1.2.840.113549.1.7.2';
/** Content [0] of ContentInfo, and certificates [0] IMPLICIT of SignedData. */
const context0 = 0xa0;

/** The DER of each certificate, in the order of the bundle; null when the bytes are no such bundle (BER with indefinite lengths among them). */
export function certificatesOfPkcs7(der: Uint8Array): Uint8Array[] | null {
  try {
    const [type, content] = childrenOf(der, rootTlv(der, tags.sequence, 'ContentInfo'));
    const oid = oidText(contentOf(der, expectTag(type, tags.oid, 'contentType')));
    if (oid !== signedData) return null;
    const [data] = childrenOf(der, expectTag(content, context0, 'content'));
    const fields = childrenOf(der, expectTag(data, tags.sequence, 'SignedData'));
    const bundle = fields.find(({ tag }) => tag === context0);
    if (bundle === undefined) return [];
    return childrenOf(der, bundle)
      .filter(({ tag }) => tag === tags.sequence)
      .map((certificate) => elementOf(der, certificate));
  } catch {
    return null;
  }
}

/** What DER is where it is no certificate, as PEM would label it; keys and key stores among them, which nobody is to be shown. */
export type OtherKind =
  | 'PKCS12'
  | 'PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | 'PUBLIC KEY'
  | 'CERTIFICATE REQUEST'
  | 'X509 CRL';

/** Null for anything else, certificates among it. */
export function otherKind(der: Uint8Array): OtherKind | null {
  try {
    const root = readTlv(der, 0, der.length);
    const [first, second, third] = childrenOf(der, expectTag(root, tags.sequence, 'content'));
    if (first === undefined || second === undefined) return null;
    if (first.tag === tags.integer) return keyKind(contentOf(der, first).at(-1), second.tag);
    if (first.tag !== tags.sequence) return null;
    const inner = childrenOf(der, first).map(({ tag }) => tag);
    // EncryptedPrivateKeyInfo (RFC 5958 §3) and SubjectPublicKeyInfo begin with an algorithm.
    if (third === undefined && inner[0] === tags.oid) {
      if (second.tag === tags.octetString) return 'ENCRYPTED PRIVATE KEY';
      return second.tag === tags.bitString ? 'PUBLIC KEY' : null;
    }
    if (second.tag !== tags.sequence || third?.tag !== tags.bitString) return null;
    return signedKind(inner);
  } catch {
    return null;
  }
}

/** PFX has version 3 (RFC 7292 §4); PKCS #8 and RSAPrivateKey 0, ECPrivateKey 1 (RFC 5208, RFC 8017, RFC 5915). */
function keyKind(version: number | undefined, second: number): OtherKind | null {
  if (version === 3 && second === tags.sequence) return 'PKCS12';
  return version === 0 || version === 1 ? 'PRIVATE KEY' : null;
}

/** By the fields of what is signed: version, name, key and attributes (RFC 2986 §4.1), or algorithm, name and a time (RFC 5280 §5.1). */
function signedKind(fields: readonly number[]): OtherKind | null {
  const [version, name, key, attributes = context0] = fields;
  if (version === tags.integer && name === tags.sequence && key === tags.sequence && attributes === context0)
    return 'CERTIFICATE REQUEST';
  const [algorithm, issuer, update] = version === tags.integer ? fields.slice(1) : fields;
  const dated = update === tags.utcTime || update === tags.generalizedTime;
  return algorithm === tags.sequence && issuer === tags.sequence && dated ? 'X509 CRL' : null;
}
