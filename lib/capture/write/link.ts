/** Ethernet II frames, IEEE 802.1Q tags and ARP. */

import { Writer } from '../../wire/index.ts';
import { ipBytes, macBytes } from './address.ts';

/** LINKTYPE_ values that frames of this folder come in. */
export const linkType = { ethernet: 1, rawIp: 101 } as const;

/** EtherType values (IANA, IEEE 802). */
export const etherType = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;

export interface EthernetFields {
  /** `00:00:5e:00:53:01`. */
  readonly source: string;
  readonly destination: string;
  /** Of the payload, behind all tags. */
  readonly etherType: number;
  /** 802.1Q VLAN identifiers (0 to 4095), the outer one first. */
  readonly vlans?: readonly number[];
}

/** An Ethernet II frame, without frame check sequence and without padding. */
export function ethernetFrame(fields: EthernetFields, payload: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.put(macBytes(fields.destination));
  writer.put(macBytes(fields.source));
  for (const vlan of fields.vlans ?? []) {
    writer.uint(2, etherType.vlan);
    writer.uint(2, vlan);
  }
  writer.uint(2, fields.etherType);
  writer.put(payload);
  return writer.finish();
}

/** ARP operations (RFC 826). */
export const arpOperation = { request: 1, reply: 2 } as const;

export interface ArpFields {
  /** See `arpOperation`. */
  readonly operation: number;
  readonly senderHardware: string;
  readonly senderAddress: string;
  /** Default: zeros, as in a request. */
  readonly targetHardware?: string;
  readonly targetAddress: string;
}

/** An ARP packet for IPv4 over Ethernet (RFC 826), 28 bytes. */
export function arpPacket(fields: ArpFields): Uint8Array {
  const writer = new Writer();
  writer.uint(2, 1);
  writer.uint(2, etherType.ipv4);
  writer.uint(1, 6);
  writer.uint(1, 4);
  writer.uint(2, fields.operation);
  writer.put(macBytes(fields.senderHardware));
  writer.put(ipBytes(fields.senderAddress));
  writer.put(macBytes(fields.targetHardware ?? '00:00:00:00:00:00'));
  writer.put(ipBytes(fields.targetAddress));
  return writer.finish();
}
