/** What a server's first flight said, as far as it can be read without keys: the result of the FlightReader. */

import type { AlertEvidence, EndOutcome, LooksLike, ReceivedMessage } from '../evidence/index.ts';
import type { HelloRetryRequest, ServerHello } from '../wire/index.ts';

/**
 * When reading has enough. `reply`: the first handshake message, or an alert that ends the handshake. `server-hello`: a
 * ServerHello or HelloRetryRequest. `server-flight`: ServerHelloDone, or as far as the flight is readable (the ServerHello in
 * TLS 1.3, change_cipher_spec in a resumed session, a HelloRetryRequest).
 */
export type FlightGoal = 'reply' | 'server-hello' | 'server-flight';

/** How the stream ended, in the words of `dial`. */
export type StreamEnd = 'enough' | 'reset' | 'closed' | 'silent' | 'limit' | 'aborted' | 'not-connected';

/** What the server chose. Codes as numbers. */
export interface Negotiated {
  /** The version in force: from supported_versions where the ServerHello has it (RFC 8446 §4.2.1). */
  readonly version: number;
  readonly cipherSuite: number;
  /** Of the key share or the ServerKeyExchange; null when there was none (yet). */
  readonly group: number | null;
}

/** The parts of a ServerKeyExchange that say how strong it is. */
export interface ServerKeyExchangeFacts {
  /** Named group of ECDHE; null for DHE. */
  readonly group: number | null;
  /** Null before TLS 1.2, which does not name it, and for anonymous key exchange. */
  readonly signatureScheme: number | null;
  /** Bits of the DHE prime; null for ECDHE. */
  readonly dhBits: number | null;
}

export interface CertificateRequestFacts {
  /** ClientCertificateType codes. */
  readonly types: readonly number[];
  /** Empty before TLS 1.2. */
  readonly signatureSchemes: readonly number[];
  /** Acceptable CA names, DER. */
  readonly authorities: readonly Uint8Array[];
}

export interface Flight {
  /** Every message whole, in order, alerts and change_cipher_spec included. */
  readonly messages: readonly ReceivedMessage[];
  readonly serverHello: ServerHello | null;
  readonly helloRetryRequest: HelloRetryRequest | null;
  readonly negotiated: Negotiated | null;
  /** DER, in the order sent. */
  readonly certificates: readonly Uint8Array[];
  readonly serverKeyExchange: ServerKeyExchangeFacts | null;
  readonly certificateRequest: CertificateRequestFacts | null;
  /** True when the server resumed a session; in TLS 1.3 only a finished handshake tells. */
  readonly resumed: boolean;
  /** The last one. */
  readonly alert: AlertEvidence | null;
  readonly looksLike: LooksLike | null;
  /**
   * `complete`: the server's first flight was read to its last message, ServerHelloDone. `stopped`: the goal was reached before
   * that, as always in TLS 1.3, whose flight is encrypted after the ServerHello. Null while the stream is open, and when the
   * caller aborted it or no connection stood. A peer that closes right after an alert ended with the alert.
   */
  readonly end: EndOutcome | null;
  /** One sentence for `malformed` and for limits. */
  readonly detail: string | null;
  /** Bytes of the whole records read, and of what was left when the stream ended. */
  readonly bytes: number;
}
