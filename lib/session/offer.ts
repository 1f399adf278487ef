/** What a ClientHello offers, and whether a ServerHello kept to it. */

import type { Code, HandshakeEvidence } from '../evidence/index.ts';
import {
  type ClientHello,
  cipherSuites,
  clientHello,
  codeText,
  DecodeError,
  decode,
  extensionType,
  findExtension,
  type HelloRetryRequest,
  handshakeMessage,
  isGrease,
  isHelloRetryRequest,
  type ServerHello,
  suiteTraits,
  tlsVersion,
  tlsVersions,
} from '../wire/index.ts';
import type { Negotiated } from './flight.ts';

/** What a server may choose from; codes as numbers. */
export interface Offer {
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  /** Default: none but null compression. */
  readonly compressionMethods?: readonly number[];
}

export interface HelloFacts {
  readonly offer: Offer;
  /** For the evidence: the versions of supported_versions, or client_version alone where there is none (it means "up to"). GREASE left out. */
  readonly evidence: NonNullable<HandshakeEvidence['hello']>;
}

/**
 * Facts of a ClientHello, null when the message cannot be decoded (a malformed one sent on purpose).
 * @param message handshake message with its 4-byte header
 */
export function helloFacts(message: Uint8Array): HelloFacts | null {
  const hello = decoded(message);
  if (hello === null) return null;
  const supported = findExtension(hello.extensions, extensionType.supported_versions)?.filter(
    (version) => !isGrease(version),
  );
  const names = findExtension(hello.extensions, extensionType.server_name);
  const hostName = names?.[0]?.name;
  return {
    offer: {
      versions: offeredVersions(hello.legacyVersion, supported ?? []),
      cipherSuites: hello.cipherSuites,
      compressionMethods: [...hello.compressionMethods],
    },
    evidence: {
      sni: hostName === undefined ? null : String.fromCharCode(...hostName),
      versions: (supported ?? [hello.legacyVersion]).map((version): Code => codeText(version)),
      length: message.length,
    },
  };
}

function decoded(message: Uint8Array): ClientHello | null {
  try {
    return decode(clientHello, decode(handshakeMessage, message).body);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/**
 * Whatever supported_versions says, a server that does not know it goes by client_version, which means "this or any lower"
 * (RFC 8446 §4.2.1, RFC 5246 appendix E.1): such an answer is old, not malformed.
 */
function offeredVersions(legacyVersion: number, supported: readonly number[]): number[] {
  const upTo = Object.values(tlsVersion).filter((version) => version <= Math.min(legacyVersion, tlsVersion['TLSv1.2']));
  return [...new Set([...supported, ...upTo])];
}

/** The choice of a ServerHello or HelloRetryRequest; the group only as far as these say it. */
export function choiceOf(hello: ServerHello | HelloRetryRequest): Negotiated {
  const retry = isHelloRetryRequest(hello);
  const version = selectedVersion(hello) ?? hello.legacyVersion;
  const group = retry
    ? findExtension(hello.extensions, extensionType.key_share)
    : findExtension(hello.extensions, extensionType.key_share)?.group;
  return { version, cipherSuite: hello.cipherSuite, group: group ?? null };
}

/**
 * One sentence when the choice breaks the protocol, else null.
 * @param offer null when not known; then only what is wrong by itself is found.
 */
export function violationOf(hello: ServerHello | HelloRetryRequest, offer: Offer | null): string | null {
  const { version, cipherSuite } = choiceOf(hello);
  const chosen = selectedVersion(hello);
  const isTls13 = version === tlsVersion['TLSv1.3'];
  if (chosen !== undefined && chosen < tlsVersion['TLSv1.3'])
    return `supported_versions selects ${versionName(chosen)}, which it cannot.`;
  if (chosen === undefined && (isHelloRetryRequest(hello) || isTls13))
    return 'TLS 1.3 is chosen without supported_versions.';
  if (!(offer?.versions.includes(version) ?? tlsVersions.has(version)))
    return `The server chose ${versionName(version)}, which was not offered.`;
  if (!(offer?.cipherSuites.includes(cipherSuite) ?? true))
    return `The server chose ${suiteName(cipherSuite)}, which was not offered.`;
  if (isTls13 && !isHelloRetryRequest(hello) && !hasKeys(hello)) return 'TLS 1.3 is chosen without a key share.';
  const traits = suiteTraits(cipherSuite);
  if (isGrease(cipherSuite) || traits?.scsv)
    return `The server chose ${suiteName(cipherSuite)}, which is no cipher suite.`;
  if (traits !== undefined && isTls13 !== (traits.minVersion === tlsVersion['TLSv1.3'])) {
    return `The server chose ${suiteName(cipherSuite)}, which ${versionName(version)} does not have.`;
  }
  const compression = hello.compressionMethod;
  if (compression !== 0 && (isTls13 || !(offer?.compressionMethods ?? [0]).includes(compression))) {
    return `The server chose compression method ${compression}, which was not offered.`;
  }
  return null;
}

/** A key share, or a pre-shared key (RFC 8446 §4.2.8, §4.2.11). */
function hasKeys({ extensions = [] }: ServerHello): boolean {
  return extensions.some(({ type }) => type === extensionType.key_share || type === extensionType.pre_shared_key);
}

function selectedVersion(hello: ServerHello | HelloRetryRequest): number | undefined {
  return isHelloRetryRequest(hello)
    ? findExtension(hello.extensions, extensionType.supported_versions)
    : findExtension(hello.extensions, extensionType.supported_versions);
}

function versionName(version: number): string {
  return tlsVersions.has(version) ? tlsVersions.nameOf(version) : `version ${codeText(version)}`;
}

function suiteName(code: number): string {
  return cipherSuites.has(code) ? `${cipherSuites.nameOf(code)} (${codeText(code)})` : `cipher suite ${codeText(code)}`;
}
