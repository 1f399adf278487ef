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
