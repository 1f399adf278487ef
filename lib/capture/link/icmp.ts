/** ICMP and ICMPv6 errors: what went wrong, and which datagram they quote (RFC 792, RFC 1191, RFC 4443). */

import { u16, u32 } from '../bytes.ts';
import type { Datagram } from '../datagram.ts';

/** An ICMP error and the datagram that it quotes: one object, filled anew by each `readIcmp`. */
export class IcmpError {
  /** 4: ICMP, 6: ICMPv6; the quoted datagram is of the same version. */
  version: 4 | 6 = 4;
  type = 0;
  code = 0;
  /** MTU of the next hop (ICMP 3/4, ICMPv6 2); 0 when it is not told. */
  mtu = 0;
  /** Quoted datagram: addresses as in `Datagram`. */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  /** Its upper-layer protocol number. */
  protocol = 0;
  /** Ports of a quoted TCP segment or UDP datagram; -1 when not quoted (another protocol, a later fragment, cut short). */
  sourcePort = -1;
  destinationPort = -1;
  /** Sequence number of a quoted TCP segment, unsigned; -1 when not quoted. */
  sequence = -1;
  /** Length of the quoted datagram as its IP header tells, in bytes. */
  length = 0;
}

/** True when `d` is an ICMP error (ICMP 3, 11; ICMPv6 1, 2, 3) that quotes an IP header; `into` is filled then. */
export function readIcmp(d: Datagram, into: IcmpError): boolean {
  const { bytes, payload: at, end } = d;
  if (end - at < 28) return false;
  const type = bytes[at]!;
  const ofVersion4 = d.version === 4 && d.protocol === 1 && (type === 3 || type === 11);
  const ofVersion6 = d.version === 6 && d.protocol === 58 && type >= 1 && type <= 3;
  if (!ofVersion4 && !ofVersion6) return false;
  into.version = d.version;
  into.type = type;
  into.code = bytes[at + 1]!;
  into.mtu = 0;
  into.sourcePort = -1;
  into.destinationPort = -1;
  into.sequence = -1;
  if (ofVersion4 && type === 3 && into.code === 4) into.mtu = u16(bytes, at + 6);
  if (ofVersion6 && type === 2) into.mtu = u32(bytes, at + 4);
  return ofVersion4 ? quoted4(bytes, at + 8, end, into) : quoted6(bytes, at + 8, end, into);
}

function quoted4(bytes: Uint8Array, at: number, end: number, into: IcmpError): boolean {
  const headerLength = (bytes[at]! & 15) << 2;
  if (bytes[at]! >> 4 !== 4 || headerLength < 20) return false;
  into.source0 = 0;
  into.source1 = 0;
  into.source2 = 0xffff;
  into.source3 = u32(bytes, at + 12);
  into.destination0 = 0;
  into.destination1 = 0;
  into.destination2 = 0xffff;
  into.destination3 = u32(bytes, at + 16);
  into.length = u16(bytes, at + 2);
  into.protocol = bytes[at + 9]!;
  const laterFragment = (u16(bytes, at + 6) & 0x1fff) !== 0;
  if (!laterFragment) quotedPorts(bytes, at + headerLength, end, into);
  return true;
}

function quoted6(bytes: Uint8Array, at: number, end: number, into: IcmpError): boolean {
  if (end - at < 40 || bytes[at]! >> 4 !== 6) return false;
  into.source0 = u32(bytes, at + 8);
  into.source1 = u32(bytes, at + 12);
  into.source2 = u32(bytes, at + 16);
  into.source3 = u32(bytes, at + 20);
  into.destination0 = u32(bytes, at + 24);
  into.destination1 = u32(bytes, at + 28);
  into.destination2 = u32(bytes, at + 32);
  into.destination3 = u32(bytes, at + 36);
  into.length = 40 + u16(bytes, at + 4);
  let protocol = bytes[at + 6]!;
  let i = at + 40;
  // Hop-by-hop, routing, fragment, destination options: each at least 8 bytes, so this ends.
  while ((protocol === 0 || protocol === 43 || protocol === 44 || protocol === 60) && end - i >= 8) {
    const laterFragment = protocol === 44 && u16(bytes, i + 2) >= 8;
    const length = protocol === 44 ? 8 : (bytes[i + 1]! + 1) << 3;
    protocol = bytes[i]!;
    i += length;
    if (laterFragment) i = end;
  }
  into.protocol = protocol;
  quotedPorts(bytes, i, end, into);
  return true;
}

function quotedPorts(bytes: Uint8Array, at: number, end: number, into: IcmpError): void {
  if ((into.protocol !== 6 && into.protocol !== 17) || end - at < 4) return;
  into.sourcePort = u16(bytes, at);
  into.destinationPort = u16(bytes, at + 2);
  if (into.protocol === 6 && end - at >= 8) into.sequence = u32(bytes, at + 4);
}
