/** How much a peer may send before reading stops; each limit is named in the flight's `detail` when it is hit. */

import { maxRecordFragment } from '../wire/index.ts';

export interface FlightLimits {
  /** Records in a row that bring nothing of a handshake message: empty ones, change_cipher_spec, alerts. */
  readonly recordsWithoutProgress: number;
  readonly warningAlerts: number;
  /** A client ignores them while it shakes hands (RFC 5246 §7.4.1.1). */
  readonly helloRequests: number;
  /** Bytes of a handshake message without its header. */
  readonly messageBytes: number;
  /** The same for Certificate, CompressedCertificate and CertificateRequest. */
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
  helloRequests: 16,
  messageBytes: 2 ** 16,
  certificateMessageBytes: 2 ** 18,
  certificates: 32,
  recordBytes: maxRecordFragment,
};
