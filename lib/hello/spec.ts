/** HelloSpec: a ClientHello as JSON-able data. Code points are `0x` + 4 hex digits, bytes are lower-case hex. */

import type { Code } from '../evidence/index.ts';
import { HarnessError } from '../wire/index.ts';

/** A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2) and the version of the records that carry it. */
export interface HelloSpec {
  /** Version in the record header; `0x0301` for every usual client (RFC 8446 §5.1). */
  readonly recordVersion: Code;
  /** client_version of TLS 1.2 and below, legacy_version of TLS 1.3. */
  readonly legacyVersion: Code;
  /** 32 bytes, hex. */
  readonly random: string;
  /** 0 to 32 bytes, hex. */
  readonly sessionId: string;
  readonly cipherSuites: readonly Code[];
  /** `[0]` for every usual client. */
  readonly compressionMethods: readonly number[];
  /** Null: the hello ends after the compression methods, as SSLv3 hellos do; `[]` is an empty extension block. */
  readonly extensions: readonly ExtensionSpec[] | null;
}

/** One extension: readable where the body has the form its specification gives, else `data`, the body verbatim. */
export type ExtensionSpec =
  | VerbatimExtension
  /** server_name (RFC 6066 §3): one host_name, ASCII. */
  | { readonly type: '0x0000'; readonly serverName: string }
  /** max_fragment_length (RFC 6066 §4): 1 to 4 for 2^9 to 2^12. */
  | { readonly type: '0x0001'; readonly maxFragmentLength: number }
  /** status_request (RFC 6066 §8) of type ocsp: DER in hex; usually both are empty. */
  | { readonly type: '0x0005'; readonly responderIds: readonly string[]; readonly requestExtensions: string }
  /** supported_groups (RFC 8446 §4.2.7). */
  | { readonly type: '0x000a'; readonly groups: readonly Code[] }
  /** ec_point_formats (RFC 8422 §5.1.2); 0 is uncompressed. */
  | { readonly type: '0x000b'; readonly pointFormats: readonly number[] }
  /** signature_algorithms, signature_algorithms_cert (RFC 8446 §4.2.3), delegated_credentials (RFC 9345 §4.1.1). */
  | { readonly type: '0x000d' | '0x0032' | '0x0022'; readonly signatureSchemes: readonly Code[] }
  /** ALPN (RFC 7301 §3.1), application_settings of the same form. One character per byte (latin-1). */
  | { readonly type: '0x0010' | '0x4469' | '0x44cd'; readonly alpn: readonly string[] }
  /** padding (RFC 7685): so many zero bytes. */
  | { readonly type: '0x0015'; readonly padding: number }
  /** compress_certificate (RFC 8879 §3). */
  | { readonly type: '0x001b'; readonly certificateCompression: readonly Code[] }
  /** record_size_limit (RFC 8449 §4). */
  | { readonly type: '0x001c'; readonly recordSizeLimit: number }
  /** session_ticket (RFC 5077 §3.2), hex; empty asks for a new one. */
  | { readonly type: '0x0023'; readonly ticket: string }
  /** pre_shared_key (RFC 8446 §4.2.11), hex; must be the last extension. */
  | { readonly type: '0x0029'; readonly identities: readonly PskIdentitySpec[]; readonly binders: readonly string[] }
  /** supported_versions (RFC 8446 §4.2.1). */
  | { readonly type: '0x002b'; readonly supportedVersions: readonly Code[] }
  /** cookie (RFC 8446 §4.2.2), hex. */
  | { readonly type: '0x002c'; readonly cookie: string }
  /** psk_key_exchange_modes (RFC 8446 §4.2.9): 0 psk_ke, 1 psk_dhe_ke. */
  | { readonly type: '0x002d'; readonly pskModes: readonly number[] }
  /** key_share (RFC 8446 §4.2.8). */
  | { readonly type: '0x0033'; readonly keyShares: readonly KeyShareSpec[] }
  /** renegotiation_info (RFC 5746 §3.2), hex; empty in a first handshake. */
  | { readonly type: '0xff01'; readonly renegotiatedConnection: string };

/** Any extension, body in hex. Also the form of extensions that have no body (`data: ''`). */
export interface VerbatimExtension {
  readonly type: Code;
  readonly data: string;
}

export interface KeyShareSpec {
  readonly group: Code;
  /** Public key, hex. */
  readonly keyExchange: string;
}

export interface PskIdentitySpec {
  readonly identity: string;
  readonly obfuscatedTicketAge: number;
}

/**
 * The number of a code as specs write it.
 * @throws HarnessError `bad-hello-spec`
 */
export function codeNumber(code: string): number {
  if (!/^0x[0-9a-f]{4}$/i.test(code)) {
    throw new HarnessError('bad-hello-spec', `${JSON.stringify(code)} is not a code: 0x and four hex digits.`);
  }
  return Number.parseInt(code.slice(2), 16);
}
