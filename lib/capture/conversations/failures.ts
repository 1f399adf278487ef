/** TCP connections that never came up or were ended before a byte was sent, and addresses that ARP did not find: counted by server, not one by one. */

import {
  type Endpoint,
  type FailedConnections,
  type IcmpEvidence,
  isExpiredInTransit,
  isUnreachable,
  type UnansweredArp,
} from '../../evidence/index.ts';
import type { Counters } from '../counters.ts';
import type { TcpFacts } from '../flow/index.ts';
import { addressText } from '../link/address.ts';
import { isoTime } from '../time.ts';
import { EmptyConnections } from './empty-connections.ts';
import { endpointA, endpointB } from './transport.ts';

/** Ports where TLS VPNs, sftunnel and other TLS services listen; a failure at any other port says nothing about TLS. */
const tlsPorts: ReadonlySet<number> = new Set([
  443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 4443, 5061, 8305, 8443, 9443, 10443,
]);

const maxServers = 1_000;
/** SYN-ACKs were sent for so long. */
const triedMs = 3_000;
/** A SYN is sent again after a second (RFC 6298 §2), by some hosts a little earlier. */
const againMs = 900;
const shown = 20;

interface Group {
  kind: FailedConnections['kind'];
  server: FailedConnections['server'];
  count: number;
  clients: Set<string>;
  packets: number[];
  firstTime: number;
  lastTime: number;
  icmp: IcmpEvidence | null;
  /** A SYN was sent again. */
  repeated: boolean;
}

export class Failures {
  /** Those that came up. */
  readonly empty: EmptyConnections;
  readonly #counters: Counters;
  readonly #ports: ReadonlySet<number>;
  readonly #groups = new Map<string, Group>();
  /** Addresses by port. */
  readonly #tlsServers = new Map<number, Set<string>>();
  #tlsServerCount = 0;
  readonly #arp = new Map<number, { count: number; packets: number[] }>();

  /** @param ports judged beside the usual ones */
  constructor(counters: Counters, ports: readonly number[]) {
    this.empty = new EmptyConnections(counters);
    this.#counters = counters;
    this.#ports = new Set([...tlsPorts, ...ports]);
  }

