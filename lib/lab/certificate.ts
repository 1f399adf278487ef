/** X.509 certificates built and signed at run time (RFC 5280), also ones that no CA would issue: v1, SHA-1, odd names. */

import { createHash, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  id_pe_authorityInfoAccess,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from '@peculiar/asn1-x509';

/** Attribute types of a distinguished name (RFC 4519), by their short names. */
const attributeTypes = {
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
} as const;

/** One relative distinguished name: attribute and value. */
export type NamePart = readonly [attribute: keyof typeof attributeTypes, value: string];
/** A distinguished name in the order of its encoding; RFC 4514 text shows the reverse. */
export type NameParts = readonly NamePart[];

export type Digest = 'sha1' | 'sha256' | 'sha384';
export type Purpose = 'serverAuth' | 'clientAuth';
export type OmittableExtension = 'basicConstraints' | 'keyUsage' | 'subjectKeyIdentifier' | 'authorityKeyIdentifier';

/** Everything a certificate says, and who signs it. */
export interface CertificateContent {
  /** 1 has no extensions at all. */
  readonly version: 1 | 3;
  /** Big-endian bytes; leading zero bytes are dropped, no bytes mean zero. */
  readonly serial: Uint8Array;
  readonly subject: NameParts;
  readonly issuer: NameParts;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  /** Of the issuer; equal to `publicKey` for a self-signed certificate. */
  readonly issuerKey: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  /** Digest of the signature; Ed25519 has its own and ignores it. */
  readonly digest: Digest;
  readonly isCa: boolean;
  /** How many CA certificates may follow below this one; null for no limit. */
  readonly pathLength: number | null;
  /** Host names and IP addresses of subjectAltName; the extension is absent when there are none. */
  readonly names: readonly string[];
  /** Purposes of extendedKeyUsage; the extension is absent when there are none. */
  readonly extendedKeyUsage: readonly Purpose[];
  /** Addresses of the issuer's certificate in authorityInfoAccess (RFC 5280 §4.2.2.1). */
  readonly caIssuers: readonly string[];
  /** Extensions that a well-made certificate has and this one lacks. */
  readonly omit: readonly OmittableExtension[];
}

/** The DER of the certificate, signed. */
export function encodeCertificate(content: CertificateContent): Uint8Array {
  const signature = signatureAlgorithm(content.issuerKey.privateKey, content.digest);
  const body = new TBSCertificate({
    version: content.version === 1 ? 0 : 2,
    serialNumber: positiveInteger(content.serial),
    signature,
    issuer: distinguishedName(content.issuer),
    validity: new Validity({ notBefore: content.notBefore, notAfter: content.notAfter }),
    subject: distinguishedName(content.subject),
    subjectPublicKeyInfo: publicKeyInfo(content.publicKey),
  });
  if (content.version === 3) body.extensions = new Extensions(extensionsOf(content));
  const signed = AsnConvert.serialize(body);
  const certificate = new Certificate({
    tbsCertificate: body,
    signatureAlgorithm: signature,
    signatureValue: toArrayBuffer(signatureOver(new Uint8Array(signed), content)),
  });
  certificate.tbsCertificateRaw = signed;
  return new Uint8Array(AsnConvert.serialize(certificate));
}

/** PEM of a certificate (RFC 7468 §5). */
export function certificatePem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf(content: CertificateContent): Extension[] {
  const extensions: Extension[] = [];
  const add = (id: string, critical: boolean, value: object): void => {
    extensions.push(new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }));
  };
  const has = (name: OmittableExtension): boolean => !content.omit.includes(name);
  if (has('basicConstraints')) {
    const limit = content.pathLength === null ? {} : { pathLenConstraint: content.pathLength };
    add(id_ce_basicConstraints, true, new BasicConstraints({ cA: content.isCa, ...limit }));
  }
  if (has('keyUsage')) add(id_ce_keyUsage, true, keyUsage(content));
  if (content.extendedKeyUsage.length > 0) add(id_ce_extKeyUsage, false, extendedKeyUsage(content.extendedKeyUsage));
  if (content.names.length > 0)
    add(id_ce_subjectAltName, false, new SubjectAlternativeName(content.names.map(generalName)));
  if (has('subjectKeyIdentifier')) {
    add(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(content.publicKey)));
  }
  if (has('authorityKeyIdentifier')) {
    const identifier = new KeyIdentifier(keyIdentifier(content.issuerKey.publicKey));
    add(id_ce_authorityKeyIdentifier, false, new AuthorityKeyIdentifier({ keyIdentifier: identifier }));
  }
  if (content.caIssuers.length > 0) add(id_pe_authorityInfoAccess, false, authorityInfoAccess(content.caIssuers));
  return extensions;
}

