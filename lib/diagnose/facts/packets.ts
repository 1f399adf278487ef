/** Sizes of the packets of a handshake, and what is known of a path that does not carry them all. */

import { everyPathBytes, headerBytes, type IcmpEvidence, timestampBytes } from '../../evidence/index.ts';
import type { Facts } from './facts.ts';
import type { Witness } from './witness.ts';

/** Bytes of a packet: Ethernet's, and the least that is found on usual lines and tunnels. */
export const ethernet = 1500;
export const smallestLine = 1280;

/** Bytes that every path carries in one packet. */
export function everyPath(facts: Facts, witness: Witness): number {
  return everyPathBytes(serverOf(facts, witness));
}

/** IP and TCP headers, with the timestamps option (RFC 7323) where it is used. */
export function headersOf(facts: Facts, witness: Witness, timestamps: boolean): number {
  return headerBytes(serverOf(facts, witness)) + (timestamps ? timestampBytes : 0);
}

function serverOf({ target }: Facts, { captured }: Witness): string {
  return captured?.server.address ?? target.address ?? '';
}

/** ICMP type 3 code 4 (RFC 1191), ICMPv6 type 2 (RFC 4443 §3.2). */
export function fragmentationNeeded({ evidence: { path } }: Witness): IcmpEvidence | null {
  return (
    path.icmp?.find(({ type, code, from }) => (from.includes(':') ? type === 2 : type === 3 && code === 4)) ?? null
  );
}

/** TCP payload of the largest packet that the hello made; where nobody counted, what our choices and Ethernet leave room for. */
export function largestPayload({ hello, segments, segmentsConfirmed = null, mss = null, evidence }: Witness): number {
  if (segmentsConfirmed !== null && segmentsConfirmed.length > 0) return Math.max(...segmentsConfirmed);
  const asked = segments.length === 0 ? hello.firstFlight : Math.max(...segments);
  return Math.min(asked, mss ?? asked, evidence.path.sendMss ?? ethernet - headerBytes(''));
}

/** Size of that packet. The MSS counts options as payload (RFC 9293 §3.7.1). */
export function packetSize(facts: Facts, witness: Witness): number {
  const { mss = null, segmentsConfirmed = null, evidence } = witness;
  const size = largestPayload(witness) + headersOf(facts, witness, evidence.path.timestamps === true);
  const limit = mss === null || segmentsConfirmed !== null ? size : mss + headersOf(facts, witness, false);
  return Math.min(size, limit);
}
