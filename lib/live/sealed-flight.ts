/** The part of a TLS 1.3 server's flight that is encrypted, opened with the secret that our own side of the handshake has. */

import type { ReceivedMessage } from '../evidence/index.ts';
import {
  aeadSuite,
  type CertificateRequestFacts,
  certificateRequestFacts,
  decompressCertificate,
  defaultFlightLimits,
  messageName,
  openerTls13,
  type RecordOpener,
} from '../session/index.ts';
import { nodePrimitives } from '../session/node.ts';
import {
  certificateTls13,
  contentType,
  DecodeError,
  decode,
  HandshakeDeframer,
  handshakeType,
  type TlsRecord,
  tlsVersion,
} from '../wire/index.ts';

export interface ReceivedRecord extends TlsRecord {
  /** When its last byte came. */
  readonly at: Date;
}

export interface SealedFlight {
  readonly messages: readonly ReceivedMessage[];
  /** DER, in the order sent; empty when a session is resumed. */
  readonly certificates: readonly Uint8Array[];
  readonly certificateRequest: CertificateRequestFacts | null;
}

/**
 * Opens the records from the first encrypted one to the server's Finished (RFC 8446 §5.2, §7.3).
 * @param secret server_handshake_traffic_secret
 * @returns null when the suite is not known here, a record cannot be opened or read, or Finished is not among them
 */
export function openFlight(
  records: readonly ReceivedRecord[],
  secret: Uint8Array,
  cipherSuite: number,
): SealedFlight | null {
  const suite = aeadSuite(cipherSuite);
  if (suite === undefined || !suite.isTls13) return null;
  try {
    return readSealed(records, openerTls13(suite, secret, nodePrimitives.aead));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function readSealed(records: readonly ReceivedRecord[], opener: RecordOpener): SealedFlight | null {
  const handshake = new HandshakeDeframer();
  const messages: ReceivedMessage[] = [];
  let certificates: readonly Uint8Array[] = [];
  let certificateRequest: CertificateRequestFacts | null = null;
  for (const record of records) {
    if (record.type !== contentType.application_data) continue;
    const inner = opener.open(record.type, record.version, record.fragment);
    if (inner === null || inner.type !== contentType.handshake) return null;
    for (const { type, body, raw } of handshake.push(inner.fragment)) {
      messages.push({ message: messageName(type), at: record.at.toISOString(), bytes: raw.length });
      if (type === handshakeType.certificate) {
        certificates = certificatesOf(body);
      } else if (type === handshakeType.certificate_request) {
        certificateRequest = certificateRequestFacts(body, { version: tlsVersion['TLSv1.3'] });
      } else if (type === handshakeType.compressed_certificate) {
        const certificate = decompressCertificate(body, nodePrimitives.inflate, longestCertificateMessage);
        if (certificate === null) return null;
        certificates = certificatesOf(certificate);
      } else if (type === handshakeType.finished) {
        return { messages, certificates, certificateRequest };
      }
    }
  }
  return null;
}

/** As long as the handshake is read to. */
const longestCertificateMessage = defaultFlightLimits.certificateMessageBytes;

function certificatesOf(body: Uint8Array): Uint8Array[] {
  return decode(certificateTls13, body).certificateList.map(({ certificateData }) => certificateData);
}
