/** The messages of a server's flight up to TLS 1.2: their names, their order, and the facts inside them. */

import type { AlertEvidence, MessageName } from '../evidence/index.ts';
import {
  alertLevel,
  alerts,
  certificateRequestTls10,
  certificateRequestTls12,
  certificateRequestTls13,
  cipherSuites,
  decode,
  extensionType,
  findExtension,
  handshakeType,
  handshakeTypes,
  serverKeyExchange,
  suiteTraits,
  tlsVersion,
} from '../wire/index.ts';
import type { CertificateRequestFacts, Negotiated, ServerKeyExchangeFacts } from './flight.ts';

/** Evidence name of a handshake message type; `unknown` where the evidence has none. */
export function messageName(type: number): MessageName {
  return names.get(type) ?? 'unknown';
}

const evidenceNames: readonly MessageName[] = [
  'hello-request', 'client-hello', 'server-hello', 'hello-verify-request', 'new-session-ticket', 'encrypted-extensions',
  'certificate', 'server-key-exchange', 'certificate-request', 'server-hello-done', 'certificate-verify',
  'client-key-exchange', 'finished', 'certificate-status', 'key-update', 'compressed-certificate',
]; // biome-ignore format: a list
const names: ReadonlyMap<number, MessageName> = new Map(
  evidenceNames.map((name) => [handshakeTypes.codeOf(name.replaceAll('-', '_')) ?? Number.NaN, name]),
);

/**
 * Place of a message in the flight (RFC 5246 §7.3; supplemental_data RFC 4680 §3; certificate_status RFC 6066 §8), or
 * undefined when it has none there. Each comes at most once, in rising places. new_session_ticket belongs to a resumed
 * session (RFC 5077 §3.3), in which nothing but change_cipher_spec follows.
 */
export function placeInFlight(type: number): number | undefined {
  return places.get(type);
}

const places: ReadonlyMap<number, number> = new Map([
  [handshakeType.server_hello, 0],
  [handshakeType.supplemental_data, 1],
  [handshakeType.certificate, 2],
  [handshakeType.certificate_status, 3],
  [handshakeType.server_key_exchange, 4],
  [handshakeType.certificate_request, 5],
  [handshakeType.server_hello_done, 6],
]);

/** One sentence when a flight ends without a message that its suite cannot do without (RFC 5246 §7.4.2, §7.4.3), else null. */
export function missingMessage(
  { cipherSuite }: Negotiated,
  flight: { readonly certificates: readonly Uint8Array[]; readonly serverKeyExchange: ServerKeyExchangeFacts | null },
): string | null {
  const { keyExchange, authentication } = suiteTraits(cipherSuite) ?? {};
  const name = cipherSuites.nameOf(cipherSuite);
  if (byCertificate.has(authentication) && flight.certificates.length === 0)
    return `The flight has no certificate message, which ${name} needs.`;
  if (byServerKey.has(keyExchange) && flight.serverKeyExchange === null)
    return `The flight has no server_key_exchange message, which ${name} needs.`;
  return null;
}

const byCertificate: ReadonlySet<string | undefined> = new Set(['RSA', 'DSS', 'ECDSA']);
const byServerKey: ReadonlySet<string | undefined> = new Set(['DHE', 'ECDHE', 'DHE_PSK', 'ECDHE_PSK', 'SRP']);

/** @throws DecodeError */
export function serverKeyExchangeFacts(
  body: Uint8Array,
  { version, cipherSuite }: Negotiated,
): ServerKeyExchangeFacts | null {
  const kind = suiteTraits(cipherSuite);
  if (kind === undefined) return null;
  const { ecdh, dh, signed } = decode(serverKeyExchange(kind, version), body);
  return {
    group: ecdh?.namedCurve ?? null,
    signatureScheme: signed?.algorithm ?? null,
    dhBits: dh === undefined ? null : bitLength(dh.p),
  };
}

/** @throws DecodeError */
export function certificateRequestFacts(
  body: Uint8Array,
  { version }: Pick<Negotiated, 'version'>,
): CertificateRequestFacts {
  if (version >= tlsVersion['TLSv1.3']) {
    const { extensions } = decode(certificateRequestTls13, body);
    return {
      types: [],
      signatureSchemes: findExtension(extensions, extensionType.signature_algorithms) ?? [],
      authorities: findExtension(extensions, extensionType.certificate_authorities) ?? [],
    };
  }
  if (version < tlsVersion['TLSv1.2']) {
    const { certificateTypes, certificateAuthorities } = decode(certificateRequestTls10, body);
    return { types: certificateTypes, signatureSchemes: [], authorities: certificateAuthorities };
  }
  const { certificateTypes, supportedSignatureAlgorithms, certificateAuthorities } = decode(
    certificateRequestTls12,
    body,
  );
  return {
    types: certificateTypes,
    signatureSchemes: supportedSignatureAlgorithms,
    authorities: certificateAuthorities,
  };
}

export function serverAlert(level: number, code: number): AlertEvidence {
  const levelName = level === alertLevel.warning ? 'warning' : level === alertLevel.fatal ? 'fatal' : 'unknown';
  return { from: 'server', level: levelName, code, name: alerts.nameOf(code) };
}

/** Bits of an unsigned big-endian integer, leading zeros not counted. */
function bitLength(integer: Uint8Array): number {
  const first = integer.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return 8 * (integer.length - first) - Math.clz32(integer[first] ?? 0) + 24;
}
