/**
 * The parts of a certificate whose shape is fixed, declared for the ASN.1 schema library; the only file that knows it. Its
 * own set of X.509 classes would double the time this layer takes to load (57 ms instead of 27). Parts of open length (names,
 * subjectAltName) are walked by hand: the library takes 25 µs an element and refuses 10,000 of them.
 */

import {
  AsnArray,
  AsnConvert,
  AsnIntegerArrayBufferConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  BitString,
  OctetString,
} from '@peculiar/asn1-schema';
import { oidText } from './oid.ts';
import { ia5Text, latin1 } from './text.ts';
import { childrenOf, contentOf, readTlv, tags } from './tlv.ts';

// The decorators are called as functions, so that the source stays erasable. Field order is the order on the wire.

const { Any, BitString: bits, Boolean: boolean, Integer: integer, ObjectIdentifier: oid } = AsnPropTypes;
const sequence = AsnType({ type: AsnTypeTypes.Sequence });
const bigInteger = { type: integer, converter: AsnIntegerArrayBufferConverter };
const noBytes = new ArrayBuffer(0);

/** RFC 5280 §4.1.1.2 */
class AlgorithmIdentifier {
  algorithm = '';
  parameters: ArrayBuffer | undefined = undefined;
}
AsnProp({ type: oid })(AlgorithmIdentifier.prototype, 'algorithm');
AsnProp({ type: Any, optional: true })(AlgorithmIdentifier.prototype, 'parameters');
sequence(AlgorithmIdentifier);

/** RFC 5280 §4.1.2.7 */
class SubjectPublicKeyInfo {
  algorithm = new AlgorithmIdentifier();
  subjectPublicKey = noBytes;
}
AsnProp({ type: AlgorithmIdentifier })(SubjectPublicKeyInfo.prototype, 'algorithm');
AsnProp({ type: bits })(SubjectPublicKeyInfo.prototype, 'subjectPublicKey');
sequence(SubjectPublicKeyInfo);

/** RFC 8017 §A.1.1 */
class RsaPublicKey {
  modulus = noBytes;
  publicExponent = noBytes;
}
AsnProp(bigInteger)(RsaPublicKey.prototype, 'modulus');
AsnProp(bigInteger)(RsaPublicKey.prototype, 'publicExponent');
sequence(RsaPublicKey);

/** RFC 5280 §4.2.1.9 */
class BasicConstraints {
  cA = false;
  pathLenConstraint = noBytes;
}
AsnProp({ type: boolean, defaultValue: false })(BasicConstraints.prototype, 'cA');
AsnProp({ ...bigInteger, optional: true })(BasicConstraints.prototype, 'pathLenConstraint');
sequence(BasicConstraints);

/** RFC 5280 §4.2.1.11 */
class PolicyConstraints {
  requireExplicitPolicy = noBytes;
  inhibitPolicyMapping = noBytes;
}
AsnProp({ ...bigInteger, context: 0, implicit: true, optional: true })(
  PolicyConstraints.prototype,
  'requireExplicitPolicy',
);
AsnProp({ ...bigInteger, context: 1, implicit: true, optional: true })(
  PolicyConstraints.prototype,
  'inhibitPolicyMapping',
);
sequence(PolicyConstraints);

/** RFC 5280 §4.2.1.5 */
class PolicyMapping {
  issuerDomainPolicy = '';
  subjectDomainPolicy = '';
}
AsnProp({ type: oid })(PolicyMapping.prototype, 'issuerDomainPolicy');
AsnProp({ type: oid })(PolicyMapping.prototype, 'subjectDomainPolicy');
sequence(PolicyMapping);

class PolicyMappings extends AsnArray<PolicyMapping> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: PolicyMapping })(PolicyMappings);

/** RFC 5280 §4.2.1.4; the qualifiers are looked at by hand. */
class PolicyInformation {
  policyIdentifier = '';
  policyQualifiers: ArrayBuffer | undefined = undefined;
}
AsnProp({ type: oid })(PolicyInformation.prototype, 'policyIdentifier');
AsnProp({ type: Any, optional: true })(PolicyInformation.prototype, 'policyQualifiers');
sequence(PolicyInformation);

