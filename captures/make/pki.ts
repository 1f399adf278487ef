/** The certificates of the made captures: fixed names, dates and serial numbers, signatures without randomness. */

import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { type CertificateContent, encodeCertificate, type KeyPair, type NameParts } from '../../lib/lab/index.ts';
import { ed25519Key } from '../../test/support/capture/tls/keys.ts';
import type { Identity } from '../../test/support/capture/tls/messages.ts';
import { type KeyName, rsaKey } from './keys.ts';

export interface Authority {
  readonly der: Uint8Array;
  readonly name: NameParts;
  readonly key: KeyPair;
}

export interface Validity {
  readonly notBefore: string;
  readonly notAfter: string;
}

/** DER of a certificate's subject, as CertificateRequest lists it. */
export function subjectOf(der: Uint8Array): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(AsnConvert.parse(der, Certificate).tbsCertificate.subject));
}

export const managerUuid = '3f0c1a52-8d3e-11ef-b2a4-5254001a2b3c';
export const deviceUuid = '91be77d0-8d41-11ef-9c55-52540017d1e8';
const organisation: NameParts = [['O', 'Cisco Systems, Inc']];
const unit: NameParts = [['OU', 'Intrusion Management System']];

/** A CA as management centers make it: X.509 v1, serial 0, no extensions, valid for 3650 days. */
export function internalCa(key: 'internal-ca' | 'other-internal-ca', validity: Validity): Authority {
  const name: NameParts = [['title', 'InternalCA'], ...unit, ['CN', managerUuid], ...organisation];
  const pair = rsaKey(key);
  return {
    der: issue({ name, issuer: { name, key: pair }, key: pair, serial: 0, validity, version: 1 }),
    name,
    key: pair,
  };
}

/** An sftunnel certificate: who it is for is the UUID in CN, the only host name is `localhost`. */
export function sftunnelIdentity(
  key: 'manager' | 'device',
  issuer: Authority,
  validity: Validity,
  withCa: boolean,
): Identity {
  const uuid = key === 'manager' ? managerUuid : deviceUuid;
  const name: NameParts = [...unit, ...organisation, ['CN', uuid], ['title', 'sftunnel']];
  const pair = rsaKey(key);
  const der = issue({
    name,
    issuer,
    key: pair,
    serial: key === 'manager' ? 1 : 13,
    validity,
    names: ['localhost'],
    omit: ['keyUsage', 'subjectKeyIdentifier', 'authorityKeyIdentifier'],
  });
  return { certificates: withCa ? [der, issuer.der] : [der], privateKey: pair.privateKey };
}

const exampleOrganisation: NameParts = [
  ['C', 'JP'],
  ['O', 'Example'],
];
const caValidity: Validity = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2040-01-01T00:00:00Z' };
const leafValidity: Validity = { notBefore: '2026-01-15T00:00:00Z', notAfter: '2027-01-15T00:00:00Z' };

/** The root that clients of the made captures trust; it is never sent. */
export const exampleRoot = authority('Example Root CA', 'root', null);
export const exampleIssuer = authority('Example Issuing CA', 'intermediate', exampleRoot);

export interface LeafOptions {
  readonly validity?: Validity;
  /** Default: serverAuth. */
  readonly client?: boolean;
  /** Default: the RSA key `server`. */
  readonly key?: KeyPair;
  readonly serial?: number;
}

/** A leaf for host names (the first one is CN, too), with its intermediate. */
export function webIdentity(names: readonly string[], options: LeafOptions = {}): Identity {
  const { validity = leafValidity, client = false, key = rsaKey('server'), serial = 0x2001 } = options;
  const der = issue({
    name: [...exampleOrganisation, ['CN', names[0] as string]],
    issuer: exampleIssuer,
    key,
    serial,
    validity,
    names: client ? [] : names,
    extendedKeyUsage: [client ? 'clientAuth' : 'serverAuth'],
  });
  return { certificates: [der, exampleIssuer.der], privateKey: key.privateKey };
}

/** The same with an Ed25519 key, for TLS 1.3. */
export function ed25519Identity(names: readonly string[], seed: number, options: LeafOptions = {}): Identity {
  return webIdentity(names, { ...options, key: ed25519Key(new Uint8Array(32).fill(seed)) });
}

function authority(commonName: string, key: KeyName, issuer: Authority | null): Authority {
  const name: NameParts = [...exampleOrganisation, ['CN', commonName]];
  const pair = rsaKey(key);
  const der = issue({
    name,
    issuer: issuer ?? { name, key: pair },
    key: pair,
    serial: issuer === null ? 1 : 0x1001,
    validity: caValidity,
    isCa: true,
    extendedKeyUsage: [],
  });
  return { der, name, key: pair };
}

interface Issue extends Partial<Pick<CertificateContent, 'version' | 'isCa' | 'names' | 'extendedKeyUsage' | 'omit'>> {
  readonly name: NameParts;
  readonly issuer: Pick<Authority, 'name' | 'key'>;
  readonly key: KeyPair;
  readonly serial: number;
  readonly validity: Validity;
}

function issue({ name, issuer, key, serial, validity, ...rest }: Issue): Uint8Array {
  return encodeCertificate({
    version: 3,
    serial: Uint8Array.of(serial >> 8, serial),
    subject: name,
    issuer: issuer.name,
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    publicKey: key.publicKey,
    issuerKey: issuer.key,
    digest: 'sha256',
    isCa: false,
    pathLength: null,
    names: [],
    extendedKeyUsage: ['clientAuth', 'serverAuth'],
    caIssuers: [],
    omit: [],
    ...rest,
  });
}
