/** ICMP errors that a capture shows, as evidence: with the number of their packet, and without. */

import type { ConversationLoss, IcmpEvidence } from '../../evidence/index.ts';
import type { IcmpError } from '../link/icmp.ts';

export type PacketIcmp = ConversationLoss['icmp'][number];

/** @param packet its number @param from address of the sender */
export function packetIcmp({ type, code, mtu }: IcmpError, packet: number, from: string): PacketIcmp {
  return { packet, type, code, from, mtu: mtu === 0 ? null : mtu };
}

export function withoutPacket({ type, code, from, mtu }: PacketIcmp): IcmpEvidence {
  return { type, code, from, mtu };
}