class CertificatePolicies extends AsnArray<PolicyInformation> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: PolicyInformation })(CertificatePolicies);

/** RFC 5280 §4.2.1.12 */
class ExtKeyUsage extends AsnArray<string> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: oid })(ExtKeyUsage);

/** RFC 5280 §4.2.2.1; the location is a GeneralName. */
class AccessDescription {
  accessMethod = '';
  accessLocation = noBytes;
}
AsnProp({ type: oid })(AccessDescription.prototype, 'accessMethod');
AsnProp({ type: Any })(AccessDescription.prototype, 'accessLocation');
sequence(AccessDescription);

class AuthorityInfoAccess extends AsnArray<AccessDescription> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: AccessDescription })(AuthorityInfoAccess);

/** Elements and bytes one part may hold; real ones are far below, and a hostile one costs a few milliseconds at most. */
const maxNodes = 1_000;
const maxBytes = 16_384;

/**
 * Decodes `der`, or returns null when the library refuses it, for whatever reason. What is decoded is shared, and nobody changes it: a
 * certificate is decoded for the report and for each chain it is in, and many hold the same extensions. The library takes 0.1 ms for one.
 */
function decode<T>(der: Uint8Array, type: new () => T): T | null {
  if (der.length > maxBytes) return null;
  if (der.length > maxSharedBytes) return decodeAnew(der, type);
  const ofType = shared.get(type) ?? new Map<string, unknown>();
  shared.set(type, ofType);
  const key = latin1(der);
  let decoded = ofType.get(key) as T | null | undefined;
  if (decoded === undefined) {
    if (ofType.size >= maxShared) ofType.clear();
    decoded = decodeAnew(der, type);
    ofType.set(key, decoded);
  }
  return decoded;
}

/** Decoded parts by class and bytes, of each class so many and so large ones at most. */
const shared = new Map<unknown, Map<string, unknown>>();
const maxShared = 256;
const maxSharedBytes = 1_024;

