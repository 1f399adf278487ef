/** TlsFacts: what was read of one TLS or DTLS conversation, in the shapes of the conversation's JSON. */

import type {
  CapturedAlert,
  CapturedCertificateRequest,
  CapturedClientHello,
  CapturedRetry,
  CapturedServerHello,
  CertificateAbsence,
  HandshakeEvidence,
  LooksLike,
  ReceivedMessage,
  Sha256,
  Side,
} from '../../evidence/index.ts';

/** One value for each side. */
export interface Sides<T> {
  readonly client: T;
  readonly server: T;
}

export interface TlsFacts {
  readonly protocol: 'tls' | 'dtls';
  /** The first 16. */
  readonly clientHellos: readonly CapturedClientHello[];
  /** The first 16. */
  readonly serverHellos: readonly CapturedServerHello[];
  readonly helloRetryRequest: CapturedRetry | null;
  /** Of the first ClientHello, for the evidence. */
  readonly hello: HandshakeEvidence['hello'];
  /** Of the last ServerHello, for the evidence. */
  readonly negotiated: HandshakeEvidence['negotiated'];
  readonly certificates: Sides<readonly Sha256[]>;
  /** Null when the certificates are known, or known to be none. */
  readonly certificateAbsence: Sides<CertificateAbsence | null>;
  readonly certificateRequest: CapturedCertificateRequest | null;
  /** A CertificateVerify came: the side has the key of its certificate, or tried to show it. */
  readonly certificateVerify: Sides<boolean>;
  /** The first 20. */
  readonly alerts: readonly CapturedAlert[];
  /** All alerts, those beyond the first 20 too. */
  readonly alertCount: Sides<number>;
  /** What the server sent, the first 64; encrypted messages only as far as they were opened. */
  readonly received: readonly ReceivedMessage[];
  /** What the client sent, the first 64. */
  readonly clientMessages: readonly ReceivedMessage[];
  /** Handshake messages read, all of them. */
  readonly messages: Sides<number>;
  /** Number of the packet with the last byte of the last handshake message, alert or ChangeCipherSpec; 0 when none was read. */
  readonly lastPacket: Sides<number>;
  readonly changeCipherSpec: Sides<boolean>;
  /** Handshake records that came encrypted and were not opened. */
  readonly encryptedHandshakes: Sides<number>;
  /** Application data records; in TLS 1.3 they hide handshake messages and alerts too, unless these were opened. */
  readonly applicationData: Sides<number>;
  /**
   * True when the last record of a TLS 1.3 side was encrypted and just as long as an alert (19 bytes): likely one, but that
   * cannot be seen from outside.
   */
  readonly endsLikeAlert: Sides<boolean>;
  /**
   * TLS 1.3: after the server's flight the client sent what holds its Finished. It had no objection to the server then; whether
   * the server had one, only `complete` tells.
   */
  readonly clientAnswered: boolean;
  /** The client encrypted what comes before the ServerHello in the capture, and it was no early data: who answered whom is not known. */
  readonly clientAhead: boolean;
  /** Both sides are known to have finished the handshake. */
  readonly complete: boolean;
  /** The handshake went on from an earlier session: no certificates are sent. */
  readonly resumed: boolean;
  /** A second handshake followed inside the encryption. */
  readonly renegotiated: boolean;
  /** Messages were opened with given secrets. */
  readonly decrypted: boolean;
  /** The first bytes captured of this direction are not the beginning of what it sent. */
  readonly midStream: Sides<boolean>;
  /** Bytes were missing where they would have been read. */
  readonly gap: Sides<boolean>;
  /** The direction ended within a record or a handshake message. */
  readonly cut: Sides<boolean>;
  /** What is spoken instead of TLS, and by whom. */
  readonly notTls: { readonly from: Side; readonly looksLike: LooksLike; readonly detail: string } | null;
  /** Behind its hello, or in place of a server's, each side sent what is no TLS: they speak something else that only begins like it. */
  readonly imitated: boolean;
  /** One sentence, where reading a side stopped because it broke the protocol. */
  readonly malformed: { readonly from: Side; readonly detail: string } | null;
}
