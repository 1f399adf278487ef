/** The generic hello that probes vary: what a usual client would send for the versions and suites asked for. */

import {
  cipherSuite,
  cipherSuites,
  codeText,
  ecPointFormat,
  fromHex,
  group,
  HarnessError,
  pskKeyExchangeMode,
  signatureScheme,
  tlsVersion,
  toHex,
} from '../wire/index.ts';
import {
  emptyTicket,
  extendedMasterSecret,
  keyShares,
  numbersOf,
  randomHex,
  renegotiationInfo,
  serverNames,
} from './ingredients.ts';
import type { RandomBytes } from './shares.ts';
import { codeNumber, type ExtensionSpec, type HelloSpec } from './spec.ts';

export interface HelloOptions {
  /** Versions to offer, `0x0300` to `0x0304`; at least one. */
  readonly versions: readonly number[];
  /** In order of preference. Default: suites of these versions, current ones first, at most 64. */
  readonly cipherSuites?: readonly number[];
  /** Default: X25519, P-256, P-384, P-521. Sent where the versions or suites call for it, or when given. */
  readonly groups?: readonly number[];
  /** Groups to send a share for, with TLS 1.3 only. Default: the first of `groups`. Empty asks for HelloRetryRequest. */
  readonly keyShares?: readonly number[];
  /** Default: what OpenSSL 3.0 offers but for DSA and SHA-224, then SHA-1. Sent when TLS 1.2 or 1.3 is offered. */
  readonly signatureSchemes?: readonly number[];
  /** Host name; an IP address is left out (RFC 6066 §3). */
  readonly sni?: string | null;
  readonly alpn?: readonly string[];
  /** Hex. Default: 32 random bytes with TLS 1.3 (compatibility mode, RFC 8446 §D.4), else empty. */
  readonly sessionId?: string;
  /** Further extensions; one of a type that is there already replaces it. */
  readonly extra?: readonly ExtensionSpec[];
  readonly random: RandomBytes;
}

/**
 * A hello for these versions: legacy_version and supported_versions follow RFC 8446 §4.1.2 and §4.2.1, extensions are
 * those that the versions and suites call for. SSLv3 alone has none, but the renegotiation SCSV (RFC 5746 §3.3).
 * @throws HarnessError `bad-hello-spec` without versions, `no-key-share` for a group whose share cannot be made.
 */
export function buildHello(options: HelloOptions): HelloSpec {
  const { versions, random, extra = [] } = options;
  if (versions.length === 0) throw new HarnessError('bad-hello-spec', 'A hello must offer at least one version.');
  const highest = Math.max(...versions);
  const sslv3 = highest === tlsVersion.SSLv3;
  const suites = [...(options.cipherSuites ?? defaultSuites(versions))];
  if (sslv3 && !suites.includes(scsv)) suites.push(scsv);
  const extensions = sslv3 ? [] : usualExtensions(options, suites);
  return {
    recordVersion: codeText(sslv3 ? tlsVersion.SSLv3 : tlsVersion['TLSv1.0']),
    legacyVersion: codeText(Math.min(highest, tlsVersion['TLSv1.2'])),
    random: randomHex(random, 32),
    sessionId: sessionIdOf(options, highest),
    cipherSuites: suites.map(codeText),
    compressionMethods: [0],
    extensions: sslv3 && extra.length === 0 ? null : merge(extensions, extra),
  };
}

const scsv = cipherSuite.TLS_EMPTY_RENEGOTIATION_INFO_SCSV;

function sessionIdOf({ sessionId, random }: HelloOptions, highest: number): string {
  if (sessionId !== undefined) return toHex(fromHex(sessionId));
  return highest >= tlsVersion['TLSv1.3'] ? randomHex(random, 32) : '';
}

/** In an order that leaves a body in the last one: some servers refuse a hello that ends in an empty extension. */
function usualExtensions(options: HelloOptions, suites: readonly number[]): ExtensionSpec[] {
  const { versions, random } = options;
  const tls13 = versions.includes(tlsVersion['TLSv1.3']);
  const signatures = tls13 || versions.includes(tlsVersion['TLSv1.2']);
  const before13 = versions.some((version) => version < tlsVersion['TLSv1.3']);
  const curves = before13 && suites.some((suite) => cipherSuites.nameOf(suite).includes('_ECDH'));
  const groups = options.groups ?? defaultGroups;
  const renegotiation = before13 && !suites.includes(scsv);
  const list: readonly (ExtensionSpec | false)[] = [
    ...serverNames(options.sni),
    before13 && extendedMasterSecret,
    before13 && emptyTicket,
    renegotiation && renegotiationInfo,
    curves && { type: '0x000b', pointFormats: [ecPointFormat.uncompressed] },
    (curves || tls13 || options.groups !== undefined) && { type: '0x000a', groups: groups.map(codeText) },
    options.alpn !== undefined && { type: '0x0010', alpn: options.alpn },
    signatures && { type: '0x000d', signatureSchemes: (options.signatureSchemes ?? defaultSchemes).map(codeText) },
    tls13 && { type: '0x002b', supportedVersions: [...versions].sort((a, b) => b - a).map(codeText) },
    tls13 && { type: '0x002d', pskModes: [pskKeyExchangeMode.psk_dhe_ke] },
    tls13 && { type: '0x0033', keyShares: keyShares(options.keyShares ?? groups.slice(0, 1), random) },
  ];
  return list.filter((extension) => extension !== false);
}

function merge(usual: readonly ExtensionSpec[], extra: readonly ExtensionSpec[]): ExtensionSpec[] {
  const typeOf = ({ type }: ExtensionSpec): number => codeNumber(type);
  const replaced = usual.map((extension) => extra.find((other) => typeOf(other) === typeOf(extension)) ?? extension);
  return [...replaced, ...extra.filter((extension) => !replaced.includes(extension))];
}

function defaultSuites(versions: readonly number[]): number[] {
  const offers = (from: number, to: number): boolean => versions.some((version) => version >= from && version <= to);
  return [
    ...(offers(tlsVersion['TLSv1.3'], 0xffff) ? tls13Suites : []),
    ...(offers(tlsVersion['TLSv1.2'], tlsVersion['TLSv1.2']) ? tls12Suites : []),
    ...(offers(0, tlsVersion['TLSv1.2']) ? sha1Suites : []),
    ...(offers(0, tlsVersion['TLSv1.1']) ? legacySuites : []),
  ];
}

const defaultGroups = numbersOf(group, ['x25519', 'secp256r1', 'secp384r1', 'secp521r1']);

const defaultSchemes = numbersOf(signatureScheme, [
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'ed25519',
  'ed448',
  'rsa_pss_pss_sha256',
  'rsa_pss_pss_sha384',
  'rsa_pss_pss_sha512',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
  'ecdsa_sha1',
  'rsa_pkcs1_sha1',
]);

const tls13Suites = numbersOf(cipherSuite, [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
]);

const tls12Suites = numbersOf(cipherSuite, [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
]);

const sha1Suites = numbersOf(cipherSuite, [
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
]);

/** 3DES and RC4, which a server of TLS 1.1 or older may have nothing better than. */
const legacySuites = numbersOf(cipherSuite, [
  'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
  'TLS_ECDHE_RSA_WITH_RC4_128_SHA',
  'TLS_RSA_WITH_RC4_128_SHA',
  'TLS_RSA_WITH_RC4_128_MD5',
]);