  /** TLS was seen at this server port. */
  tlsServer(address: string, port: number): void {
    if (this.#ports.has(port)) return;
    const addresses = this.#tlsServers.get(port) ?? new Set<string>();
    if (addresses.has(address) || this.#tlsServerCount >= maxServers) return;
    this.#tlsServerCount++;
    this.#tlsServers.set(port, addresses.add(address));
  }

  /** TLS was seen at this port, or it is one that TLS services use. */
  speaksTls(address: string, port: number): boolean {
    return this.#ports.has(port) || this.#tlsServers.get(port)?.has(address) === true;
  }

  /**
   * A flow is over: counted when its SYN was refused or never answered.
   * @param waited true when the capture went on long enough for an answer
   */
  flow(tcp: TcpFacts, icmp: readonly IcmpEvidence[], waited: boolean): void {
    if (tcp.initiator === null || tcp.synAck !== null || tcp.directions[(1 - tcp.initiator) as 0 | 1].bytes > 0) return;
    const refused = tcp.reset?.refused === true;
    const unreachable = icmp.find(isUnreachable);
    const error = unreachable ?? (refused ? undefined : icmp.find(isExpiredInTransit)) ?? null;
    if (!refused && error === null && !waited) return;
    const [client, server] = tcp.initiator === 0 ? [endpointA(tcp), endpointB(tcp)] : [endpointB(tcp), endpointA(tcp)];
    // An answer of any kind in the other direction than expected (an ACK, a late SYN-ACK) is no failure that this can name.
    const isAnswered = tcp.directions[(1 - tcp.initiator) as 0 | 1].seen || wentOn(tcp, tcp.initiator);
    if (!refused && unreachable === undefined && isAnswered) return;
    const kind = refused ? 'refused' : error === null ? 'unanswered' : 'unreachable';
    this.#count(kind, tcp, [client, server], error);
  }

  /** A flow is over whose SYN-ACKs got no answer. Copies of one packet, and a capture that ends at once, are none. */
  unacknowledged(tcp: TcpFacts): void {
    if (tcp.initiator === null || tcp.lastTime - (tcp.synAck?.time ?? tcp.lastTime) < triedMs) return;
    const ends = [endpointA(tcp), endpointB(tcp)] as const;
    this.#count('unacknowledged', tcp, tcp.initiator === 0 ? ends : [ends[1], ends[0]], null);
  }

  #count(
    kind: Group['kind'],
    tcp: TcpFacts,
    [client, server]: readonly [Endpoint, Endpoint],
    error: IcmpEvidence | null,
  ): void {
    const how = error !== null && isExpiredInTransit(error) ? 'expired' : kind;
    const key = `${how} ${server.address} ${server.port}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= maxServers) return this.#counters.drop('failed-connections-not-listed');
      group = {
        kind,
        server,
        count: 0,
        clients: new Set(),
        packets: [],
        firstTime: tcp.firstTime,
        lastTime: 0,
        icmp: error,
        repeated: false,
      };
      this.#groups.set(key, group);
    }
    // Copies of a packet, as of mirror ports, come at once.
    group.repeated ||= tcp.syns > 1 && tcp.lastTime - tcp.firstTime >= againMs;
    group.count++;
    group.firstTime = Math.min(group.firstTime, tcp.firstTime);
    group.lastTime = Math.max(group.lastTime, tcp.lastTime);
    if (group.clients.size < shown) group.clients.add(client.address);
    if (group.packets.length < shown) group.packets.push(tcp.firstPacket);
  }

  /** ARP for IPv4. An address that ever answers, or asks itself, is there. */
  arp(operation: number, sender: number, target: number, packet: number): void {
    const isRoom = this.#arp.size < maxArp;
    if ((operation === 2 || sender !== 0) && (isRoom || this.#arp.has(sender))) this.#arp.set(sender, answeredArp);
    if (operation !== 1 || sender === target || sender === 0) return;
    const known = this.#arp.get(target);
    if (known === answeredArp) return;
    if (known === undefined && !isRoom) return this.#counters.drop('arp-not-counted');
    const asked = known ?? { count: 0, packets: [] };
    asked.count++;
    if (asked.packets.length < shown) asked.packets.push(packet);
    this.#arp.set(target, asked);
  }

  /** By server, in the order of the first packet. */
  failedConnections(): FailedConnections[] {
    const groups = [...this.#groups.values()];
    // Connections are told as they end, which is not the order that they began in.
    for (const { packets } of groups) packets.sort((a, b) => a - b);
    const failed = groups.map(
      ({ server, kind, count, clients, packets, firstTime, lastTime, icmp, repeated }): FailedConnections => ({
        server,
        kind,
        count,
        clients: [...clients],
        packets,
        firstAt: isoTime(firstTime),
        lastAt: isoTime(lastTime),
        icmp,
        ...(kind === 'unanswered' && !repeated ? { sentOnce: true } : {}),
        judged: this.speaksTls(server.address, server.port),
      }),
    );
    return [...failed, ...this.empty.told()].sort((a, b) => (a.packets[0] ?? 0) - (b.packets[0] ?? 0));
  }

  unansweredArp(): UnansweredArp[] {
    return [...this.#arp]
      .filter(([, asked]) => asked !== answeredArp && asked.count >= leastRequests)
      .slice(0, maxServers)
      .map(([address, { count, packets }]) => ({ address: addressText(0, 0, 0xffff, address), count, packets }));
  }
}

/** The client did more than send its SYN again, as only one does that was answered: the capture has packets of one direction only. */
function wentOn({ syns, synPacket, lastPacket, directions, reset }: TcpFacts, client: 0 | 1): boolean {
  if (syns === 1) return lastPacket !== synPacket;
  return directions[client].bytes > 0 || reset?.from === client;
}

/** One request may have been answered after the capture, or be a scan; hosts repeat what they need. */
const leastRequests = 3;
const maxArp = 65_536;
const answeredArp = { count: 0, packets: [] as number[] };