function decodeAnew<T>(der: Uint8Array, type: new () => T): T | null {
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

/** SubjectPublicKeyInfo, or null when unreadable (as with all below). */
export function publicKeyInfo(der: Uint8Array): PublicKeyInfo | null {
  const info = decode(der, SubjectPublicKeyInfo);
  if (info === null) return null;
  const { algorithm, parameters } = info.algorithm;
  return {
    algorithm,
    parameters: parameters === undefined ? null : new Uint8Array(parameters),
    key: new Uint8Array(info.subjectPublicKey),
  };
}

/** Modulus of an RSAPublicKey, as the content of its INTEGER. */
export function rsaModulus(key: Uint8Array): Uint8Array | null {
  const decoded = decode(key, RsaPublicKey);
  return decoded === null ? null : new Uint8Array(decoded.modulus);
}

/** basicConstraints; a path length that is no small number counts as unreadable. */
export function basicConstraints(
  value: Uint8Array,
): { readonly ca: boolean; readonly pathLength: number | null } | null {
  const decoded = decode(value, BasicConstraints);
  if (decoded === null) return null;
  if (decoded.pathLenConstraint === noBytes) return { ca: decoded.cA, pathLength: null };
  const pathLength = smallNumber(decoded.pathLenConstraint);
  return pathLength === null ? null : { ca: decoded.cA, pathLength };
}

/** cA of basicConstraints. */
export function basicConstraintsCa(value: Uint8Array): boolean | null {
  return decode(value, BasicConstraints)?.cA ?? null;
}

/** The first two octets of keyUsage (RFC 5280 §4.2.1.3): digitalSignature is 0x8000, decipherOnly 0x0080. */
export function keyUsageBits(value: Uint8Array): number | null {
  const usage = decode(value, BitString);
  if (usage === null) return null;
  const [first = 0, second = 0] = new Uint8Array(usage.value);
  return first * 256 + second;
}

/** True when keyUsage has keyCertSign, bit 5. */
export function keyUsageCertSign(value: Uint8Array): boolean | null {
  const bitsOfUsage = keyUsageBits(value);
  return bitsOfUsage === null ? null : (bitsOfUsage & 0x0400) !== 0;
}

/** SkipCerts of policyConstraints (RFC 5280 §4.2.1.11); null where absent. */
export function policyConstraints(
  value: Uint8Array,
): { readonly requireExplicit: number | null; readonly inhibitMapping: number | null } | null {
  const decoded = decode(value, PolicyConstraints);
  if (decoded === null) return null;
  const skip = (content: ArrayBuffer): number | null => (content === noBytes ? null : (smallNumber(content) ?? 0));
  return { requireExplicit: skip(decoded.requireExplicitPolicy), inhibitMapping: skip(decoded.inhibitPolicyMapping) };
}

/** Pairs of dotted policies: that of the issuer's domain, that of the subject's. */
export function policyMappings(value: Uint8Array): (readonly [issuer: string, subject: string])[] | null {
  const decoded = decode(value, PolicyMappings);
  if (decoded === null || decoded.length === 0) return null;
  return [...decoded].map(({ issuerDomainPolicy, subjectDomainPolicy }) => [issuerDomainPolicy, subjectDomainPolicy]);
}

/** Dotted policies, and whether each has a qualifier other than the two of RFC 5280 §4.2.1.4. */
export function certificatePolicies(value: Uint8Array): { readonly policy: string; readonly odd: boolean }[] | null {
  const decoded = decode(value, CertificatePolicies);
  if (decoded === null || decoded.length === 0) return null;
  return [...decoded].map(({ policyIdentifier, policyQualifiers: qualifiers }) => ({
    policy: policyIdentifier,
    odd: qualifiers !== undefined && !hasKnownQualifiers(new Uint8Array(qualifiers)),
  }));
}

function hasKnownQualifiers(der: Uint8Array): boolean {
  return childrenOf(der, readTlv(der, 0, der.length)).every((qualifier) => {
    const [id] = childrenOf(der, qualifier);
    const text = id?.tag === tags.oid ? oidText(contentOf(der, id)) : null;
    return text === '1.3.6.1.5.5.7.2.1' || text === '1.3.6.1.5.5.7.2.2';
  });
}

/** The INTEGER that `value` is, as inhibitAnyPolicy (RFC 5280 §4.2.1.14) has it; null when negative or above a million. */
export function smallInteger(value: Uint8Array): number | null {
  const tlv = readTlv(value, 0, value.length);
  return tlv.tag === tags.integer ? smallNumber(contentOf(value, tlv)) : null;
}

function smallNumber(content: ArrayBuffer | Uint8Array): number | null {
  const octets = new Uint8Array(content);
  if (octets.length === 0 || octets.length > 3 || ((octets[0] as number) & 0x80) !== 0) return null;
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** Dotted key purposes of extKeyUsage. */
export function keyPurposes(value: Uint8Array): string[] | null {
  const usage = decode(value, ExtKeyUsage);
  return usage === null ? null : [...usage];
}

/** Addresses of authorityInfoAccess where the issuer's certificate can be fetched (id-ad-caIssuers). */
export function caIssuerUris(value: Uint8Array): string[] | null {
  const access = decode(value, AuthorityInfoAccess);
  if (access === null) return null;
  return [...access]
    .filter(({ accessMethod }) => accessMethod === '1.3.6.1.5.5.7.48.2')
    .map(({ accessLocation }) => uriOf(new Uint8Array(accessLocation)))
    .filter((uri) => uri !== null);
}

/** subjectKeyIdentifier (RFC 5280 §4.2.1.2). */
export function subjectKeyId(value: Uint8Array): Uint8Array | null {
  const identifier = decode(value, OctetString);
  return identifier === null ? null : new Uint8Array(identifier.buffer);
}

/** A GeneralName of kind uniformResourceIdentifier. */
function uriOf(generalName: Uint8Array): string | null {
  const tlv = readTlv(generalName, 0, generalName.length);
  return tlv.tag === 0x86 ? ia5Text(contentOf(generalName, tlv)) : null;
}
