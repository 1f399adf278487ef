/** Which of the packets that a sniffer heard are of our own connections: another program may talk to the same peer. */

import { ipProtocol, tcpFlag } from '../../capture/index.ts';
import type { End } from './tap.ts';

/** What a packet says of its connection; of an ICMP error, what the packet that it quotes says. */
export interface Ports {
  readonly source: number;
  readonly destination: number;
  /** It opens a connection. */
  readonly isSyn: boolean;
}

/** Null for a packet without ports, such as a later fragment. */
export function portsOf(packet: Uint8Array): Ports | null {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const header = isIpv6 ? ipv6Header : 4 * ((packet[0] ?? 0) & 15);
  let protocol = packet[isIpv6 ? 6 : 9] ?? 0;
  let at = header;
  if (isIpv6 && protocol === ipProtocol.fragment) {
    if (wordAt(packet, header + 2) >> 3 !== 0) return null;
    protocol = packet[header] ?? 0;
    at += fragmentHeader;
  }
  if (!isIpv6 && (wordAt(packet, 6) & 0x1fff) !== 0) return null;
  if (protocol === (isIpv6 ? ipProtocol.icmpv6 : ipProtocol.icmp)) {
    const quoted = portsOf(packet.subarray(at + icmpHeader));
    return quoted === null ? null : { ...quoted, isSyn: false };
  }
  if (protocol !== ipProtocol.tcp || packet.length < at + 4) return null;
  const flags = (packet[at + 13] ?? 0) & (tcpFlag.syn | tcpFlag.ack | tcpFlag.rst | tcpFlag.fin);
  return { source: wordAt(packet, at), destination: wordAt(packet, at + 2), isSyn: flags === tcpFlag.syn };
}

/** Connections that are ours, each with the comment of its first packet. */
export class Claims {
  readonly #comments = new Map<string, string>();

  claim(localPort: number, remote: End, comment: string): void {
    this.#comments.set(keyOf(localPort, remote.port), comment);
  }

  /**
   * The port of a connection that never stood is not told; its SYN is one to this peer that nobody else claims.
   * @param packets those heard while it was tried
   */
  claimUntold(packets: readonly Uint8Array[], remote: End, comment: string): void {
    for (const packet of packets) {
      const ports = portsOf(packet);
      if (ports?.isSyn !== true || ports.destination !== remote.port || this.commentOf(ports) !== null) continue;
      this.claim(ports.source, remote, comment);
    }
  }

  /** Null for a connection that is not ours. */
  commentOf({ source, destination }: Ports): string | null {
    return this.#comments.get(keyOf(source, destination)) ?? this.#comments.get(keyOf(destination, source)) ?? null;
  }
}

const ipv6Header = 40;
const fragmentHeader = 8;
const icmpHeader = 8;

const keyOf = (local: number, remote: number): string => `${local}>${remote}`;

/** 16 bits in network byte order. */
function wordAt(packet: Uint8Array, at: number): number {
  return ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0);
}
