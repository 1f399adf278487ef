/** The public key of a certificate, to compare with that of a private key. */

import { readFrame } from './frame.ts';

/** DER SubjectPublicKeyInfo as it stands in the certificate; null when the bytes are no certificate. */
export function certificatePublicKey(der: Uint8Array): Uint8Array | null {
  try {
    return readFrame(der).spki;
  } catch {
    return null;
  }
}
