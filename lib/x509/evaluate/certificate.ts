/** A certificate as path validation sees it: every extension that it must know, decoded once. */

import type { CertificateFrame, RawExtension } from '../frame.ts';
import { describeKey, type KeyDescription } from '../key.ts';
import { nameKey, rdnKeys } from '../name-key.ts';
import { extensionNames, oidName } from '../oid.ts';
import {
  basicConstraints,
  caIssuerUris,
  certificatePolicies,
  keyPurposes,
  keyUsageBits,
  policyConstraints,
  policyMappings,
  smallInteger,
  subjectKeyId,
} from '../schema.ts';
import { childrenOf, contentOf, rootTlv, tags } from '../tlv.ts';
import { type NameConstraints, readConstraints } from './constraints.ts';
import { type NameForms, nameForms, noNames, type SubjectNames, subjectNames } from './name-forms.ts';

export interface AuthorityKey {
  readonly keyId: Uint8Array | null;
  /** It names the issuer's certificate by issuer or serial as well. */
  readonly byCertificate: boolean;
}

export interface ChainCertificate {
  readonly frame: CertificateFrame;
  readonly sha256: string;
  readonly anchor: boolean;
  readonly subject: string;
  readonly issuer: string;
  readonly selfIssued: boolean;
  readonly subjectNames: SubjectNames;
  readonly key: KeyDescription & { readonly problem: string | null };
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  /** As `keyUsageBits` gives them. */
  readonly keyUsage: number | null;
  /** Dotted. */
  readonly purposes: readonly string[] | null;
  readonly alternativeNames: NameForms | null;
  readonly constraints: NameConstraints | null;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKey: AuthorityKey | null;
  readonly policies: { readonly policy: string; readonly odd: boolean }[] | null;
  readonly policyMappings: (readonly [issuer: string, subject: string])[] | null;
  readonly policyConstraints: {
    readonly requireExplicit: number | null;
    readonly inhibitMapping: number | null;
  } | null;
  readonly inhibitAny: number | null;
  /** By name as in `extensionNames`, else dotted; the first of each kind. */
  readonly extensions: ReadonlyMap<string, RawExtension>;
  readonly duplicates: readonly string[];
  /** Names of extensions that could not be decoded. */
  readonly unreadable: readonly string[];
}

/** @param sha256Of what hashes its bytes, when somebody asks */
export function chainCertificate(
  frame: CertificateFrame,
  anchor: boolean,
  sha256Of: (der: Uint8Array) => string,
): ChainCertificate {
  const extensions = new Map<string, RawExtension>();
  const duplicates: string[] = [];
  for (const extension of frame.extensions) {
    const name = oidName(extensionNames, extension.oid);
    if (extensions.has(name)) duplicates.push(name);
    else extensions.set(name, extension);
  }
  const unreadable: string[] = [];
  const read = <T>(name: string, decode: (value: Uint8Array) => T | null): T | null => {
    const extension = extensions.get(name);
    if (extension === undefined) return null;
    let value: T | null = null;
    try {
      value = decode(extension.value);
    } catch {
      // Told below.
    }
    if (value === null) unreadable.push(name);
    return value;
  };
  const [subject, issuer] = [nameKey(frame.subject), nameKey(frame.issuer)];
  let problem: string | null = null;
  const key = describeKey(frame.spki, (id, detail) => {
    problem ??= detail ?? id;
  });
  read('authorityInfoAccess', (value) => (caIssuerUris(value) === null ? null : nonEmpty(value)));
  let sha256: string | undefined;
  return {
    frame,
    get sha256() {
      sha256 ??= sha256Of(frame.der);
      return sha256;
    },
    anchor,
    subject,
    issuer,
    selfIssued: subject === issuer,
    subjectNames: subjectNames(frame.subject),
    key: { ...key, problem },
    extensions,
    duplicates,
    unreadable,
    basicConstraints: read('basicConstraints', basicConstraints),
    keyUsage: read('keyUsage', keyUsageBits),
    purposes: read('extKeyUsage', (value) => {
      const purposes = keyPurposes(value);
      return purposes?.length === 0 ? null : purposes;
    }),
    alternativeNames: read('subjectAltName', (value) => nonEmpty(value) && nameForms(value)),
    constraints: read('nameConstraints', readConstraints),
    subjectKeyId: read('subjectKeyIdentifier', subjectKeyId),
    authorityKey: read('authorityKeyIdentifier', authorityKey),
    policies: read('certificatePolicies', certificatePolicies),
    policyMappings: read('policyMappings', policyMappings),
    policyConstraints: read('policyConstraints', policyConstraints),
    inhibitAny: read('inhibitAnyPolicy', smallInteger),
  };
}

/** The names that constraints of an issuer are compared with (RFC 5280 §4.2.1.10). */
export function constrainedNames(certificate: ChainCertificate): NameForms {
  const names = certificate.alternativeNames ?? noNames();
  let directory: NameForms['directory'] | undefined;
  // A subject may have thousands of attributes, and few constraints are of these forms.
  return {
    ...names,
    get email() {
      return names.email.length === 0 ? certificate.subjectNames.emails : names.email;
    },
    get directory() {
      directory ??= [...subjectKeys(certificate), ...names.directory];
      return directory;
    },
  };
}

/** The subject as a directory name; none where it is empty. */
function subjectKeys({ frame, subject }: ChainCertificate): (readonly string[])[] {
  try {
    const keys = rdnKeys(frame.subject);
    return keys.length === 0 ? [] : [keys];
  } catch {
    return [[subject]];
  }
}

/** The SEQUENCE OF must have an element. */
function nonEmpty(value: Uint8Array): Uint8Array | null {
  return childrenOf(value, rootTlv(value, tags.sequence, 'list')).length === 0 ? null : value;
}

function authorityKey(value: Uint8Array): AuthorityKey {
  const fields = childrenOf(value, rootTlv(value, tags.sequence, 'authorityKeyIdentifier'));
  const keyId = fields.find(({ tag }) => tag === 0x80);
  return {
    keyId: keyId === undefined ? null : contentOf(value, keyId),
    byCertificate: fields.some(({ tag }) => tag === 0xa1 || tag === 0x82),
  };
}
