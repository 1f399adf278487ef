/** The small enumerations that extension and message bodies use. */

/** TLS Certificate Status Types (RFC 6066 §8, RFC 6961 §2.2). */
export const certificateStatusType = { ocsp: 1, ocsp_multi: 2 } as const;

/** NameType of server_name (RFC 6066 §3). */
export const serverNameType = { host_name: 0 } as const;

/** TLS EC Point Formats (RFC 8422 §5.1.2). */
export const ecPointFormat = { uncompressed: 0, ansiX962_compressed_prime: 1, ansiX962_compressed_char2: 2 } as const;

/** TLS EC Curve Types (RFC 8422 §5.4). */
export const ecCurveType = { explicit_prime: 1, explicit_char2: 2, named_curve: 3 } as const;

/** TLS PskKeyExchangeMode (RFC 8446 §4.2.9). */
export const pskKeyExchangeMode = { psk_ke: 0, psk_dhe_ke: 1 } as const;

/** TLS Certificate Compression Algorithm IDs (RFC 8879 §7.3). */
export const certificateCompressionAlgorithm = { zlib: 1, brotli: 2, zstd: 3 } as const;

/** TLS Certificate Types (RFC 7250 §3). */
export const certificateType = { X509: 0, OpenPGP: 1, RawPublicKey: 2, '1609Dot2': 3 } as const;

/** TLS Heartbeat Modes (RFC 6520 §2). */
export const heartbeatMode = { peer_allowed_to_send: 1, peer_not_allowed_to_send: 2 } as const;

/** max_fragment_length codes; the fragment is 2^(8 + code) bytes (RFC 6066 §4). */
export const maxFragmentLengthCode = { '2^9': 1, '2^10': 2, '2^11': 3, '2^12': 4 } as const;

/** ECHClientHelloType (RFC 9849 §5). */
export const echClientHelloType = { outer: 0, inner: 1 } as const;

/** KeyUpdateRequest (RFC 8446 §4.6.3). */
export const keyUpdateRequest = { update_not_requested: 0, update_requested: 1 } as const;

/** AlertLevel (RFC 5246 §7.2). */
export const alertLevel = { warning: 1, fatal: 2 } as const;

/** The one value of a change_cipher_spec message (RFC 5246 §7.1). */
export const changeCipherSpecType = { change_cipher_spec: 1 } as const;
