/** Extensions whose presence is the message, and those that are one number. */

import { bytes, opaque, rest, struct, u8, u16, u32, vec } from '../combinators.ts';

/**
 * No body: extended_master_secret (RFC 7627 §5.1), encrypt_then_mac (RFC 7366 §2), post_handshake_auth (RFC 8446 §4.2.6),
 * and the acknowledgements that servers send. The value is an empty byte string.
 */
export const empty = bytes(0);

/** Body that only its owner understands: session_ticket (RFC 5077 §3.2), padding (RFC 7685 §3). */
export const verbatim = rest;

/** max_fragment_length (RFC 6066 §4): a code, see `maxFragmentLengthCode`. */
export const maxFragmentLength = u8;

/** heartbeat (RFC 6520 §2): see `heartbeatMode`. */
export const heartbeat = u8;

/** record_size_limit (RFC 8449 §4): bytes of plaintext. */
export const recordSizeLimit = u16;

/** early_data in NewSessionTicket (RFC 8446 §4.2.10): bytes of early data allowed. */
export const maxEarlyDataSize = u32;

/** cookie (RFC 8446 §4.2.2). */
export const cookie = opaque(2, { min: 1 });

/** renegotiation_info (RFC 5746 §3.2): empty in a first handshake. */
export const renegotiatedConnection = opaque(1);

/** connection_id (RFC 9146 §3). */
export const connectionId = opaque(1);

/** tls_flags: a bit set. */
export const tlsFlags = opaque(1, { min: 1 });

/** use_srtp (RFC 5764 §4.1.1). */
export const useSrtp = struct({ profiles: vec(2, u16, { min: 1 }), mki: opaque(1) });

/** token_binding (RFC 8472 §2). */
export const tokenBinding = struct({ majorVersion: u8, minorVersion: u8, keyParameters: vec(1, u8, { min: 1 }) });

/** ticket_request, client's form (RFC 9149 §3); the server answers with one number. */
export const ticketRequest = struct({ newSessionCount: u8, resumptionCount: u8 });
export const ticketRequestHint = u8;

/** supported_versions in ClientHello (RFC 8446 §4.2.1); the answer is one version. */
export const versionList = vec(1, u16, { min: 1, max: 127 });
export const selectedVersion = u16;
