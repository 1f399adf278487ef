/** The innermost IP datagram of a packet, after tunnels and fragments: one object, filled anew for each packet. */

export class Datagram {
  /** Buffer that holds it: the packet's own, or that of a reassembled datagram. Valid only during the call. */
  bytes: Uint8Array = new Uint8Array(0);
  version: 4 | 6 = 4;
  /** Upper-layer protocol number (IANA): 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6. */
  protocol = 0;
  /** Addresses as four big-endian 32-bit words each, unsigned; IPv4 is 0, 0, 0xffff, address (RFC 4291 §2.5.5.2). */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  /** TTL or hop limit. */
  ttl = 0;
  /** IPv4 identification; -1 in IPv6. */
  id = -1;
  dontFragment = false;
  /** Offset of the IP header, for ICMP errors that quote it; -1 for a reassembled datagram. */
  header = 0;
  /** Upper-layer payload that was captured: [payload, end). Ethernet padding is not part of it. */
  payload = 0;
  end = 0;
  /** Payload bytes that the IP header announces beyond `end`: the capture was snapped. */
  missing = 0;
  /** IP fragments it was made of; 0 when it came whole. */
  fragments = 0;
}
