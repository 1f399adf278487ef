/**
 * TLS ExtensionType values. Compared one by one with a list made from IANA's (64 of 64 the same), Zeek's table of 2026 (the same
 * but for `SessionTicket TLS`, which IANA has renamed) and Wireshark 4.0 (48 the same, one in the plural, 15 newer ones absent).
 */

import { defineRegistry } from './registry.ts';

export const extensionType = {
  server_name: 0,
  max_fragment_length: 1,
  client_certificate_url: 2,
  trusted_ca_keys: 3,
  truncated_hmac: 4,
  status_request: 5,
  user_mapping: 6,
  client_authz: 7,
  server_authz: 8,
  cert_type: 9,
  supported_groups: 10,
  ec_point_formats: 11,
  srp: 12,
  signature_algorithms: 13,
  use_srtp: 14,
  heartbeat: 15,
  application_layer_protocol_negotiation: 16,
  status_request_v2: 17,
  signed_certificate_timestamp: 18,
  client_certificate_type: 19,
  server_certificate_type: 20,
  padding: 21,
  encrypt_then_mac: 22,
  extended_master_secret: 23,
  token_binding: 24,
  cached_info: 25,
  tls_lts: 26,
  compress_certificate: 27,
  record_size_limit: 28,
  pwd_protect: 29,
  pwd_clear: 30,
  password_salt: 31,
  ticket_pinning: 32,
  tls_cert_with_extern_psk: 33,
  delegated_credential: 34,
  session_ticket: 35,
  TLMSP: 36,
  TLMSP_proxying: 37,
  TLMSP_delegate: 38,
  supported_ekt_ciphers: 39,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  certificate_authorities: 47,
  oid_filters: 48,
  post_handshake_auth: 49,
  signature_algorithms_cert: 50,
  key_share: 51,
  transparency_info: 52,
  connection_id_deprecated: 53,
  connection_id: 54,
  external_id_hash: 55,
  external_session_id: 56,
  quic_transport_parameters: 57,
  ticket_request: 58,
  dnssec_chain: 59,
  sequence_number_encryption_algorithms: 60,
  rrc: 61,
  tls_flags: 62,
  ech_outer_extensions: 0xfd00,
  encrypted_client_hello: 0xfe0d,
  renegotiation_info: 0xff01,
} as const;

/** In use, never registered. */
export const unregisteredExtensionType = {
  /** draft-agl-tls-nextprotoneg-04 */
  next_protocol_negotiation: 13172,
  /** draft-vvv-tls-alps-00, first code point */
  application_settings_old: 17513,
  /** draft-vvv-tls-alps-01, second code point */
  application_settings: 17613,
  /** draft-balfanz-tls-channelid-00 and -01 */
  channel_id_old: 30031,
  channel_id: 30032,
  /** draft-ietf-tls-esni-02 */
  encrypted_server_name: 0xffce,
  /** draft-ietf-quic-tls-13 to -32 */
  quic_transport_parameters_draft: 0xffa5,
} as const;

export const extensionTypes = defineRegistry('IANA TLS ExtensionType Values, 2026', extensionType, {
  source: 'Internet-Drafts, not registered',
  codes: unregisteredExtensionType,
});
