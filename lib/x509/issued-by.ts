/** Did this CA sign that certificate? Names and dates alone do not tell: a CA that was made anew may keep its name. */

import { type CertificateFrame, readFrame } from './frame.ts';
import { nameKey } from './name-key.ts';
import type { VerifySignature } from './signature.ts';

/**
 * `verified`: the signature of `certificate` fits the key of `ca`. `not-verified`: `ca` has the issuer's name, but not its key.
 * `unknown`: another name, bytes that cannot be read, or a signature that was not checked.
 */
export async function issuedBy(
  certificate: Uint8Array,
  ca: Uint8Array,
  verify: VerifySignature,
): Promise<'verified' | 'not-verified' | 'unknown'> {
  const [child, issuer] = [frameOf(certificate), frameOf(ca)];
  if (child === null || issuer === null || nameKey(child.issuer) !== nameKey(issuer.subject)) return 'unknown';
  const result = await verify(issuer.spki, child.signatureAlgorithm, child.tbs, child.signature);
  return typeof result === 'string' ? 'unknown' : result ? 'verified' : 'not-verified';
}

function frameOf(der: Uint8Array): CertificateFrame | null {
  try {
    return readFrame(der);
  } catch {
    return null;
  }
}
