/** What Linux says of one of its TCP connections: struct tcp_info (include/uapi/linux/tcp.h), by offset, as far as the kernel filled it. */

import { type Libc, linux } from './libc.ts';

/** One reading. Sizes are bytes of payload, counts are segments; a field is null where this kernel is too old to have it. */
export interface TcpInfo {
  /** Retransmission time-outs in a row, all of them of the first unacknowledged segment; back to 0 once something is acknowledged. */
  readonly timeouts: number;
  readonly timestamps: boolean;
  readonly sackPermitted: boolean;
  /** Payload that goes into one segment, TCP options already taken off. */
  readonly sendMss: number;
  /** The kernel's estimate of the peer's segments. */
  readonly receiveMss: number;
  readonly unacked: number;
  readonly sacked: number;
  /** MTU of the route as far as the kernel knows. */
  readonly pathMtu: number;
  /** Smoothed round trip in microseconds. */
  readonly rttUs: number;
  /** What we announced, with the timestamps option taken off. */
  readonly announcedMss: number;
  /** Segments sent again since the SYN, it included. */
  readonly retransmissions: number;
  /** Sequence numbers acknowledged, SYN and FIN included. */
  readonly bytesAcked: number | null;
  /** In order. */
  readonly bytesReceived: number | null;
  /** Handed over and not sent yet. */
  readonly notSent: number | null;
  /** Segments with payload sent, retransmissions included. */
  readonly dataSegmentsSent: number | null;
  readonly bytesRetransmitted: number | null;
  /** Segments that came before others that belong in front of them. */
  readonly outOfOrder: number | null;
  /** The peer's window, as it stands now. */
  readonly sendWindow: number | null;
}

/** Bytes up to the end of `tcpi_total_retrans`; every kernel since 2.6.10 fills these. */
const shortest = 104;
const longest = 512;

/** Null when the bytes are too few to be a tcp_info. */
export function parseTcpInfo(bytes: Uint8Array): TcpInfo | null {
  if (bytes.length < shortest) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const u32 = (offset: number): number => view.getUint32(offset, true);
  const late32 = (offset: number): number | null => (offset + 4 <= bytes.length ? u32(offset) : null);
  const late64 = (offset: number): number | null =>
    offset + 8 <= bytes.length ? Number(view.getBigUint64(offset, true)) : null;
  const options = view.getUint8(5);
  return {
    timeouts: view.getUint8(2),
    timestamps: (options & 1) !== 0,
    sackPermitted: (options & 2) !== 0,
    sendMss: u32(16),
    receiveMss: u32(20),
    unacked: u32(24),
    sacked: u32(28),
    pathMtu: u32(60),
    rttUs: u32(68),
    announcedMss: u32(84),
    retransmissions: u32(100),
    bytesAcked: late64(120),
    bytesReceived: late64(128),
    notSent: late32(144),
    dataSegmentsSent: late32(156),
    bytesRetransmitted: late64(208),
    outOfOrder: late32(224),
    sendWindow: late32(228),
  };
}

/** Asks the kernel; null when it does not say, as of a descriptor that is closed. */
export function readTcpInfo(libc: Libc, fd: number): TcpInfo | null {
  if (fd < 0) return null;
  const bytes = new Uint8Array(longest);
  const length = libc.getOption(fd, linux.IPPROTO_TCP, linux.TCP_INFO, bytes);
  return length < 0 ? null : parseTcpInfo(bytes.subarray(0, length));
}

/** An IP packet has no more bytes (RFC 791 §3.1); the loopback interface says 65,536. */
const largestPacket = 65_535;

/** MTU of this interface, in bytes, as far as a packet can use it; null when the system does not say. */
export function interfaceMtu(libc: Libc, fd: number, name: string): number | null {
  const nameLength = 16;
  const encoded = new TextEncoder().encode(name);
  if (fd < 0 || encoded.length >= nameLength) return null;
  const request = new Uint8Array(40); // struct ifreq: the name, and a union
  request.set(encoded);
  if (libc.ioctl(fd, linux.SIOCGIFMTU, request) < 0) return null;
  return Math.min(largestPacket, new DataView(request.buffer).getInt32(nameLength, true));
}
