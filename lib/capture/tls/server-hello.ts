/** ServerHello, HelloRetryRequest and ServerKeyExchange out of a capture: what was chosen. */

import {
  certificateType,
  DecodeError,
  decode,
  ecCurveType,
  extensionType,
  helloRetryRequestRandom,
  serverHello,
  suiteTraits,
  tlsVersion,
  withoutStacks,
} from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { textOf } from './codes.ts';

export interface ReadServerHello {
  readonly isRetry: boolean;
  /** Of supported_versions where it is there. */
  readonly version: number;
  readonly cipherSuite: number;
  /** Of the key share; -1 where none tells. */
  readonly group: number;
  readonly extensions: readonly number[];
  readonly alpn: string | null;
  /** Goes on from an earlier session, as far as the hello itself says: a pre-shared key in TLS 1.3. */
  readonly preSharedKey: boolean;
  /** The sides' Certificate messages hold something other than X.509 (RFC 7250, RFC 6091). */
  readonly otherServerCertificate: boolean;
  readonly otherClientCertificate: boolean;
}

/** @param start of the body. @returns null when its lengths do not add up */
export function readServerHello(bytes: Uint8Array, start: number, end: number): ReadServerHello | null {
  // Drafts of TLS 1.3 up to the 21st have neither session id nor compression method (draft-ietf-tls-tls13-21 §4.1.3).
  // Up to the 15th they may tell their version as TLS 1.3 itself, which a later ServerHello never does (RFC 8446 §4.1.3).
  const isDraft = bytes[start] === draftMajor || u16(bytes, start) === tlsVersion['TLSv1.3'];
  const idLength = isDraft ? -1 : (bytes[start + 34] ?? 255);
  let at = start + 35 + idLength;
  if (idLength > 32 || at + 3 > end) return null;
  const isRetry = isRetryRandom(bytes, start + 2);
  const cipherSuite = u16(bytes, at);
  at += isDraft ? 2 : 3;
  let version = u16(bytes, start);
  let group = -1;
  let alpn: string | null = null;
  let preSharedKey = false;
  let otherServerCertificate = false;
  let otherClientCertificate = false;
  const extensions: number[] = [];
  if (at < end) {
    if (at + 2 > end || at + 2 + u16(bytes, at) !== end) return null;
    at += 2;
  }
  while (at < end) {
    if (at + 4 > end) return null;
    const type = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const body = at + 4;
    at = body + length;
    if (at > end) return null;
    if (extensions.length < mostExtensions) extensions.push(type);
    if (type === extensionType.supported_versions && length === 2) version = u16(bytes, body);
    else if (type === extensionType.key_share && length >= 2) group = u16(bytes, body);
    else if (type === extensionType.pre_shared_key) preSharedKey = true;
    else if (type === extensionType.application_layer_protocol_negotiation) alpn = selectedProtocol(bytes, body, at);
    else if (type === extensionType.server_certificate_type)
      otherServerCertificate = bytes[body] !== certificateType.X509;
    else if (type === extensionType.client_certificate_type)
      otherClientCertificate = bytes[body] !== certificateType.X509;
  }
  return {
    isRetry,
    version,
    cipherSuite,
    group,
    extensions,
    alpn,
    preSharedKey,
    otherServerCertificate,
    otherClientCertificate,
  };
}

/** What is wrong with a ServerHello that `readServerHello` refused: a clause. */
export function serverHelloFault(body: Uint8Array): string {
  try {
    withoutStacks(() => decode(serverHello, body));
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return 'its lengths do not add up';
}

/** The one name of ALPN's answer (RFC 7301 §3.1), printable; null when it is not of that form. */
export function selectedProtocol(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start < 4) return null;
  const length = bytes[start + 2] as number;
  return start + 3 + length === end ? textOf(bytes, start + 3, end) : null;
}

/** Group of an ECDHE ServerKeyExchange (RFC 8422 §5.4); -1 where the suite has none, or the bytes are not of that form. */
export function keyExchangeGroup(bytes: Uint8Array, start: number, end: number, cipherSuite: number): number {
  const exchange = suiteTraits(cipherSuite)?.keyExchange;
  let at = start;
  if (exchange === 'ECDHE_PSK' && start + 2 <= end) at += 2 + u16(bytes, start);
  else if (exchange !== 'ECDHE') return -1;
  return at + 3 <= end && bytes[at] === ecCurveType.named_curve ? u16(bytes, at + 1) : -1;
}

const mostExtensions = 1000;
/** Major version of the drafts of TLS 1.3. */
export const draftMajor = 0x7f;

function isRetryRandom(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 32; i++) if (bytes[at + i] !== helloRetryRequestRandom[i]) return false;
  return true;
}