function keyUsage({ isCa, publicKey }: CertificateContent): KeyUsage {
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = KeyUsageFlags;
  if (isCa) return new KeyUsage(keyCertSign | cRLSign);
  return new KeyUsage(publicKey.asymmetricKeyType === 'rsa' ? digitalSignature | keyEncipherment : digitalSignature);
}

function extendedKeyUsage(purposes: readonly Purpose[]): ExtendedKeyUsage {
  return new ExtendedKeyUsage(
    purposes.map((purpose) => (purpose === 'serverAuth' ? id_kp_serverAuth : id_kp_clientAuth)),
  );
}

function generalName(name: string): GeneralName {
  return isIP(name) === 0 ? new GeneralName({ dNSName: name }) : new GeneralName({ iPAddress: name });
}

/** id-ad-caIssuers (RFC 5280 §4.2.2.1). */
const caIssuersMethod = '1.3.6.1.5.5.7.48.2';

function authorityInfoAccess(addresses: readonly string[]): AuthorityInfoAccessSyntax {
  return new AuthorityInfoAccessSyntax(
    addresses.map(
      (uniformResourceIdentifier) =>
        new AccessDescription({
          accessMethod: caIssuersMethod,
          accessLocation: new GeneralName({ uniformResourceIdentifier }),
        }),
    ),
  );
}

/** DER of a distinguished name, as it stands in certificates and in lists of acceptable authorities. */
export function encodeName(parts: NameParts): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(distinguishedName(parts)));
}

/** Values are PrintableString where its alphabet allows it (X.680 §41.4), as most CAs write them, else UTF8String. */
function distinguishedName(parts: NameParts): Name {
  return new Name(
    parts.map(([attribute, text]) => {
      const value = new AttributeValue(
        /^[\w '()+,./:=?-]*$/.test(text) && !text.includes('_') ? { printableString: text } : { utf8String: text },
      );
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type: attributeTypes[attribute], value })]);
    }),
  );
}

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** SHA-1 of the subjectPublicKey bits (RFC 5280 §4.2.1.2, method 1). */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const bits = new Uint8Array(publicKeyInfo(key).subjectPublicKey);
  return toArrayBuffer(createHash('sha1').update(bits).digest());
}

/** DER of NULL: the parameters of the RSA signature algorithms (RFC 4055 §5). */
const derNull = Uint8Array.of(0x05, 0x00).buffer;
const rsaSignatures: Readonly<Record<Digest, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
};
const ecdsaSignatures: Readonly<Record<Digest, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
};

function signatureAlgorithm(key: KeyObject, digest: Digest): AlgorithmIdentifier {
  if (key.asymmetricKeyType === 'rsa')
    return new AlgorithmIdentifier({ algorithm: rsaSignatures[digest], parameters: derNull });
  if (key.asymmetricKeyType === 'ed25519') return new AlgorithmIdentifier({ algorithm: '1.3.101.112' });
  return new AlgorithmIdentifier({ algorithm: ecdsaSignatures[digest] });
}

function signatureOver(signed: Uint8Array, { issuerKey, digest }: CertificateContent): Uint8Array {
  const { privateKey } = issuerKey;
  return sign(privateKey.asymmetricKeyType === 'ed25519' ? null : digest, signed, privateKey);
}

/** Content bytes of a DER INTEGER that is not negative: shortest form, a zero byte before a set top bit. */
function positiveInteger(bigEndian: Uint8Array): ArrayBuffer {
  const first = bigEndian.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? [0] : [...bigEndian.subarray(first)];
  return Uint8Array.from((digits[0] as number) >= 0x80 ? [0, ...digits] : digits).buffer;
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
