/** From TCP payload to the size of an IP packet, and back. */

/** Bytes of the timestamps option in each segment, with its padding (RFC 7323 appendix A). */
export const timestampBytes = 12;

/** Bytes of IP and TCP headers without options: 20 + 20, or 40 + 20 for IPv6. The MSS is a packet's size without these (RFC 9293 §3.7.1). */
export function headerBytes(address: string): number {
  return address.includes(':') ? 60 : 40;
}

/** Bytes that every path carries in one packet: RFC 791 §3.1 (hosts accept 576), RFC 8200 §5. */
export function everyPathBytes(address: string): number {
  return address.includes(':') ? 1280 : 576;
}
