/** node:tls as second opinion: finished handshakes, and the certificates that TLS 1.3 encrypts. */

import type { AlertEvidence, Attempt } from '../evidence/index.ts';
import type { Endpoint } from '../net/index.ts';
import type { Flight } from '../session/index.ts';
import type { AttemptOptions } from './attempt.ts';

export type TlsVersionName = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsSessionOptions {
  /** Server name to send; null for none. */
  readonly servername: string | null;
  /** Default TLSv1. */
  readonly minVersion?: TlsVersionName;
  /** Default TLSv1.3. */
  readonly maxVersion?: TlsVersionName;
  /** OpenSSL cipher list; security level 0 is appended, so that old parameters can be seen. Default `DEFAULT`. */
  readonly ciphers?: string;
  /** OpenSSL signature algorithm list, e.g. `ECDSA+SHA256`: selects which certificate the server shows. */
  readonly sigalgs?: string;
  /** OpenSSL group list, e.g. `X25519:P-256`. */
  readonly groups?: string;
  readonly alpn?: readonly string[];
  /** Session of an earlier handshake to resume. */
  readonly session?: Uint8Array;
}

export interface TlsSession {
  readonly attempt: Attempt;
  /** What was readable of the server's side without keys. */
  readonly flight: Flight;
  /** True when the handshake finished on our side. In TLS 1.3 the server may still refuse the client: see `clientCertificateRequired`. */
  readonly connected: boolean;
  readonly protocol: string | null;
  /** IANA name of the suite. */
  readonly cipher: string | null;
  /** Group of the key exchange as OpenSSL names it, and its size. */
  readonly group: { readonly name: string | null; readonly type: string | null; readonly bits: number | null } | null;
  readonly alpn: string | null;
  /** DER. */
  readonly chain: readonly Uint8Array[];
  /** Why node would not trust the chain, e.g. `CERT_HAS_EXPIRED`; null when it would. */
  readonly authorizationError: string | null;
  readonly sessionReused: boolean;
  /** To resume with, if the server gave one. */
  readonly session: Uint8Array | null;
  /** True when alert certificate_required (or handshake_failure after our flight in TLS 1.2) came; null when not told. */
  readonly clientCertificateRequired: boolean | null;
  readonly error: { readonly code: string; readonly message: string; readonly alert: AlertEvidence | null } | null;
}

/** Completes a handshake with node:tls. Never rejects for what the peer does. */
export declare function tlsSession(
  endpoint: Endpoint,
  options: TlsSessionOptions & AttemptOptions,
): Promise<TlsSession>;
