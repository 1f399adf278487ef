/** Every extension body: its codec, values of it, and encodings. The tests of whole messages use the values. */

import * as fc from 'fast-check';
import * as certificates from '../../lib/wire/extensions/certificates.ts';
import * as ech from '../../lib/wire/extensions/encrypted-client-hello.ts';
import * as groups from '../../lib/wire/extensions/groups.ts';
import * as names from '../../lib/wire/extensions/names.ts';
import * as psk from '../../lib/wire/extensions/psk.ts';
import * as short from '../../lib/wire/extensions/short-bodies.ts';
import * as signatures from '../../lib/wire/extensions/signatures.ts';
import * as wire from '../../lib/wire/index.ts';
import { bytes, exactly, fields, list, u8, u16, u32 } from './arbitraries.ts';
import type { CodecExamples } from './codec-laws.ts';

export interface Body {
  readonly name: string;
  readonly codec: wire.Codec<unknown>;
  readonly arbitrary: fc.Arbitrary<unknown>;
  readonly examples: CodecExamples;
}

const body = (
  name: string,
  codec: wire.Codec<unknown>,
  arbitrary: fc.Arbitrary<unknown>,
  ...vectors: string[]
): Body => ({
  name,
  codec,
  arbitrary,
  examples: { vectors },
});

const codes = list(u16, 1);
const strings = list(bytes(1), 1);
const share = fields({ group: u16, keyExchange: bytes(1) });
const identity = fields({ identity: bytes(1), obfuscatedTicketAge: u32 });

export const allBodies: readonly Body[] = [
  body(
    'server_name',
    names.serverNameList,
    list(fields({ nameType: u8, name: bytes(1) }), 1),
    '001200000f76706e2e6578616d706c652e636f6d',
  ),
  body('ALPN as offered', names.protocolNameList, strings, '000c02683208687474702f312e31'),
  body('ALPN as answered', names.selectedProtocol, list(bytes(1), 1, 1), '0003026832'),
  body('srp', names.srpIdentity, bytes(1), '0475736572'),
  body('supported_groups', groups.namedGroupList, codes, '0006001d00170018'),
  body('ec_point_formats', groups.ecPointFormatList, list(u8, 1), '03000102'),
  body('key_share of a server', groups.keyShareEntry, share, '001d0004a1a2a3a4'),
  body('key_share of a client', groups.clientShares, list(share), '0010001d0004a1a2a3a400170004b1b2b3b4', '0000'),
  body('supported_versions', short.versionList, codes, '0403040303'),
  body('signature_algorithms', signatures.signatureSchemeList, codes, '0006040308040401'),
  body(
    'delegated_credential',
    signatures.delegatedCredential,
    fields({
      validTime: u32,
      dcCertVerifyAlgorithm: u16,
      subjectPublicKeyInfo: bytes(1),
      algorithm: u16,
      signature: bytes(1),
    }),
    '00093a80040300000430020101040300023000',
  ),
  body(
    'pre_shared_key of a client',
    psk.offeredPsks,
    fields({ identities: list(identity, 1), binders: list(bytes(32, 48), 1) }),
    `000a0004a1a2a3a400000001002120${'5a'.repeat(32)}`,
  ),
  body('psk_key_exchange_modes', psk.pskKeyExchangeModes, list(u8, 1), '020100'),
  body('use_srtp', short.useSrtp, fields({ profiles: codes, mki: bytes() }), '00040001000200'),
  body('cookie', short.cookie, bytes(1), '0003c0ffee'),
  body('renegotiation_info', short.renegotiatedConnection, bytes(), '00', '0cabcdefabcdefabcdefabcdef'),
  body('connection_id', short.connectionId, bytes(), '0401020304'),
  body('tls_flags', short.tlsFlags, bytes(1), '0108'),
  body(
    'token_binding',
    short.tokenBinding,
    fields({ majorVersion: u8, minorVersion: u8, keyParameters: list(u8, 1) }),
    '0100020102',
  ),
  body('ticket_request', short.ticketRequest, fields({ newSessionCount: u8, resumptionCount: u8 }), '0201'),
  body('an empty body', short.empty, exactly(0), ''),
  body('one byte', wire.u8, u8, '01'),
  body('two bytes', wire.u16, u16, '4001'),
  body('four bytes', wire.u32, u32, '00004000'),
  body(
    'status_request_v2',
    certificates.certificateStatusRequestList,
    list(fields({ statusType: u8, request: bytes() }), 1),
    '000702000400000000',
  ),
  body('client_certificate_type', certificates.certificateTypeList, list(u8, 1), '020200'),
  body('compress_certificate', certificates.certificateCompressionAlgorithms, codes, '0400020001'),
  body('certificate_authorities', certificates.certificateAuthorities, strings, '000a00023000000430023100'),
  body(
    'oid_filters',
    certificates.oidFilters,
    list(fields({ oid: bytes(1), values: bytes() })),
    '000803551d0f00020780',
  ),
  body('signed_certificate_timestamp', certificates.signedCertificateTimestampList, strings, '00050003010203'),
  body('encrypted_client_hello of a HelloRetryRequest', ech.echConfirmation, exactly(8), '0102030405060708'),
  body('encrypted_client_hello of EncryptedExtensions', ech.echRetryConfigs, bytes(4), '0004fe0d0000'),
  body(
    'status_request of a client',
    certificates.certificateStatusRequest,
    fc.oneof(
      fields({ statusType: fc.constant(1), responderIds: list(bytes(1)), requestExtensions: bytes() }),
      fields({ statusType: fc.constantFrom(0, 2, 255), request: bytes() }),
    ),
    '0100000000',
    '0100040002aabb0001cc',
  ),
  body(
    'status_request of a Certificate entry',
    certificates.certificateStatus,
    fc.oneof(
      fields({ statusType: fc.constant(1), response: bytes(1) }),
      fields({ statusType: fc.constant(2), responses: list(bytes(), 1) }),
      fields({ statusType: fc.constantFrom(0, 3, 255), other: bytes() }),
    ),
    '010000020a00',
    '02000008000000000002aabb',
  ),
  body(
    'encrypted_client_hello of a client',
    ech.echClientHello,
    fc.oneof(
      fields({ type: fc.constant(0), kdf: u16, aead: u16, configId: u8, enc: bytes(), payload: bytes(1) }),
      fields({ type: fc.constantFrom(1, 2, 255), other: bytes() }),
    ),
    '00000100012a0004aabbccdd0003112233',
  ),
  {
    name: 'next_protocol_negotiation of a server',
    codec: names.nextProtocols,
    arbitrary: list(bytes(1)),
    examples: { vectors: ['02683208687474702f312e31'], legalCuts: () => [0, 3] },
  },
  {
    name: 'a body kept verbatim',
    codec: short.verbatim,
    arbitrary: bytes(),
    examples: { vectors: ['0102'], legalCuts: () => 'all', openEnded: true },
  },
];

/** Values by codec, for lists of whole extensions. */
export const bodies: ReadonlyMap<unknown, fc.Arbitrary<unknown>> = new Map(
  allBodies.map(({ codec, arbitrary }) => [codec, arbitrary] as const),
);
