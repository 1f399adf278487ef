/** How much a peer may send before reading stops; each limit is named in the flight's `detail` when it is hit. */

export interface FlightLimits {
  /** Records in a row that complete no handshake message: empty ones, change_cipher_spec, warnings, fragments count once per message. */
  readonly recordsWithoutProgress: number;
  readonly warningAlerts: number;
  /** Bytes of a handshake message with its header. */
  readonly messageBytes: number;
  /** The same for Certificate and CertificateRequest. */
  readonly certificateMessageBytes: number;
  /** Certificates kept of a list; the rest is counted in `detail`. */
  readonly certificates: number;
  /** Bytes of a record's fragment (RFC 5246 §6.2.3). */
  readonly recordBytes: number;
}

/** What the project promises by default. */
export const defaultFlightLimits: FlightLimits = {
  recordsWithoutProgress: 16,
  warningAlerts: 4,
  messageBytes: 2 ** 16,
  certificateMessageBytes: 2 ** 18,
  certificates: 32,
  recordBytes: 2 ** 14 + 2048,
};
