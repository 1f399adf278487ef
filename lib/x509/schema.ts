/**
 * The parts of a certificate whose shape is fixed, decoded by the ASN.1 schema library. The only file that knows it. Parts
 * of open length (names, subjectAltName) are walked by hand: the library takes 25 µs an element and refuses 10,000 of them.
 */

import {
  AsnConvert,
  AsnIntegerArrayBufferConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import {
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  id_ad_caIssuers,
  KeyUsage,
  KeyUsageFlags,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';

/** RSAPublicKey (RFC 8017 §A.1.1). The decorators are called as functions, so that the source stays erasable. */
class RsaPublicKey {
  modulus = new ArrayBuffer(0);
  publicExponent = new ArrayBuffer(0);
}
const integer = { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter };
AsnProp(integer)(RsaPublicKey.prototype, 'modulus');
AsnProp(integer)(RsaPublicKey.prototype, 'publicExponent');
AsnType({ type: AsnTypeTypes.Sequence })(RsaPublicKey);

/** Elements one part may hold; a hostile one costs a few milliseconds at most. */
const maxNodes = 1_000;

/** Decodes `der`, or returns null when the library refuses it, for whatever reason. */
function decode<T>(der: Uint8Array, type: new () => T): T | null {
  try {
    return AsnConvert.parse(der, type, { berOptions: { maxNodes } });
  } catch {
    return null;
  }
}

export interface PublicKeyInfo {
  readonly algorithm: string;
  /** DER of the parameters, null when absent. */
  readonly parameters: Uint8Array | null;
  readonly key: Uint8Array;
}

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), or null. */
export function publicKeyInfo(der: Uint8Array): PublicKeyInfo | null {
  const info = decode(der, SubjectPublicKeyInfo);
  if (info === null) return null;
  const { algorithm, parameters } = info.algorithm;
  return {
    algorithm,
    parameters: parameters === undefined || parameters === null ? null : new Uint8Array(parameters),
    key: new Uint8Array(info.subjectPublicKey),
  };
}

/** Modulus of an RSAPublicKey, as the content of its INTEGER, or null. */
export function rsaModulus(key: Uint8Array): Uint8Array | null {
  const decoded = decode(key, RsaPublicKey);
  return decoded === null ? null : new Uint8Array(decoded.modulus);
}

/** BasicConstraints' cA (RFC 5280 §4.2.1.9), or null when unreadable. */
export function basicConstraintsCa(value: Uint8Array): boolean | null {
  return decode(value, BasicConstraints)?.cA ?? null;
}

/** True when keyCertSign is set (RFC 5280 §4.2.1.3), null when unreadable. */
export function keyUsageCertSign(value: Uint8Array): boolean | null {
  const usage = decode(value, KeyUsage);
  return usage === null ? null : (usage.toNumber() & KeyUsageFlags.keyCertSign) !== 0;
}

/** Dotted key purposes (RFC 5280 §4.2.1.12), or null when unreadable. */
export function keyPurposes(value: Uint8Array): string[] | null {
  const usage = decode(value, ExtendedKeyUsage);
  return usage === null ? null : [...usage];
}

/** caIssuers URIs of authorityInfoAccess (RFC 5280 §4.2.2.1), or null when unreadable. */
export function caIssuerUris(value: Uint8Array): string[] | null {
  const access = decode(value, AuthorityInfoAccessSyntax);
  if (access === null) return null;
  return [...access]
    .filter(({ accessMethod }) => accessMethod === id_ad_caIssuers)
    .map(({ accessLocation }) => accessLocation.uniformResourceIdentifier)
    .filter((uri) => uri !== undefined);
}

/** keyIdentifier of authorityKeyIdentifier (RFC 5280 §4.2.1.1): empty when it names the key another way, null when unreadable. */
export function authorityKeyId(value: Uint8Array): Uint8Array | null {
  const identifier = decode(value, AuthorityKeyIdentifier);
  return identifier === null ? null : new Uint8Array(identifier.keyIdentifier?.buffer ?? new ArrayBuffer(0));
}

/** subjectKeyIdentifier (RFC 5280 §4.2.1.2), or null when unreadable. */
export function subjectKeyId(value: Uint8Array): Uint8Array | null {
  const identifier = decode(value, OctetString);
  return identifier === null ? null : new Uint8Array(identifier.buffer);
}
