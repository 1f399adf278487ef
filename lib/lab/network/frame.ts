/** Ethernet frames of a lab, as far as its boxes look at them. Labs have no VLANs and no IPv6 extension headers but fragments. */

import {
  addressText,
  etherType,
  finishTransportChecksum,
  type IpAddresses,
  internetChecksum,
  ipProtocol,
} from '../../capture/index.ts';

export const ethernetHeader = 14;

export interface IpFrame extends IpAddresses {
  readonly version: 4 | 6;
  /** IPv4 protocol, or IPv6 next header. */
  readonly protocol: number;
  /** Offset of TTL or hop limit. */
  readonly ttlAt: number;
  /** Offset of what stands behind the IP header, and end of the packet. */
  readonly payloadAt: number;
  readonly end: number;
  readonly fragment: boolean;
}

/** Null for anything but a whole IP packet. */
export function readFrame(frame: Uint8Array): IpFrame | null {
  const at = ethernetHeader;
  if (frame.length < at + 20) return null;
  const type = uint16(frame, 12);
  if (type === etherType.ipv4) {
    const payloadAt = at + ((frame[at] as number) & 0x0f) * 4;
    const end = at + uint16(frame, at + 2);
    if (end > frame.length || payloadAt > end) return null;
    return {
      version: 4,
      protocol: frame[at + 9] as number,
      source: address(frame, at + 12, 4),
      destination: address(frame, at + 16, 4),
      ttlAt: at + 8,
      payloadAt,
      end,
      fragment: (uint16(frame, at + 6) & 0x3fff) !== 0,
    };
  }
  if (type !== etherType.ipv6 || frame.length < at + 40) return null;
  const end = at + 40 + uint16(frame, at + 4);
  if (end > frame.length) return null;
  const protocol = frame[at + 6] as number;
  return {
    version: 6,
    protocol,
    source: address(frame, at + 8, 6),
    destination: address(frame, at + 24, 6),
    ttlAt: at + 7,
    payloadAt: at + 40,
    end,
    fragment: protocol === ipProtocol.fragment,
  };
}

export interface TcpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  /** Offset of the payload in the frame. */
  readonly payloadAt: number;
}

/** Null for anything but a whole TCP segment. */
export function readTcp(frame: Uint8Array, ip: IpFrame): TcpHeader | null {
  const { payloadAt: at, end } = ip;
  if (ip.protocol !== ipProtocol.tcp || ip.fragment || at + 20 > end) return null;
  const payloadAt = at + ((frame[at + 12] as number) >> 4) * 4;
  if (payloadAt > end) return null;
  return {
    sourcePort: uint16(frame, at),
    destinationPort: uint16(frame, at + 2),
    seq: uint32(frame, at + 4),
    ack: uint32(frame, at + 8),
    flags: frame[at + 13] as number,
    payloadAt,
  };
}

/**
 * Finishes the checksum of a TCP segment or UDP datagram that its sender left to a network card which veth devices do not have: what
 * stands there is the sum of the pseudo-header alone. Any other checksum stays, right or wrong.
 */
export function finishChecksum(frame: Uint8Array): void {
  const ip = readFrame(frame);
  if (ip === null || ip.fragment || (ip.protocol !== ipProtocol.tcp && ip.protocol !== ipProtocol.udp)) return;
  // The addresses are the end of the IP header.
  const addresses = frame.subarray(ip.payloadAt - (ip.version === 4 ? 8 : 32), ip.payloadAt);
  finishTransportChecksum(
    frame.subarray(ip.payloadAt, ip.end),
    ip.protocol === ipProtocol.tcp ? 16 : 6,
    addresses,
    ip.protocol,
  );
}

/** Changes TTL or hop limit by `difference`. */
export function changeTtl(frame: Uint8Array, { version, ttlAt, payloadAt }: IpFrame, difference: number): void {
  frame[ttlAt] = ((frame[ttlAt] as number) + difference) & 0xff;
  if (version === 6) return;
  const checksumAt = ttlAt + 2;
  putUint16(frame, checksumAt, 0);
  putUint16(frame, checksumAt, internetChecksum(frame.subarray(ttlAt - 8, payloadAt)));
}

/** Text of the IPv4 or IPv6 address at an offset. */
function address(bytes: Uint8Array, at: number, version: 4 | 6): string {
  if (version === 4) return addressText(0, 0, 0xffff, uint32(bytes, at));
  return addressText(uint32(bytes, at), uint32(bytes, at + 4), uint32(bytes, at + 8), uint32(bytes, at + 12));
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2);
}

function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}
