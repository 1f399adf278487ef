/** Hellos made for measuring, not after any client: as small as a server needs, and one that draws a tiny answer. */

import { cipherSuite, ecPointFormat, group, signatureScheme, tlsVersion } from '../../wire/index.ts';
import { buildHello } from '../build.ts';
import { codesOf, extendedMasterSecret, randomHex, serverNames } from '../ingredients.ts';
import type { Preset } from '../preset.ts';

/** Draws the whole certificate flight of a TLS 1.2 server, in clear, for 133 bytes and the server name. */
export const tls12Minimal: Preset = {
  summary: {
    en: 'TLS 1.2 only, small: draws the certificates in clear',
    ja: 'TLS 1.2 のみの小さな ClientHello: 証明書を平文で受け取る',
  },
  modelledOn: 'no client; suites and extensions that every TLS 1.2 server can answer',
  make: ({ sni, random }) => ({
    recordVersion: '0x0301',
    legacyVersion: '0x0303',
    random: randomHex(random, 32),
    sessionId: '',
    cipherSuites: codesOf(cipherSuite, suites),
    compressionMethods: [0],
    extensions: [
      ...serverNames(sni),
      extendedMasterSecret,
      { type: '0x000b', pointFormats: [ecPointFormat.uncompressed] },
      { type: '0x000a', groups: codesOf(group, ['x25519', 'secp256r1', 'secp384r1', 'secp521r1']) },
      { type: '0x000d', signatureSchemes: codesOf(signatureScheme, schemes) },
    ],
  }),
};

/** Empty key_share list: a TLS 1.3 server must answer with HelloRetryRequest (RFC 8446 §4.2.8), which is below 100 bytes. */
export const hrrPuller: Preset = {
  summary: {
    en: 'TLS 1.3 only, no key share: draws a HelloRetryRequest below 100 bytes',
    ja: 'TLS 1.3 のみ、鍵共有なし: 100 バイト未満の HelloRetryRequest を受け取る',
  },
  modelledOn: 'no client; RFC 8446 §4.2.8 allows the empty list',
  make: ({ sni, random }) =>
    buildHello({ versions: [tlsVersion['TLSv1.3']], keyShares: [], random, ...(sni !== undefined && { sni }) }),
};

const schemes = [
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
  'rsa_pkcs1_sha1',
] as const;

const suites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
] as const;
