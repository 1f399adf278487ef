/** CertificateRequest: the server wants the client to authenticate. Its form changed in TLS 1.2 and in TLS 1.3. */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u8, u16, vec } from '../combinators.ts';
import { extensionList } from '../extensions/extension.ts';
import { certificateRequestExtensions } from '../extensions/tables.ts';

const certificateTypes = vec(1, u8, { min: 1 });
/** DER-encoded distinguished names; an empty list accepts any authority. */
const certificateAuthorities = vec(2, opaque(2, { min: 1 }));

/** SSL 3.0 to TLS 1.1 (RFC 4346 §7.4.4). */
export const certificateRequestTls10 = struct({ certificateTypes, certificateAuthorities });
export type CertificateRequestTls10 = TypeOf<typeof certificateRequestTls10>;

/** TLS 1.2 (RFC 5246 §7.4.4). */
export const certificateRequestTls12 = struct({
  certificateTypes,
  supportedSignatureAlgorithms: vec(2, u16, { min: 1 }),
  certificateAuthorities,
});
export type CertificateRequestTls12 = TypeOf<typeof certificateRequestTls12>;

/** TLS 1.3 (RFC 8446 §4.3.2). */
export const certificateRequestTls13 = struct({
  certificateRequestContext: opaque(1),
  extensions: extensionList(certificateRequestExtensions),
});
export type CertificateRequestTls13 = TypeOf<typeof certificateRequestTls13>;
