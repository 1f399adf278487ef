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

/** What the bytes are where they are no certificate: a key store or a private key, which nobody is to be shown; null for anything else. */
export function secretKind(der: Uint8Array): 'PKCS12' | 'PRIVATE KEY' | null {
  try {
    const root = readTlv(der, 0, der.length);
    const [version, second] = childrenOf(der, expectTag(root, tags.sequence, 'key'));
    if (version?.tag !== tags.integer || second === undefined) return null;
    const number = contentOf(der, version).at(-1);
    // PFX has version 3 (RFC 7292 §4); PKCS #8 and RSAPrivateKey 0, ECPrivateKey 1 (RFC 5208, RFC 8017, RFC 5915).
    if (number === 3 && second.tag === tags.sequence) return 'PKCS12';
    return number === 0 || number === 1 ? 'PRIVATE KEY' : null;
  } catch {
    return null;
  }
}
