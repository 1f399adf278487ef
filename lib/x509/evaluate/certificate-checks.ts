/** What is against one certificate in its place on a path: as an issuer, as the leaf, or as either. */

import { sameBytes } from '../../wire/index.ts';
import { keyPurposeNames, oidName } from '../oid.ts';
import { signatureScheme } from '../signature.ts';
import type { ChainCertificate } from './certificate.ts';
import type { ChainProfile } from './profiles.ts';
import type { ChainReasonId } from './reasons.ts';

export interface Remark {
  readonly id: ChainReasonId;
  readonly detail: string | null;
}

export type Place = 'leaf' | 'intermediate' | 'anchor';

export const keyUsages = {
  digitalSignature: 0x8000,
  keyEncipherment: 0x2000,
  keyAgreement: 0x0800,
  certSign: 0x0400,
  crlSign: 0x0200,
};

/** Remarks of one id about one certificate: thousands of unknown extensions say no more than some do. */
const maxOfOneKind = 8;

export interface CheckContext {
  /** Milliseconds, a whole second. */
  readonly time: number;
  readonly usage: string | null;
  readonly profile: ChainProfile;
}

/** Every remark, whatever the profile makes of it. `place` is `anchor` for a root that ends a path; a root as leaf is a leaf. */
export function certificateRemarks(certificate: ChainCertificate, place: Place, context: CheckContext): Remark[] {
  const remarks: Remark[] = [];
  const told = new Map<ChainReasonId, number>();
  const remark = (id: ChainReasonId, detail: string | null = null): void => {
    const before = told.get(id) ?? 0;
    told.set(id, before + 1);
    if (before < maxOfOneKind) remarks.push({ id, detail });
  };
  const { profile } = context;
  if (place === 'anchor' && profile.anchor === 'key') return remarks;
  dates(certificate, context.time, remark);
  if (place === 'anchor' && profile.anchor === 'dates') return remarks;
  keys(certificate, profile, remark);
  if (place !== 'anchor') signature(certificate, profile, remark);
  if (place !== 'leaf') authority(certificate, place, profile, remark);
  usages(certificate, place, context.usage, remark);
  extensions(certificate, place, remark);
  encoding(certificate, place, remark);
  return remarks;
}

type Remarks = (id: ChainReasonId, detail?: string | null) => void;

function dates({ frame: { notBefore, notAfter } }: ChainCertificate, time: number, remark: Remarks): void {
  if (notBefore.date === null || notAfter.date === null) remark('date-unreadable');
  if (notAfter.date !== null && time > notAfter.date.getTime()) remark('expired', notAfter.date.toISOString());
  if (notBefore.date !== null && time < notBefore.date.getTime()) remark('not-yet-valid', notBefore.date.toISOString());
}

function keys({ key }: ChainCertificate, { keys: rules }: ChainProfile, remark: Remarks): void {
  const { type, bits, problem } = key;
  if (problem === 'key-curve-not-named') {
    if (!rules.oddKeys) remark('key-unsupported', 'a curve without a name');
  } else if (problem !== null) remark('key-unreadable');
  if (type === 'RSA' || type === 'RSA-PSS') {
    if (bits !== null && (bits < rules.rsaBits || (rules.rsaOctets && bits % 8 !== 0)))
      remark('weak-key', `RSA ${bits}`);
  } else if (type === 'EC') {
    if (bits !== null && rules.curveBits?.includes(bits) === false) remark('weak-key', `EC ${bits}`);
  } else if (/^\d/.test(type) || (type === 'DSA' && !rules.oddKeys)) remark('key-unsupported', type);
}

function signature({ frame }: ChainCertificate, { refusedHashes }: ChainProfile, remark: Remarks): void {
  const scheme = signatureScheme(frame.signatureAlgorithm);
  if (scheme !== null && 'hash' in scheme && refusedHashes.includes(scheme.hash)) remark('weak-signature', scheme.hash);
}

/** What an issuer needs (RFC 5280 §6.1.4 k, n). */
function authority(certificate: ChainCertificate, place: Place, profile: ChainProfile, remark: Remarks): void {
  const { basicConstraints, keyUsage, frame, selfIssued, unreadable } = certificate;
  const older = place === 'anchor' && frame.version < 3 && selfIssued && profile.versionOneRoots;
  if (basicConstraints === null) {
    if (!older && !unreadable.includes('basicConstraints')) remark('basic-constraints-missing');
  } else if (!basicConstraints.ca) remark('not-a-ca');
  if (keyUsage !== null && (keyUsage & keyUsages.certSign) === 0) remark('cert-sign-missing');
}

const anyPurpose = '2.5.29.37.0';

function usages(certificate: ChainCertificate, place: Place, usage: string | null, remark: Remarks): void {
  const { purposes, keyUsage } = certificate;
  const fits = usage === null || purposes === null || purposes.includes(usage) || purposes.includes(anyPurpose);
  const named = (oids: readonly string[]): string => oids.map((oid) => oidName(keyPurposeNames, oid)).join(', ');
  if (!fits) remark(place === 'anchor' ? 'wrong-usage-root' : 'wrong-usage', named(purposes));
  if (place === 'anchor' && purposes !== null) remark('usage-on-root');
  if (place !== 'leaf') return;
  if (purposes === null && usage !== null && !certificate.unreadable.includes('extKeyUsage')) remark('usage-missing');
  if (purposes?.includes(anyPurpose)) remark('usage-any');
  const { digitalSignature, keyEncipherment, keyAgreement } = keyUsages;
  const any = digitalSignature | (usage === serverAuth ? keyEncipherment | keyAgreement : 0);
  // A CA certificate as leaf has the usages of a CA.
  if (usage !== null && keyUsage !== null && (keyUsage & any) === 0 && certificate.basicConstraints?.ca !== true) {
    remark('wrong-key-usage');
  }
}

