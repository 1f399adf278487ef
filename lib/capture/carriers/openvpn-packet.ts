/**
 * Packets of OpenVPN's control channel, which carries the records of TLS in pieces (draft-ietf-openvpn-wire-protocol; OpenVPN's ssl_pkt.h):
 * opcode and key id, session id, with tls-auth an HMAC and a replay counter with a time, acknowledgements, packet id, piece. With tls-crypt
 * all behind the session id is encrypted.
 */

import { u32 } from '../bytes.ts';
import { looksLikeTlsStart } from '../tls/look.ts';

export const openVpnOpcode = {
  hardResetClientV1: 1,
  hardResetServerV1: 2,
  control: 4,
  hardResetClientV2: 7,
  hardResetServerV2: 8,
} as const;

/** Lengths of the HMAC of tls-auth: none, MD5, SHA-1 and the lengths of SHA-2. */
const hmacLengths = [0, 16, 20, 28, 32, 48, 64] as const;
/** P_CONTROL_WKC_V1. */
const lastOpcode = 11;
const replayLength = 8;
const sessionIdLength = 8;
const packetIdLength = 4;
/** Acknowledgements in a packet, at most (RELIABLE_ACK_SIZE). */
const mostAcks = 8;
/** A hello is among the first packets of a handshake, also when it is sent again. */
const mostHelloId = 64;
/** Opcode, session id, no acknowledgement, packet id. */
const resetLength = 1 + sessionIdLength + 1 + packetIdLength;
/** What a server puts into its reset: one acknowledgement, and whose. */
const acknowledged = packetIdLength + sessionIdLength;

/** A packet with a piece of TLS. */
export class ControlPacket {
  id = 0;
  /** Where the piece begins, which may be empty. */
  piece = 0;
}

export function opcodeOf(first: number): number {
  return first >> 3;
}

export function isKnownOpcode(opcode: number): boolean {
  return opcode >= openVpnOpcode.hardResetClientV1 && opcode <= lastOpcode;
}

/** Hard resets begin a session with key 0; soft ones count further. */
export function keyIdOf(first: number): number {
  return first & 7;
}

/** Used again: datagrams of any kind may begin like a control packet. */
const scratch = new ControlPacket();

/** Length of the HMAC that a hard reset of so many bytes has; null when none has that length. */
export function resetHmac(opcode: number, length: number): number | null {
  const isClient = opcode === openVpnOpcode.hardResetClientV2 || opcode === openVpnOpcode.hardResetClientV1;
  const isServer = opcode === openVpnOpcode.hardResetServerV2 || opcode === openVpnOpcode.hardResetServerV1;
  if (!isClient && !isServer) return null;
  const plain = resetLength + (isServer ? acknowledged : 0);
  return hmacLengths.find((hmac) => length === plain + withReplay(hmac)) ?? null;
}

/** The same of a whole hard reset, whose packet id is 0; null as well when its content is encrypted. */
export function readReset(bytes: Uint8Array, start: number, end: number): number | null {
  if (end <= start) return null;
  const hmac = resetHmac(opcodeOf(bytes[start] as number), end - start);
  if (hmac === null) return null;
  return readControl(bytes, start, end, hmac, scratch) && scratch.id === 0 && scratch.piece === end ? hmac : null;
}

/** @returns false when the bytes are no such packet */
export function readControl(
  bytes: Uint8Array,
  start: number,
  end: number,
  hmac: number,
  packet: ControlPacket,
): boolean {
  const acks = start + 1 + sessionIdLength + withReplay(hmac);
  if (acks >= end) return false;
  const count = bytes[acks] as number;
  if (count > mostAcks) return false;
  const id = acks + 1 + (count === 0 ? 0 : count * packetIdLength + sessionIdLength);
  if (id + packetIdLength > end) return false;
  packet.id = u32(bytes, id);
  packet.piece = id + packetIdLength;
  return true;
}

/** Length of the HMAC of a packet with the beginning of a ClientHello; null when it is none. Of random datagrams one in 10^8 is. */
export function helloHmac(bytes: Uint8Array, start: number, end: number): number | null {
  if (opcodeOf(bytes[start] as number) !== openVpnOpcode.control) return null;
  for (const hmac of hmacLengths) {
    if (!readControl(bytes, start, end, hmac, scratch) || scratch.id > mostHelloId) continue;
    if (looksLikeTlsStart(bytes, scratch.piece, end) === 1) return hmac;
  }
  return null;
}

function withReplay(hmac: number): number {
  return hmac === 0 ? 0 : hmac + replayLength;
}
