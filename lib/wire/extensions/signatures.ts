/** Extensions that say which signatures are understood, and credentials made with them. */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u16, u32, vec } from '../combinators.ts';

/** signature_algorithms, signature_algorithms_cert (RFC 8446 §4.2.3), delegated_credential as offered (RFC 9345 §4.1.1). */
export const signatureSchemeList = vec(2, u16, { min: 1 });

/** delegated_credential in a Certificate entry (RFC 9345 §4). `validTime`: seconds after the certificate's notBefore. */
export const delegatedCredential = struct({
  validTime: u32,
  dcCertVerifyAlgorithm: u16,
  subjectPublicKeyInfo: opaque(3, { min: 1 }),
  algorithm: u16,
  signature: opaque(2, { min: 1 }),
});
export type DelegatedCredential = TypeOf<typeof delegatedCredential>;
