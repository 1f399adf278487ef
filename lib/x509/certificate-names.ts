/** The two names of a certificate, for those who need nothing else of it: the rest is not looked at. */

import { readFrame } from './frame.ts';
import { nameText } from './name.ts';

export interface CertificateNames {
  /** RFC 4514 strings. */
  readonly subject: string;
  readonly issuer: string;
}

/** Null when the bytes are no certificate, or its names cannot be read. */
export function certificateNames(der: Uint8Array): CertificateNames | null {
  try {
    const { subject, issuer } = readFrame(der);
    return { subject: nameText(subject), issuer: nameText(issuer) };
  } catch {
    return null;
  }
}
