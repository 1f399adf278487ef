/** Short names for tables: endpoints, certificates, cipher suites. The whole of them is in the CSV and the JSON. */

import type { Endpoint } from '../../evidence/index.ts';
import { cipherSuites } from '../../wire/index.ts';
import { nameAttributes, sftunnelShape } from '../../x509/names.ts';

/** `address:port`, an IPv6 address in brackets. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** CN of an RFC 4514 name, else its first attribute, else the name; for an sftunnel CA with its title. */
export function shortName(name: string): string {
  const attributes = nameAttributes(name);
  const value = (type: string): string | undefined => attributes.find((one) => one.type === type)?.value;
  const common = value('CN');
  if (common === undefined) return attributes[0]?.value ?? name;
  return sftunnelShape({ subject: name, issuer: name })?.role === 'InternalCA' ? `InternalCA ${common}` : common;
}

/**
 * The suite without what every name has: `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384` is `ECDHE-RSA-AES256-GCM`. The hash is left
 * out where the mode has its own integrity and the suite cannot be taken for another.
 */
export function shortSuite(code: string): string {
  const name = cipherSuites.nameOf(Number(code));
  return name
    .replace(/^TLS_/, '')
    .replace('_WITH_', '-')
    .replace(/(AES|CAMELLIA|ARIA)_(\d+)/, '$1$2')
    .replace(/(GCM|CCM|CCM_8|POLY1305)_SHA\d+$/, '$1')
    .replaceAll('_', '-');
}
