/** The part of a TLS 1.3 server's flight that is encrypted, opened with the secret that our own side of the handshake has. */

import { createDecipheriv, createHmac } from 'node:crypto';
import type { ReceivedMessage } from '../evidence/index.ts';
import { type CertificateRequestFacts, messageName } from '../session/index.ts';
import {
  certificateRequestTls13,
  certificateTls13,
  cipherSuites,
  concat,
  contentType,
  DecodeError,
  decode,
  encode,
  encodeRecord,
  extensionType,
  findExtension,
  HandshakeDeframer,
  handshakeType,
  opaque,
  struct,
  type TlsRecord,
  u16,
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
  const seal = sealOf(cipherSuite);
  if (seal === undefined) return null;
  try {
    return readSealed(records, seal, keysOf(secret, seal));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** How a suite protects records. */
interface Seal {
  readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305' | 'aes-128-ccm';
  readonly hash: 'sha256' | 'sha384';
  readonly keyLength: number;
  readonly tagLength: number;
}

const seals: ReadonlyMap<string, Seal> = new Map([
  ['TLS_AES_128_GCM_SHA256', { algorithm: 'aes-128-gcm', hash: 'sha256', keyLength: 16, tagLength: 16 }],
  ['TLS_AES_256_GCM_SHA384', { algorithm: 'aes-256-gcm', hash: 'sha384', keyLength: 32, tagLength: 16 }],
  ['TLS_CHACHA20_POLY1305_SHA256', { algorithm: 'chacha20-poly1305', hash: 'sha256', keyLength: 32, tagLength: 16 }],
  ['TLS_AES_128_CCM_SHA256', { algorithm: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 16 }],
  ['TLS_AES_128_CCM_8_SHA256', { algorithm: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 8 }],
]);

function sealOf(cipherSuite: number): Seal | undefined {
  return seals.get(cipherSuites.nameOf(cipherSuite));
}

interface Keys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

const ivLength = 12;

function keysOf(secret: Uint8Array, { hash, keyLength }: Seal): Keys {
  return { key: expandLabel(hash, secret, 'key', keyLength), iv: expandLabel(hash, secret, 'iv', ivLength) };
}

const hkdfLabel = struct({ length: u16, label: opaque(1), context: opaque(1) });

/** HKDF-Expand-Label (RFC 8446 §7.1) for lengths up to one hash, which are all there are here. */
function expandLabel(hash: Seal['hash'], secret: Uint8Array, label: string, length: number): Uint8Array {
  const info = encode(hkdfLabel, {
    length,
    label: new TextEncoder().encode(`tls13 ${label}`),
    context: new Uint8Array(),
  });
  return createHmac(hash, secret).update(info).update(Uint8Array.of(1)).digest().subarray(0, length);
}

function readSealed(records: readonly ReceivedRecord[], seal: Seal, keys: Keys): SealedFlight | null {
  const handshake = new HandshakeDeframer();
  const messages: ReceivedMessage[] = [];
  let certificates: readonly Uint8Array[] = [];
  let certificateRequest: CertificateRequestFacts | null = null;
  const sealed = records.filter(({ type }) => type === contentType.application_data);
  for (const [sequence, record] of sealed.entries()) {
    const inner = openRecord(record, sequence, seal, keys);
    if (inner === null || inner.type !== contentType.handshake) return null;
    for (const { type, body, raw } of handshake.push(inner.content)) {
      messages.push({ message: messageName(type), at: record.at.toISOString(), bytes: raw.length });
      if (type === handshakeType.certificate) {
        certificates = decode(certificateTls13, body).certificateList.map(({ certificateData }) => certificateData);
      } else if (type === handshakeType.certificate_request) {
        certificateRequest = requestFacts(body);
      } else if (type === handshakeType.compressed_certificate) {
        return null;
      } else if (type === handshakeType.finished) {
        return { messages, certificates, certificateRequest };
      }
    }
  }
  return null;
}

/** TLSInnerPlaintext (RFC 8446 §5.2, §5.3), or null when the record does not authenticate. */
function openRecord(
  { type, version, fragment }: ReceivedRecord,
  sequence: number,
  { algorithm, tagLength }: Seal,
  { key, iv }: Keys,
): { readonly type: number; readonly content: Uint8Array } | null {
  if (fragment.length < tagLength) return null;
  const nonce = Uint8Array.from(iv);
  const last = new DataView(nonce.buffer, ivLength - 4);
  last.setUint32(0, last.getUint32(0) ^ sequence);
  const header = encodeRecord(type, version, fragment).subarray(0, recordHeaderLength);
  const text = fragment.subarray(0, fragment.length - tagLength);
  try {
    // CCM is in node's types a case of its own; its calls are the same.
    const decipher = createDecipheriv(algorithm as 'aes-128-ccm', key, nonce, { authTagLength: tagLength });
    decipher.setAuthTag(fragment.subarray(text.length));
    decipher.setAAD(header, { plaintextLength: text.length });
    const plain = concat(decipher.update(text), decipher.final());
    const end = plain.findLastIndex((byte) => byte !== 0);
    return end < 0 ? null : { type: plain[end] ?? 0, content: plain.subarray(0, end) };
  } catch {
    return null;
  }
}

const recordHeaderLength = 5;

function requestFacts(body: Uint8Array): CertificateRequestFacts {
  const { extensions } = decode(certificateRequestTls13, body);
  return {
    types: [],
    signatureSchemes: findExtension(extensions, extensionType.signature_algorithms) ?? [],
    authorities: findExtension(extensions, extensionType.certificate_authorities) ?? [],
  };
}
