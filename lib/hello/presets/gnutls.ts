/** GnuTLS as openconnect sets it up: the client that VPN headends of the AnyConnect family see next to Cisco's own. */

import {
  cipherSuite,
  ecPointFormat,
  group,
  pskKeyExchangeMode,
  signatureScheme,
  tlsVersion,
} from '../../wire/index.ts';
import {
  codesOf,
  emptyTicket,
  keyShares,
  ocspRequest,
  randomHex,
  renegotiationInfo,
  serverNames,
} from '../ingredients.ts';
import { padPast511 } from '../padding.ts';
import type { Preset } from '../preset.ts';

export const gnutls: Preset = {
  summary: {
    en: 'openconnect with GnuTLS 3.7, TLS 1.0 to 1.3, padded to 512 bytes',
    ja: 'openconnect (GnuTLS 3.7)、TLS 1.0〜1.3、512 バイトにパディング',
  },
  modelledOn: 'openconnect 9.01 with GnuTLS 3.7.9 (Debian 12): 512 bytes with and without a server name',
  make: ({ sni, random }) =>
    padPast511(
      {
        recordVersion: '0x0301',
        legacyVersion: '0x0303',
        random: randomHex(random, 32),
        sessionId: randomHex(random, 32),
        cipherSuites: codesOf(cipherSuite, suites),
        compressionMethods: [0],
        extensions: [
          ocspRequest,
          { type: '0x000a', groups: codesOf(group, groups) },
          { type: '0x000b', pointFormats: [ecPointFormat.uncompressed] },
          { type: '0x000d', signatureSchemes: codesOf(signatureScheme, schemes) },
          emptyTicket,
          { type: '0x0033', keyShares: keyShares([group.secp256r1, group.x25519], random) },
          { type: '0x002b', supportedVersions: codesOf(tlsVersion, ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0']) },
          renegotiationInfo,
          ...serverNames(sni),
          { type: '0x002d', pskModes: [pskKeyExchangeMode.psk_dhe_ke, pskKeyExchangeMode.psk_ke] },
          { type: '0x001c', recordSizeLimit: 16_385 },
        ],
      },
      0,
    ),
};

const groups = [
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'x25519',
  'x448',
  'ffdhe2048',
  'ffdhe3072',
  'ffdhe4096',
  'ffdhe6144',
  'ffdhe8192',
] as const;

const schemes = [
  'rsa_pkcs1_sha256',
  'rsa_pss_pss_sha256',
  'rsa_pss_rsae_sha256',
  'ecdsa_secp256r1_sha256',
  'ed25519',
  'rsa_pkcs1_sha384',
  'rsa_pss_pss_sha384',
  'rsa_pss_rsae_sha384',
  'ecdsa_secp384r1_sha384',
  'ed448',
  'rsa_pkcs1_sha512',
  'rsa_pss_pss_sha512',
  'rsa_pss_rsae_sha512',
  'ecdsa_secp521r1_sha512',
  'rsa_pkcs1_sha1',
  'ecdsa_sha1',
] as const;

const suites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_256_CCM',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_128_CCM',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_CCM',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_CCM',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256',
] as const;
