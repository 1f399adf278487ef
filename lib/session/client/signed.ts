/** What the signatures of a handshake are made over, and by which scheme ours are. */

import {
  codeText,
  concat,
  encode,
  type ServerKeyExchange,
  serverDhParams,
  serverEcdhParams,
  signatureSchemes,
  tlsVersion,
} from '../../wire/index.ts';
import { Malformed } from '../malformed.ts';
import type { ClientCredential } from './primitives.ts';

/** Content of CertificateVerify in TLS 1.3 (RFC 8446 §4.4.3). */
export function verifyContent(by: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
  const context = new TextEncoder().encode(`TLS 1.3, ${by} CertificateVerify`);
  return concat(new Uint8Array(64).fill(0x20), context, Uint8Array.of(0), transcriptHash);
}

/** Content of the signature in a ServerKeyExchange (RFC 5246 §7.4.3, RFC 8422 §5.4); null where it has none that is known here. */
export function keyExchangeContent(
  { ecdh, dh }: ServerKeyExchange,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): Uint8Array | null {
  if (ecdh !== undefined) return concat(clientRandom, serverRandom, encode(serverEcdhParams, ecdh));
  return dh === undefined ? null : concat(clientRandom, serverRandom, encode(serverDhParams, dh));
}

/**
 * A scheme must be one of those offered, and in TLS 1.3 one that it has for handshakes (RFC 8446 §4.4.3).
 * @param offered null when the hello does not say: nothing is checked then
 * @throws Malformed
 */
export function checkScheme(scheme: number, offered: readonly number[] | null, version: number): void {
  const name = `${signatureSchemes.nameOf(scheme)} (${codeText(scheme)})`;
  if (offered !== null && !offered.includes(scheme))
    throw new Malformed(`The server signs with ${name}, which was not offered.`);
  if (version >= tlsVersion['TLSv1.3'] && !isForTls13(scheme))
    throw new Malformed(`The server signs with ${name}, which TLS 1.3 does not have.`);
}

/** PKCS #1 v1.5, SHA-1, MD5, SHA-224 and DSA are not for the handshakes of TLS 1.3. */
function isForTls13(scheme: number): boolean {
  return !/^(?:rsa_pkcs1|dsa)_|_(?:sha1|md5|sha224)$/.test(signatureSchemes.nameOf(scheme));
}

/** The first scheme of the credential that the request takes; null when none fits. */
export function ownScheme({ schemes }: ClientCredential, requested: readonly number[], version: number): number | null {
  const fits = (scheme: number): boolean =>
    requested.includes(scheme) && (version < tlsVersion['TLSv1.3'] || isForTls13(scheme));
  return schemes.find(fits) ?? null;
}
