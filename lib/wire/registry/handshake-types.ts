/**
 * TLS HandshakeType. Compared one by one with a list made from IANA's (24 of 24 the same, without hello_request), Zeek's table of
 * 2026 (20 the same, 5 absent there) and Wireshark 4.0 (20 the same, 5 absent).
 */

import { defineRegistry } from './registry.ts';

export const handshakeType = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  hello_verify_request: 3,
  new_session_ticket: 4,
  end_of_early_data: 5,
  /** Never sent by TLS 1.3 as published: it marks a ServerHello by its random (RFC 8446 §4.1.3). */
  hello_retry_request: 6,
  encrypted_extensions: 8,
  request_connection_id: 9,
  new_connection_id: 10,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  client_certificate_request: 17,
  finished: 20,
  certificate_url: 21,
  certificate_status: 22,
  supplemental_data: 23,
  key_update: 24,
  compressed_certificate: 25,
  ekt_key: 26,
  message_hash: 254,
} as const;

/** Of the extensions next_protocol_negotiation and channel_id, never registered. */
export const unregisteredHandshakeType = { next_protocol: 67, channel_id: 203 } as const;

export const handshakeTypes = defineRegistry('IANA TLS HandshakeType, 2026', handshakeType, {
  source: 'draft-agl-tls-nextprotoneg-04, draft-balfanz-tls-channelid-01',
  codes: unregisteredHandshakeType,
});
