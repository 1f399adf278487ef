/** What a client of our own learns of a server: all of its flight, also the part that TLS 1.3 encrypts. */

import type { CertificateRequestFacts, Flight } from '../flight.ts';
import type { ProofVerdict } from './primitives.ts';

/**
 * When a client has enough. `server-flight`: the server's last message before it is our turn was read and checked: Finished in
 * TLS 1.3, ServerHelloDone before; nothing that would complete the handshake is sent. `finished`: both sides' Finished went over.
 */
export type ClientGoal = 'server-flight' | 'finished';

/** How the server proved that it has the key of its certificate. */
export interface ServerProof {
  /** SignatureScheme; null before TLS 1.2, which does not name it. */
  readonly scheme: number | null;
  readonly verdict: ProofVerdict;
}

/**
 * Why a flight could not be read on, for want of something on our side: nothing is known of what comes after. `version`: finishing
 * is for TLS 1.2 and 1.3. `group`: no key of that group can be made here, or in that finite field. `resumption`: the server resumes
 * a session, which we do not have. `credential`: the server's key cannot be used as the suite needs it.
 */
export type ClientGap = 'version' | 'group' | 'cipher-suite' | 'certificate-compression' | 'resumption' | 'credential';

/** What came once the handshake was finished. */
export interface AfterHandshake {
  /** NewSessionTicket messages. */
  readonly tickets: number;
  readonly keyUpdates: number;
  /** Post-handshake authentication (RFC 8446 §4.6.2), the last request; null when the server asked for none. */
  readonly certificateRequest: CertificateRequestFacts | null;
  /** HelloRequests (up to TLS 1.2) that came once we had sent our Finished. */
  readonly helloRequests: number;
  /** Bytes of application data. */
  readonly dataBytes: number;
}

/** `end` is `complete` when the goal was reached. `messages` and `certificates` include what was encrypted. */
export interface ClientFlight extends Flight {
  /** EncryptedExtensions, by type in the order sent; null where none was read. */
  readonly encryptedExtensions: readonly number[] | null;
  /** Protocol that the server chose, one character per byte; null when none. */
  readonly alpn: string | null;
  /** Null where no signature was sent, or read. */
  readonly proof: ServerProof | null;
  /** Algorithm of a CompressedCertificate (RFC 8879); null when it came as it is. */
  readonly certificateCompression: number | null;
  readonly gap: ClientGap | null;
  /** True once both Finished were exchanged and the server's was right. In TLS 1.3 the server may still refuse us. */
  readonly finished: boolean;
  /** True once the server, after a finished handshake, showed that it goes on with us: always up to TLS 1.2, in TLS 1.3 by a ticket, data or request. */
  readonly accepted: boolean;
  /** Certificates that we sent, DER; empty: none, or an empty list. */
  readonly clientCertificates: readonly Uint8Array[];
  readonly after: AfterHandshake;
}