export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Extensions that decide, and so must be understood wherever they are. */
const deciding = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'subjectAltName',
  'nameConstraints',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
];
/** Critical ones that are processed; the identifiers and access information only help to find certificates. */
const processed = new Set([
  ...deciding,
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'authorityInfoAccess',
  'issuerAltName',
]);
/** Microsoft's copy of extKeyUsage: where both are there, it says nothing more. */
const applicationPolicies = '1.3.6.1.4.1.311.21.10';
const neverCritical = [
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'authorityInfoAccess',
  'subjectInfoAccess',
  'freshestCRL',
];

function extensions(certificate: ChainCertificate, place: Place, remark: Remarks): void {
  const { extensions: all, constraints, basicConstraints, policies } = certificate;
  const isCritical = (name: string): boolean => all.get(name)?.critical === true;
  for (const name of certificate.duplicates) remark('extension-duplicate', name);
  for (const name of certificate.unreadable) {
    if (name !== 'nameConstraints')
      remark(deciding.includes(name) ? 'extension-unreadable' : 'extension-malformed', name);
  }
  for (const [name, { critical }] of all) {
    const repeats = name === applicationPolicies && all.has('extKeyUsage');
    if (critical && !processed.has(name) && !repeats) remark('critical-extension', name);
    if (critical && neverCritical.includes(name)) remark('extension-criticality', name);
  }
  for (const name of ['policyConstraints', 'inhibitAnyPolicy']) {
    if (all.has(name) && !isCritical(name)) remark('extension-criticality', name);
  }
  if (isCritical('certificatePolicies') && policies?.some(({ odd }) => odd))
    remark('critical-extension', 'a policy qualifier');
  if (place !== 'leaf' && basicConstraints?.ca === true && !isCritical('basicConstraints')) {
    remark('extension-criticality', 'basicConstraints');
  }
  const broken = certificate.unreadable.includes('nameConstraints');
  if (broken || (constraints !== null && constraints.problem !== null)) {
    remark('name-constraints-invalid', constraints?.problem ?? null);
  }
  if (all.has('nameConstraints')) {
    if (basicConstraints?.ca !== true) remark('name-constraints-in-leaf');
    else if (!isCritical('nameConstraints')) remark('name-constraints-not-critical');
  }
  if (place === 'leaf') leafExtensions(certificate, isCritical, remark);
  keyIdentifiers(certificate, place, remark);
}

function leafExtensions(
  { basicConstraints, keyUsage, alternativeNames, subject }: ChainCertificate,
  isCritical: (name: string) => boolean,
  remark: Remarks,
): void {
  if (basicConstraints?.ca === true) remark('leaf-is-ca');
  else {
    if (((keyUsage ?? 0) & keyUsages.certSign) !== 0) remark('ca-fields-in-leaf', 'keyCertSign');
    if (basicConstraints?.pathLength != null) remark('ca-fields-in-leaf', 'pathLenConstraint');
  }
  if (isCritical('extKeyUsage')) remark('extension-criticality', 'extKeyUsage');
  if (alternativeNames !== null && isCritical('subjectAltName') !== (subject === '')) remark('names-criticality');
}

function keyIdentifiers(certificate: ChainCertificate, place: Place, remark: Remarks): void {
  const { authorityKey, subjectKeyId, basicConstraints, selfIssued, frame } = certificate;
  if (frame.version < 3) return;
  if (subjectKeyId === null && (place !== 'leaf' || basicConstraints?.ca === true))
    remark('key-identifier', 'no subjectKeyIdentifier');
  if (authorityKey === null) {
    // A self-signed certificate may leave it out (RFC 5280 §4.2.1.1); whether a root is one is asked once there is a path to it.
    if (!selfIssued && place !== 'anchor') remark('key-identifier', 'no authorityKeyIdentifier');
    return;
  }
  if (authorityKey.keyId === null) remark('key-identifier', 'authorityKeyIdentifier without a key');
  if (place !== 'anchor' || !selfIssued) return;
  if (authorityKey.byCertificate) remark('key-identifier', 'authorityKeyIdentifier names a certificate');
  if (authorityKey.keyId !== null && subjectKeyId !== null && !sameBytes(authorityKey.keyId, subjectKeyId)) {
    remark('key-identifier', 'a root that names another key as its issuer');
  }
}

function encoding({ frame, subject, issuer }: ChainCertificate, place: Place, remark: Remarks): void {
  if (frame.version !== 3) remark('version', String(frame.version));
  if (subject === '' && place !== 'leaf') remark('subject-empty');
  if (issuer === '') remark('issuer-empty');
  for (const deviation of frame.deviations) {
    const [kind = ''] = deviation.split(':');
    if (kind === 'signature-algorithm-mismatch') remark(kind);
    else if (kind.startsWith('serial-')) {
      // Roots were made before the rule, and are named by their bytes.
      if (place !== 'anchor') remark('serial', deviation);
    } else if (kind === 'extensions-unreadable' || kind === 'extension-unreadable') remark('extension-unreadable');
    else if (kind !== 'date-unreadable') remark('encoding', deviation);
  }
}
