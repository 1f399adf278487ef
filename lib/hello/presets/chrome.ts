/** Chrome with GREASE (RFC 8701): before and after post-quantum key shares. */

import type { Code } from '../../evidence/index.ts';
import {
  certificateCompressionAlgorithm,
  cipherSuite,
  codeText,
  ecPointFormat,
  group,
  pskKeyExchangeMode,
  signatureScheme,
  tlsVersion,
} from '../../wire/index.ts';
import {
  codesOf,
  emptyTicket,
  extendedMasterSecret,
  keyShares,
  ocspRequest,
  randomHex,
  renegotiationInfo,
  serverNames,
  signedCertificateTimestamp,
} from '../ingredients.ts';
import { padPast511 } from '../padding.ts';
import type { Preset, PresetOptions } from '../preset.ts';
import type { RandomBytes } from '../shares.ts';
import type { ExtensionSpec, HelloSpec } from '../spec.ts';

export const browser: Preset = {
  summary: {
    en: 'Chrome without post-quantum key share: GREASE, HTTP/2, padded to 512 bytes',
    ja: '耐量子鍵共有のない Chrome: GREASE、HTTP/2、512 バイトにパディング',
  },
  modelledOn: 'Chrome 102: extensions in the order of a published field list, JA4 t13d1516h2_8daaf6152771_e5627efa2ab1',
  make: (options) => padPast511(browserHello(options), 1),
};

export const browserMlkem: Preset = {
  summary: {
    en: 'Chrome with an X25519MLKEM768 key share: about 1700 bytes, two TCP segments',
    ja: 'X25519MLKEM768 の鍵共有を送る Chrome: 約 1700 バイト、TCP セグメント 2 個',
  },
  modelledOn:
    'Chrome 131 and later (extension order fixed here, random there), JA4 t13d1516h2_8daaf6152771_d8a2da3f94cd',
  make: mlkemHello,
};

function browserHello({ sni, random }: PresetOptions): HelloSpec {
  const grease = drawGrease(random);
  return {
    ...usualFields(grease, random),
    extensions: [
      { type: grease.firstExtension, data: '' },
      ...serverNames(sni),
      extendedMasterSecret,
      renegotiationInfo,
      { type: '0x000a', groups: [grease.group, ...codesOf(group, curves)] },
      { type: '0x000b', pointFormats: [ecPointFormat.uncompressed] },
      emptyTicket,
      { type: '0x0010', alpn: ['h2', 'http/1.1'] },
      ocspRequest,
      { type: '0x000d', signatureSchemes: codesOf(signatureScheme, schemes) },
      signedCertificateTimestamp,
      { type: '0x0033', keyShares: [greaseShare(grease), ...keyShares([group.x25519], random)] },
      { type: '0x002d', pskModes: [pskKeyExchangeMode.psk_dhe_ke] },
      { type: '0x002b', supportedVersions: [grease.version, ...codesOf(tlsVersion, ['TLSv1.3', 'TLSv1.2'])] },
      { type: '0x001b', certificateCompression: codesOf(certificateCompressionAlgorithm, ['brotli']) },
      { type: '0x4469', alpn: ['h2'] },
      { type: grease.lastExtension, data: '00' },
    ],
  };
}

function mlkemHello(options: PresetOptions): HelloSpec {
  const { sni, random } = options;
  const grease = drawGrease(random);
  return {
    ...usualFields(grease, random),
    extensions: [
      { type: grease.firstExtension, data: '' },
      { type: '0x000d', signatureSchemes: codesOf(signatureScheme, schemes) },
      signedCertificateTimestamp,
      { type: '0x002d', pskModes: [pskKeyExchangeMode.psk_dhe_ke] },
      { type: '0x001b', certificateCompression: codesOf(certificateCompressionAlgorithm, ['brotli']) },
      greaseEch(random),
      { type: '0x002b', supportedVersions: [grease.version, ...codesOf(tlsVersion, ['TLSv1.3', 'TLSv1.2'])] },
      { type: '0x0033', keyShares: [greaseShare(grease), ...keyShares([group.X25519MLKEM768, group.x25519], random)] },
      ...serverNames(sni),
      { type: '0x000b', pointFormats: [ecPointFormat.uncompressed] },
      emptyTicket,
      ocspRequest,
      extendedMasterSecret,
      { type: '0x0010', alpn: ['h2', 'http/1.1'] },
      { type: '0x000a', groups: [grease.group, ...codesOf(group, ['X25519MLKEM768', ...curves])] },
      renegotiationInfo,
      { type: '0x44cd', alpn: ['h2'] },
      { type: grease.lastExtension, data: '00' },
    ],
  };
}

function usualFields(grease: Grease, random: RandomBytes): Omit<HelloSpec, 'extensions'> {
  return {
    recordVersion: '0x0301',
    legacyVersion: '0x0303',
    random: randomHex(random, 32),
    sessionId: randomHex(random, 32),
    cipherSuites: [grease.cipherSuite, ...codesOf(cipherSuite, suites)],
    compressionMethods: [0],
  };
}

/** The reserved values of one hello; those of the two extensions differ, as a type may occur only once. */
interface Grease {
  readonly cipherSuite: Code;
  readonly group: Code;
  readonly version: Code;
  readonly firstExtension: Code;
  readonly lastExtension: Code;
}

function drawGrease(random: RandomBytes): Grease {
  const [suite = 0, curve = 0, version = 0, first = 0, last = 0] = random(5);
  const value = (seed: number): Code => codeText(0x0a0a + 0x1010 * (seed & 15));
  return {
    cipherSuite: value(suite),
    group: value(curve),
    version: value(version),
    firstExtension: value(first),
    lastExtension: value((first & 15) === (last & 15) ? last + 1 : last),
  };
}

const greaseShare = ({ group }: Grease): { group: Code; keyExchange: string } => ({ group, keyExchange: '00' });

/**
 * GREASE encrypted_client_hello (RFC 9849 §6.2): outer, HKDF-SHA256, AES-128-GCM, any configuration id, an X25519 key,
 * 144 bytes that look encrypted (the shortest of the four lengths that Chrome draws from).
 */
function greaseEch(random: RandomBytes): ExtensionSpec {
  const data = `0000010001${randomHex(random, 1)}0020${randomHex(random, 32)}0090${randomHex(random, 144)}`;
  return { type: '0xfe0d', data };
}

const curves = ['x25519', 'secp256r1', 'secp384r1'] as const;

const schemes = [
  'ecdsa_secp256r1_sha256',
  'rsa_pss_rsae_sha256',
  'rsa_pkcs1_sha256',
  'ecdsa_secp384r1_sha384',
  'rsa_pss_rsae_sha384',
  'rsa_pkcs1_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha512',
] as const;

const suites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
] as const;
