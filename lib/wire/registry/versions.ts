/** Protocol versions as they stand in ClientHello, ServerHello, supported_versions and record headers. */

import { defineRegistry } from './registry.ts';

export const tlsVersion = {
  SSLv3: 0x0300,
  'TLSv1.0': 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
} as const;

export const tlsVersions = defineRegistry(
  'RFC 6101 §5.2.1, RFC 2246 §6.2.1, RFC 4346 §6.2.1, RFC 5246 §6.2.1, RFC 8446 §4.1.2',
  tlsVersion,
);

/** Versions of DTLS: falling numbers, so that none is a TLS version. There is no 1.1. */
export const dtlsVersion = {
  'DTLSv1.0': 0xfeff,
  'DTLSv1.2': 0xfefd,
  'DTLSv1.3': 0xfefc,
} as const;

/** Of OpenSSL before 0.9.8f, which Cisco's AnyConnect spoke: a draft of DTLS 1.0. */
export const unregisteredDtlsVersion = { 'DTLSv0.9': 0x0100 } as const;

export const dtlsVersions = defineRegistry('RFC 4347 §4.1, RFC 6347 §4.1, RFC 9147 §5.3', dtlsVersion, {
  source: 'OpenSSL, DTLS1_BAD_VER',
  codes: unregisteredDtlsVersion,
});
