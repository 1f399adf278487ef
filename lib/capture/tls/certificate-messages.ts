/** Messages of a handshake that bring certificates or ask for them. Each returns one sentence when it breaks the protocol, else null. */

import { decompressCertificate } from '../../session/index.ts';
import { DecodeError } from '../../wire/index.ts';
import { readCertificateList } from './certificate-list.ts';
import { sharedOf, type TlsContext } from './context.ts';
import type { Direction, HandshakeState } from './handshake-state.ts';

export function takeCertificates(
  state: HandshakeState,
  context: TlsContext,
  direction: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | null {
  const side = state.sides[direction];
  const { otherClientCertificate, otherServerCertificate, isTls13 } = state.negotiation;
  let fault: string | null = null;
  const noted = (clause: string): void => {
    fault = `The Certificate message cannot be read: ${clause}.`;
  };
  // What RFC 7250 or RFC 6091 put in its place is no certificate.
  const other = direction === state.client ? otherClientCertificate : otherServerCertificate;
  const hashes = other ? [] : readCertificateList(context, bytes, start, end, isTls13, noted);
  if (fault !== null) side.unread = true;
  if ((hashes.length > 0 || fault === null) && (side.certificates ?? []).length === 0) side.certificates = hashes;
  return fault;
}

/** RFC 8879. */
export function takeCompressedCertificates(
  state: HandshakeState,
  context: TlsContext,
  direction: Direction,
  body: Uint8Array,
): string | null {
  const { primitives, limits } = context;
  try {
    const opened = primitives && decompressCertificate(body, primitives.inflate, limits.messageBytes);
    if (opened !== null) return takeCertificates(state, context, direction, opened, 0, opened.length);
    context.counters.drop('compressed-certificate-not-read');
    state.sides[direction].unread = true;
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return `The CompressedCertificate message cannot be read: ${error.message}.`;
    throw error;
  }
}

export function takeCertificateRequest(
  state: HandshakeState,
  context: TlsContext,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | null {
  const read = sharedOf(context).authorities.read(bytes, start, end, state.negotiation.version);
  if (read.fault !== null) return `The CertificateRequest cannot be read: ${read.fault}.`;
  state.request ??= { packet: context.packet.number, authorities: read.authorities };
  return null;
}
