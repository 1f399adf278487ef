/** ICMP and ICMPv6 errors: what went wrong, and which datagram they quote (RFC 792, RFC 1191, RFC 4443). */

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
  return d.version === 4 && into.version === 6;
}
