/** Exact packets of kernel connections, by AF_PACKET (Linux, koffi, CAP_NET_RAW): both directions, as they pass the interface. */

import { finishTransportChecksum, ipBytes, ipProtocol } from '../../capture/index.ts';
import { toHex } from '../../wire/index.ts';
import { linux } from '../libc.ts';
import { packetCalls } from '../raw/calls.ts';
import { forPeers } from './sniffer-filter.ts';

/** Hears the packets between this machine and its peers, and ICMP errors about them. */
export interface Sniffer {
  /** Adds a peer; packets before that are not heard. */
  watch(address: string): void;
  /** Hands over what has arrived. */
  drain(): void;
  close(): void;
}

/** @param packet starts with the IP header. @param time milliseconds since 1970, of the kernel */
export type HearPacket = (packet: Uint8Array, time: number) => void;

const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SIOCGSTAMPNS = 0x8907;
/** Room for what arrives between two looks. */
const bufferBytes = 2 ** 22;
const lookMs = 10;
const largestPacket = 2 ** 16 + 64;

/** Null where this machine or user has no packet sockets. */
export async function openSniffer(hear: HearPacket): Promise<Sniffer | null> {
  const calls = await packetCalls();
  if (calls.libc === null || !('attachFilter' in calls)) return null;
  const { libc } = calls;
  const protocol = (linux.ETH_P_ALL & 0xff) << 8;
  // Without link-layer headers. Nothing is heard before the first peer is known.
  const fd = libc.socket(linux.AF_PACKET, SOCK_DGRAM | linux.SOCK_CLOEXEC, 0);
  if (fd < 0) return null;
  const peers: string[] = [];
  /** Their bytes, as hex. */
  const wanted = new Set<string>();
  const buffer = new Uint8Array(largestPacket);
  const stamp = new Uint8Array(16); // struct timespec
  const clock = new DataView(stamp.buffer);
  let isOpen = true;

  const drain = (): void => {
    if (!isOpen) return;
    const heard: Stamped[] = [];
    for (let length = calls.receive(fd, buffer); length >= 0; length = calls.receive(fd, buffer)) {
      const isTimed = libc.ioctl(fd, SIOCGSTAMPNS, stamp) >= 0;
      const time = isTimed ? Number(clock.getBigInt64(0, true)) * 1000 + clock.getUint32(8, true) / 1e6 : Date.now();
      heard.push({ packet: buffer.slice(0, length), time });
    }
    for (const { packet, time } of inTheirOrder(heard)) {
      if (!isAbout(packet, wanted)) continue;
      finish(packet);
      hear(packet, time);
    }
  };
  const timer = setInterval(drain, lookMs);
  timer.unref();
  libc.setOption(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);

  return {
    watch(address) {
      if (peers.includes(address)) return;
      peers.push(address);
      wanted.add(toHex(ipBytes(address)));
      calls.attachFilter(fd, forPeers(peers));
      if (peers.length > 1) return;
      // struct sockaddr_ll of all interfaces: the protocol opens the socket's ear.
      const all = new Uint8Array(20);
      new DataView(all.buffer).setUint16(0, linux.AF_PACKET, true);
      new DataView(all.buffer).setUint16(2, protocol, true);
      calls.bind(fd, all);
      // The first question turns time stamps on.
      libc.ioctl(fd, SIOCGSTAMPNS, stamp);
    },
    drain,
    close() {
      drain();
      isOpen = false;
      clearInterval(timer);
      libc.close(fd);
    },
  };
}

/** A packet with the time that the kernel gives for it, milliseconds since 1970. */
export interface Stamped {
  readonly packet: Uint8Array;
  readonly time: number;
}

/**
 * Makes times fit the order in which packets were queued. Linux begins to stamp packets a little after it was asked to; those before
 * get the time at which they were read, which is later than that of packets behind them.
 */
export function inTheirOrder(heard: readonly Stamped[]): Stamped[] {
  const ordered: Stamped[] = [];
  let latest = Number.POSITIVE_INFINITY;
  for (const { packet, time } of heard.toReversed()) {
    latest = Math.min(latest, time);
    ordered.push({ packet, time: latest });
  }
  return ordered.reverse();
}

/** TCP with a peer, or an ICMP error (RFC 792, RFC 4443 §3) that quotes a packet to one. @param peers addresses in hex */
function isAbout(packet: Uint8Array, peers: ReadonlySet<string>): boolean {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const [source, destination, length] = isIpv6 ? [8, 24, 16] : [12, 16, 4];
  const isPeer = (at: number): boolean => peers.has(toHex(packet.subarray(at, at + length)));
  if (packet[isIpv6 ? 6 : 9] !== (isIpv6 ? 58 : 1)) return isPeer(source) || isPeer(destination);
  const header = isIpv6 ? 40 : 4 * ((packet[0] ?? 0) & 15);
  const type = packet[header] ?? 0;
  const isError = isIpv6 ? type < 128 : type === 3 || type === 11 || type === 12;
  return isError && isPeer(header + icmpHeaderLength + destination);
}

const icmpHeaderLength = 8;

/** Fills in the checksum of a whole TCP segment that was left to the network card. */
function finish(packet: Uint8Array): void {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const isFragment = !isIpv6 && (((packet[6] ?? 0) & 0x3f) | (packet[7] ?? 0)) !== 0;
  if (packet[isIpv6 ? 6 : 9] !== ipProtocol.tcp || isFragment) return;
  const header = isIpv6 ? 40 : 4 * ((packet[0] ?? 0) & 15);
  finishTransportChecksum(
    packet.subarray(header),
    checksumAt,
    packet.subarray(isIpv6 ? 8 : 12, isIpv6 ? 40 : 20),
    ipProtocol.tcp,
  );
}

const checksumAt = 16;
