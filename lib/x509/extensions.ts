/** What the extensions of a certificate say (RFC 5280 §4.2), as far as chains, host names and reports need it. */

import type { CertificateFrame, Deviations, RawExtension } from './frame.ts';
import { subjectAltNames } from './general-names.ts';
import { extensionNames, oidName } from './oid.ts';
import { basicConstraintsCa, caIssuerUris, keyPurposes, keyUsageCertSign, subjectKeyId } from './schema.ts';
import { childrenOf, contentOf, rootTlv, tags } from './tlv.ts';

export interface CertificateExtensions {
  /** subjectAltName, as `subjectAltNames` writes it. */
  readonly names: readonly string[];
  readonly isCa: boolean;
  /** keyUsage allows (or is absent and so does not forbid) signing certificates. */
  readonly maySignCertificates: boolean;
  /** Dotted. Empty when the extension is absent. */
  readonly keyPurposes: readonly string[];
  readonly caIssuers: readonly string[];
  /** Null when absent or empty. */
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
}

type Note = Deviations['note'];

/**
 * Reads the extensions we know; one that cannot be decoded counts as absent and is told through `note`, so is a second one
 * of a kind (the first counts) and a critical one that we do not know.
 */
export function readExtensions(frame: Pick<CertificateFrame, 'extensions'>, note: Note): CertificateExtensions {
  const byName = new Map<string, RawExtension>();
  for (const extension of frame.extensions) {
    const name = oidName(extensionNames, extension.oid);
    if (byName.has(name)) note('extension-duplicate', name);
    else byName.set(name, extension);
    if (extension.critical && name === extension.oid) note('extension-critical-unknown', name);
  }
  const read = <T>(name: string, decode: (value: Uint8Array) => T | null): T | null => {
    const extension = byName.get(name);
    if (extension === undefined) return null;
    const value = attempt(() => decode(extension.value));
    if (value === null) note('extension-unreadable', name);
    return value;
  };
  const nonEmpty = (bytes: Uint8Array | null): Uint8Array | null => (bytes?.length ? bytes : null);
  return {
    names: read('subjectAltName', (value) => subjectAltNames(value, note)) ?? [],
    isCa: read('basicConstraints', basicConstraintsCa) ?? false,
    maySignCertificates: read('keyUsage', keyUsageCertSign) ?? true,
    keyPurposes: read('extKeyUsage', keyPurposes) ?? [],
    caIssuers: read('authorityInfoAccess', caIssuerUris) ?? [],
    subjectKeyId: nonEmpty(read('subjectKeyIdentifier', subjectKeyId)),
    authorityKeyId: nonEmpty(read('authorityKeyIdentifier', authorityKeyId)),
  };
}

/** keyIdentifier [0] of authorityKeyIdentifier (RFC 5280 §4.2.1.1); empty when it names the key another way. */
function authorityKeyId(value: Uint8Array): Uint8Array {
  const fields = childrenOf(value, rootTlv(value, tags.sequence, 'authorityKeyIdentifier'));
  const keyIdentifier = fields.find(({ tag }) => tag === 0x80);
  return keyIdentifier === undefined ? new Uint8Array() : contentOf(value, keyIdentifier);
}

/** The result, or null for bytes that were refused. */
function attempt<T>(decode: () => T | null): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
