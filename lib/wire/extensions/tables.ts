/**
 * Which extensions each message can carry and how their bodies look there (RFC 8446 §4.2, and the RFC of each extension).
 * A new extension is one row per message. What has no row is kept as bytes, so GREASE and unknown types survive.
 */

import { extensionType as type, unregisteredExtensionType as unregistered } from '../registry/extension-types.ts';
import * as certificates from './certificates.ts';
import * as ech from './encrypted-client-hello.ts';
import * as groups from './groups.ts';
import * as names from './names.ts';
import * as psk from './psk.ts';
import * as short from './short-bodies.ts';
import * as signatures from './signatures.ts';

export const clientHelloExtensions = {
  [type.server_name]: names.serverNameList,
  [type.max_fragment_length]: short.maxFragmentLength,
  [type.client_certificate_url]: short.empty,
  [type.truncated_hmac]: short.empty,
  [type.status_request]: certificates.certificateStatusRequest,
  [type.supported_groups]: groups.namedGroupList,
  [type.ec_point_formats]: groups.ecPointFormatList,
  [type.srp]: names.srpIdentity,
  [type.signature_algorithms]: signatures.signatureSchemeList,
  [type.use_srtp]: short.useSrtp,
  [type.heartbeat]: short.heartbeat,
  [type.application_layer_protocol_negotiation]: names.protocolNameList,
  [type.status_request_v2]: certificates.certificateStatusRequestList,
  [type.signed_certificate_timestamp]: short.empty,
  [type.client_certificate_type]: certificates.certificateTypeList,
  [type.server_certificate_type]: certificates.certificateTypeList,
  [type.padding]: short.verbatim,
  [type.encrypt_then_mac]: short.empty,
  [type.extended_master_secret]: short.empty,
  [type.token_binding]: short.tokenBinding,
  [type.compress_certificate]: certificates.certificateCompressionAlgorithms,
  [type.record_size_limit]: short.recordSizeLimit,
  [type.tls_cert_with_extern_psk]: short.empty,
  [type.delegated_credential]: signatures.signatureSchemeList,
  [type.session_ticket]: short.verbatim,
  [type.pre_shared_key]: psk.offeredPsks,
  [type.early_data]: short.empty,
  [type.supported_versions]: short.versionList,
  [type.cookie]: short.cookie,
  [type.psk_key_exchange_modes]: psk.pskKeyExchangeModes,
  [type.certificate_authorities]: certificates.certificateAuthorities,
  [type.post_handshake_auth]: short.empty,
  [type.signature_algorithms_cert]: signatures.signatureSchemeList,
  [type.key_share]: groups.clientShares,
  [type.connection_id]: short.connectionId,
  [type.quic_transport_parameters]: short.verbatim,
  [type.ticket_request]: short.ticketRequest,
  [type.tls_flags]: short.tlsFlags,
  [type.encrypted_client_hello]: ech.echClientHello,
  [type.renegotiation_info]: short.renegotiatedConnection,
  [unregistered.next_protocol_negotiation]: short.empty,
  [unregistered.application_settings_old]: names.protocolNameList,
  [unregistered.application_settings]: names.protocolNameList,
  [unregistered.channel_id_old]: short.empty,
  [unregistered.channel_id]: short.empty,
  [unregistered.quic_transport_parameters_draft]: short.verbatim,
} as const;

/** ServerHello of every version. */
export const serverHelloExtensions = {
  [type.server_name]: short.empty,
  [type.max_fragment_length]: short.maxFragmentLength,
  [type.truncated_hmac]: short.empty,
  [type.status_request]: short.empty,
  [type.ec_point_formats]: groups.ecPointFormatList,
  [type.use_srtp]: short.useSrtp,
  [type.heartbeat]: short.heartbeat,
  [type.application_layer_protocol_negotiation]: names.selectedProtocol,
  [type.status_request_v2]: short.empty,
  [type.signed_certificate_timestamp]: certificates.signedCertificateTimestampList,
  [type.client_certificate_type]: certificates.selectedCertificateType,
  [type.server_certificate_type]: certificates.selectedCertificateType,
  [type.encrypt_then_mac]: short.empty,
  [type.extended_master_secret]: short.empty,
  [type.token_binding]: short.tokenBinding,
  [type.record_size_limit]: short.recordSizeLimit,
  [type.tls_cert_with_extern_psk]: short.empty,
  [type.session_ticket]: short.empty,
  [type.pre_shared_key]: psk.selectedIdentity,
  [type.supported_versions]: short.selectedVersion,
  [type.key_share]: groups.keyShareEntry,
  [type.connection_id]: short.connectionId,
  [type.renegotiation_info]: short.renegotiatedConnection,
  [unregistered.next_protocol_negotiation]: names.nextProtocols,
  [unregistered.channel_id_old]: short.empty,
  [unregistered.channel_id]: short.empty,
} as const;

export const helloRetryRequestExtensions = {
  [type.supported_versions]: short.selectedVersion,
  [type.cookie]: short.cookie,
  [type.key_share]: groups.selectedGroup,
  [type.encrypted_client_hello]: ech.echConfirmation,
} as const;

export const encryptedExtensionsExtensions = {
  [type.server_name]: short.empty,
  [type.max_fragment_length]: short.maxFragmentLength,
  [type.supported_groups]: groups.namedGroupList,
  [type.use_srtp]: short.useSrtp,
  [type.heartbeat]: short.heartbeat,
  [type.application_layer_protocol_negotiation]: names.selectedProtocol,
  [type.client_certificate_type]: certificates.selectedCertificateType,
  [type.server_certificate_type]: certificates.selectedCertificateType,
  [type.record_size_limit]: short.recordSizeLimit,
  [type.early_data]: short.empty,
  [type.quic_transport_parameters]: short.verbatim,
  [type.ticket_request]: short.ticketRequestHint,
  [type.tls_flags]: short.tlsFlags,
  [type.encrypted_client_hello]: ech.echRetryConfigs,
  [unregistered.application_settings_old]: short.verbatim,
  [unregistered.application_settings]: short.verbatim,
  [unregistered.quic_transport_parameters_draft]: short.verbatim,
} as const;

/** One entry of a TLS 1.3 Certificate. */
export const certificateEntryExtensions = {
  [type.status_request]: certificates.certificateStatus,
  [type.signed_certificate_timestamp]: certificates.signedCertificateTimestampList,
  [type.delegated_credential]: signatures.delegatedCredential,
} as const;

/** TLS 1.3 CertificateRequest. */
export const certificateRequestExtensions = {
  [type.status_request]: short.empty,
  [type.signature_algorithms]: signatures.signatureSchemeList,
  [type.signed_certificate_timestamp]: short.empty,
  [type.compress_certificate]: certificates.certificateCompressionAlgorithms,
  [type.delegated_credential]: signatures.signatureSchemeList,
  [type.certificate_authorities]: certificates.certificateAuthorities,
  [type.oid_filters]: certificates.oidFilters,
  [type.signature_algorithms_cert]: signatures.signatureSchemeList,
} as const;

/** TLS 1.3 NewSessionTicket. */
export const newSessionTicketExtensions = {
  [type.early_data]: short.maxEarlyDataSize,
  [type.tls_flags]: short.tlsFlags,
} as const;
