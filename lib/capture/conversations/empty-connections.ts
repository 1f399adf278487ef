/**
 * TCP connections that came up and were ended before either side sent a byte. Clients hold such connections in reserve and monitors ask so
 * whether a port is open, so they are told where the client speaks no TLS with the server at all, or the server hangs up again and again.
 */

import type { Endpoint, FailedConnections, Side } from '../../evidence/index.ts';
import type { Counters } from '../counters.ts';
import type { TcpFacts, TcpTracker } from '../flow/index.ts';
import { isoTime } from '../time.ts';
import { endpointA, endpointB } from './transport.ts';

/** Ended so soon, a connection did not wait for its hello. */
const atOnceMs = 3_000;
/** Beside TLS: once or twice it is chance, such as a restart. */
const leastBesideTls = 3;

const maxGroups = 5_000;
const maxTalks = 100_000;
const shown = 20;

/** Those of one client to one server that ended alike. */
interface Group {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly kind: 'closed' | 'reset';
  readonly endedBy: Side;
  readonly isAtOnce: boolean;
  /** Lowest bits of the addresses. */
  readonly from: number;
  readonly to: number;
  readonly packets: number[];
  count: number;
  firstTime: number;
  lastTime: number;
  least: number;
  most: number;
}

type Told = FailedConnections & { readonly lastedMs: NonNullable<FailedConnections['lastedMs']> };

export class EmptyConnections {
  readonly #counters: Counters;
  readonly #groups = new Map<string, Group>();
  /** Clients that speak TLS with a server: lowest bits of their addresses, by those and the port of the server. */
  readonly #talks = new Map<number, Set<number>>();
  #talkCount = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** TLS was seen in a flow. */
  speakTls(tracker: TcpTracker, flow: number): void {
    if (this.#talkCount >= maxTalks) return;
    const opener = tracker.initiatorOf(flow) ?? (tracker.portOf(flow, 0) >= tracker.portOf(flow, 1) ? 0 : 1);
    const other = opener === 0 ? 1 : 0;
    const server = keyOf(tracker.addressOf(flow, other), tracker.portOf(flow, other));
    let clients = this.#talks.get(server);
    if (clients === undefined) {
      clients = new Set();
      this.#talks.set(server, clients);
    }
    const before = clients.size;
    this.#talkCount += clients.add(tracker.addressOf(flow, opener)).size - before;
  }

  /** A flow is over that came up, of which the tracker says that it is empty. */
  ended(tcp: TcpFacts): void {
    const { synAck, firstFin, reset, initiator } = tcp;
    const by = firstFin ?? reset?.from;
    if (synAck === null || by === undefined || initiator === null) return;
    const ends = [endpointA(tcp), endpointB(tcp)] as const;
    const [client, server] = initiator === 0 ? ends : [ends[1], ends[0]];
    const kind = firstFin === null ? 'reset' : 'closed';
    const endedBy = by === initiator ? 'client' : 'server';
    const lasted = Math.max(0, tcp.lastTime - synAck.time);
    const isAtOnce = lasted <= atOnceMs;
    const key = `${kind} ${endedBy} ${isAtOnce} ${client.address} ${server.address} ${server.port}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= maxGroups) return this.#counters.drop('failed-connections-not-listed');
      const [from, to] = initiator === 0 ? [tcp.a3, tcp.b3] : [tcp.b3, tcp.a3];
      group = { client, server, kind, endedBy, isAtOnce, from, to, packets: [], count: 0, ...never };
      this.#groups.set(key, group);
    }
    group.count++;
    if (group.packets.length < shown) group.packets.push(tcp.firstPacket);
    group.firstTime = Math.min(group.firstTime, tcp.firstTime);
    group.lastTime = Math.max(group.lastTime, tcp.lastTime);
    group.least = Math.min(group.least, lasted);
    group.most = Math.max(group.most, lasted);
  }

  /** By server and the way they ended. */
  told(): FailedConnections[] {
    const told = new Map<string, Told>();
    for (const group of this.#groups.values()) {
      const { server, kind, endedBy, isAtOnce } = group;
      const besideTls = this.#speaksTls(group);
      const isRepeated = endedBy === 'server' && isAtOnce && group.count >= leastBesideTls;
      if (besideTls && !isRepeated) continue;
      const key = `${kind} ${endedBy} ${isAtOnce} ${besideTls} ${server.address} ${server.port}`;
      told.set(key, joined(told.get(key), group, besideTls));
    }
    return [...told.values()];
  }

  /** Either may have opened the connection: FMC and FTD both try, and need it once. When there is no room to remember more, any of them may. */
  #speaksTls({ from, to, server: { port } }: Group): boolean {
    if (this.#talkCount >= maxTalks) return true;
    return this.#talks.get(keyOf(to, port))?.has(from) === true || this.#talks.get(keyOf(from, port))?.has(to) === true;
  }
}

const never = { firstTime: Number.POSITIVE_INFINITY, lastTime: 0, least: Number.POSITIVE_INFINITY, most: 0 };

function keyOf(address: number, port: number): number {
  return address * 65_536 + port;
}

function joined(known: Told | undefined, group: Group, besideTls: boolean): Told {
  const { server, kind, endedBy, client, count, packets, firstTime, lastTime, least, most } = group;
  const firstAt = isoTime(firstTime);
  const lastAt = isoTime(lastTime);
  return {
    server,
    kind,
    count: count + (known?.count ?? 0),
    clients: [...new Set([...(known?.clients ?? []), client.address])].slice(0, shown),
    packets: [...(known?.packets ?? []), ...packets].sort((a, b) => a - b).slice(0, shown),
    firstAt: known === undefined || firstAt < known.firstAt ? firstAt : known.firstAt,
    lastAt: known === undefined || lastAt > known.lastAt ? lastAt : known.lastAt,
    icmp: null,
    judged: true,
    endedBy,
    lastedMs: {
      least: Math.min(Math.ceil(least), known?.lastedMs.least ?? Number.POSITIVE_INFINITY),
      most: Math.max(Math.ceil(most), known?.lastedMs.most ?? 0),
    },
    besideTls,
  };
}
