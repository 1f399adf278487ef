/** Which of the given roots bear the name of a certificate's issuer: candidates, whose signature is still to be checked. */

import { readFrame } from './frame.ts';
import type { RootSet } from './roots.ts';

/** DER of the roots with the issuer's name; empty where there is none, or the certificate cannot be read. */
export function givenIssuers(certificate: Uint8Array, roots: RootSet): Uint8Array[] {
  try {
    return roots.bySubject(readFrame(certificate).issuer).map(({ der }) => der);
  } catch {
    return [];
  }
}
