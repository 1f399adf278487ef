/** Certificates sent compressed (RFC 8879). */

import { compressedCertificate, decode } from '../wire/index.ts';
import type { Inflate } from './aead.ts';

/**
 * The body of the Certificate message in a CompressedCertificate message.
 * @param body of the CompressedCertificate
 * @param maxLength bytes of the Certificate that are accepted
 * @returns null when it is longer, is compressed in a way that is not known here, or is not what its length says
 * @throws DecodeError
 */
export function decompressCertificate(body: Uint8Array, inflate: Inflate, maxLength: number): Uint8Array | null {
  const { algorithm, uncompressedLength, compressedCertificateMessage } = decode(compressedCertificate, body);
  if (uncompressedLength > maxLength) return null;
  const certificate = inflate(algorithm, compressedCertificateMessage, uncompressedLength);
  return certificate?.length === uncompressedLength ? certificate : null;
}
