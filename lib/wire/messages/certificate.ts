/** Messages that carry certificates and prove their keys. Certificates are DER, first the sender's own. */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u16, u24, vec } from '../combinators.ts';
import { extensionList } from '../extensions/extension.ts';
import { certificateEntryExtensions } from '../extensions/tables.ts';
import { tlsVersion } from '../registry/versions.ts';

const der = opaque(3, { min: 1 });

/** Certificate up to TLS 1.2 (RFC 5246 §7.4.2). A client without a certificate sends an empty list. */
export const certificateTls12 = struct({ certificateList: vec(3, der) });
export type CertificateTls12 = TypeOf<typeof certificateTls12>;

/** Certificate in TLS 1.3 (RFC 8446 §4.4.2). */
export const certificateTls13 = struct({
  certificateRequestContext: opaque(1),
  certificateList: vec(3, struct({ certificateData: der, extensions: extensionList(certificateEntryExtensions) })),
});
export type CertificateTls13 = TypeOf<typeof certificateTls13>;

/** CompressedCertificate (RFC 8879 §4). `uncompressedLength` is the sender's claim: check it before inflating. */
export const compressedCertificate = struct({
  algorithm: u16,
  uncompressedLength: u24,
  compressedCertificateMessage: opaque(3, { min: 1 }),
});
export type CompressedCertificate = TypeOf<typeof compressedCertificate>;

/** CertificateVerify from TLS 1.2 on (RFC 5246 §7.4.8, RFC 8446 §4.4.3): the algorithm is a SignatureScheme. */
export const certificateVerify = struct({ algorithm: u16, signature: opaque(2) });
export type CertificateVerify = TypeOf<typeof certificateVerify>;

/** CertificateVerify up to TLS 1.1 (RFC 4346 §7.4.8): the key's type implies the algorithm. */
export const certificateVerifyTls10 = struct({ signature: opaque(2) });
export type CertificateVerifyTls10 = TypeOf<typeof certificateVerifyTls10>;

/** True from TLS 1.2 on, where signatures name their algorithm (RFC 5246 §4.7). */
export function namesSignatureAlgorithm(version: number): boolean {
  return version >= tlsVersion['TLSv1.2'];
}
