/** Extensions about certificates: status, transparency, types, compression, authorities. */

import type { TypeOf } from '../codec.ts';
import { opaque, rest, struct, u8, u16, vec, when } from '../combinators.ts';
import { certificateStatusType } from '../registry/extension-values.ts';

type Fields = Readonly<Record<string, unknown>>;
const isOcsp = ({ statusType }: Fields): boolean => statusType === certificateStatusType.ocsp;
const isOcspMulti = ({ statusType }: Fields): boolean => statusType === certificateStatusType.ocsp_multi;
const isEither = (fields: Fields): boolean => isOcsp(fields) || isOcspMulti(fields);

const responderIds = vec(2, opaque(2, { min: 1 }));
const requestExtensions = opaque(2);

/** status_request in ClientHello (RFC 6066 §8). `request` holds the body of a status type other than ocsp. */
export const certificateStatusRequest = struct({
  statusType: u8,
  responderIds: when(isOcsp, responderIds),
  requestExtensions: when(isOcsp, requestExtensions),
  request: when((fields) => !isOcsp(fields), rest),
});
export type CertificateStatusRequest = TypeOf<typeof certificateStatusRequest>;

/** status_request_v2 in ClientHello (RFC 6961 §2.2). `request`: responder ids and extensions, with their own lengths. */
export const certificateStatusRequestList = vec(2, struct({ statusType: u8, request: opaque(2) }), { min: 1 });

/**
 * CertificateStatus message (RFC 6066 §8, RFC 6961 §2.2), and status_request in a Certificate entry (RFC 8446 §4.4.2.1).
 * `response`: one OCSP response; `responses`: one per certificate, empty where there is none.
 */
export const certificateStatus = struct({
  statusType: u8,
  response: when(isOcsp, opaque(3, { min: 1 })),
  responses: when(isOcspMulti, vec(3, opaque(3), { min: 1 })),
  other: when((fields) => !isEither(fields), rest),
});
export type CertificateStatus = TypeOf<typeof certificateStatus>;

/** signed_certificate_timestamp as answered (RFC 6962 §3.3). */
export const signedCertificateTimestampList = vec(2, opaque(2, { min: 1 }), { min: 1 });

/** client_certificate_type, server_certificate_type as offered (RFC 7250 §3); the answer is one type. */
export const certificateTypeList = vec(1, u8, { min: 1 });
export const selectedCertificateType = u8;

/** compress_certificate (RFC 8879 §3): see `certificateCompressionAlgorithm`. */
export const certificateCompressionAlgorithms = vec(1, u16, { min: 1 });

/** certificate_authorities (RFC 8446 §4.2.4): DER-encoded distinguished names. */
export const certificateAuthorities = vec(2, opaque(2, { min: 1 }), { min: 1 });

/** oid_filters (RFC 8446 §4.2.5): DER-encoded object identifiers and values. */
export const oidFilters = vec(2, struct({ oid: opaque(1, { min: 1 }), values: opaque(2) }));
