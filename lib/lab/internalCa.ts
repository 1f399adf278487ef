/**
 * The private CA of an FMC and the certificates under it, shaped as those that Cisco's renewal guide prints: an X.509 v1 CA
 * with serial 0 and no extensions, devices named by a UUID, and `localhost` as the only host name.
 */

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { NamePart } from './certificate.ts';
import { type KeyPair, keyPair, prepareKeys } from './keys.ts';
import { daysAfter, type TestCertificate, type TestPki } from './pki.ts';

/** UUIDs of the lab's manager and of its device. */
export const labManagerUuid = '11111111-2222-11ef-8333-444444444444';
export const labDeviceUuid = '55555555-6666-11ef-8777-888888888888';

export interface InternalCaDates {
  /** Days from now. Default -3000. */
  readonly validFromDays?: number;
  /** Days from now. Default 650. */
  readonly validToDays?: number;
}

const authorities = new WeakMap<TestPki, Map<string, TestCertificate>>();
let authorityKey: KeyPair | undefined;

/** Makes the keys ahead of time, off the event loop. */
export async function prepareInternalCa(): Promise<void> {
  await prepareKeys(['RSA-2048']);
  authorityKey ??= await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
}

/** The InternalCA with these dates; the same one at every call with this PKI. After `prepareInternalCa`. */
export function internalCa(
  pki: TestPki,
  { validFromDays = -3000, validToDays = 650 }: InternalCaDates,
): TestCertificate {
  const made = authorities.get(pki) ?? new Map<string, TestCertificate>();
  authorities.set(pki, made);
  const dates = `${validFromDays} ${validToDays}`;
  const ca =
    made.get(dates) ??
    pki.issue({
      issuer: 'self',
      version: 1,
      serial: new Uint8Array(),
      subject: [['title', 'InternalCA'], unit, ['CN', labManagerUuid], organisation],
      key: authorityKey ?? keyPair('RSA-2048'),
      notBefore: daysAfter(pki.now, validFromDays),
      notAfter: daysAfter(pki.now, validToDays),
    });
  made.set(dates, ca);
  return ca;
}

/** A device's certificate under that CA, with the same dates unless others are given. */
export function sftunnelLeaf(pki: TestPki, ca: TestCertificate, dates: Required<InternalCaDates>): TestCertificate {
  return pki.issue({
    issuer: ca,
    names: ['localhost'],
    serial: Uint8Array.of(13),
    subject: [unit, organisation, ['CN', labDeviceUuid], ['title', 'sftunnel']],
    key: 'RSA-2048',
    extendedKeyUsage: ['clientAuth', 'serverAuth'],
    notBefore: daysAfter(pki.now, dates.validFromDays),
    notAfter: daysAfter(pki.now, dates.validToDays),
  });
}

const unit: NamePart = ['OU', 'Intrusion Management System'];
const organisation: NamePart = ['O', 'Cisco Systems, Inc'];
