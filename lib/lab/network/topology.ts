/** Who is where: nodes in a row, two addresses a link, and the commands that build it. */

import type { NodeName } from './types.ts';

/** Two interfaces and their addresses; the network behind `toServer` is the next link. */
export interface Link {
  readonly v4: { readonly near: string; readonly far: string; readonly network: string };
  readonly v6: { readonly near: string; readonly far: string; readonly network: string };
}

export interface Topology {
  /** From client to server. */
  readonly names: readonly NodeName[];
  /** `links[i]` joins `names[i]` and `names[i + 1]`. */
  readonly links: readonly Link[];
}

/** Interface towards the client and towards the server, on every node. */
export const toClient = 'toclient';
export const toServer = 'toserver';

/** A row of `hops` routers. Addresses are those for documentation (RFC 5737, RFC 3849). */
export function rowOf(hops: number): Topology {
  const names: NodeName[] = ['client', ...Array.from({ length: hops }, (_, i) => `router${i + 1}` as const), 'server'];
  return { names, links: names.slice(1).map((_, i) => linkAt(i, hops)) };
}

/** The client's link is 192.0.2.0/24, the server's 198.51.100.0/24, those between are cut from 203.0.113.0/24. */
function linkAt(index: number, hops: number): Link {
  const v6 = `2001:db8:${index + 1}::`;
  const six = { near: `${v6}1`, far: `${v6}2`, network: `${v6}/64` };
  if (index === 0) return { v4: { near: '192.0.2.2', far: '192.0.2.1', network: '192.0.2.0/24' }, v6: six };
  if (index === hops) {
    return { v4: { near: '198.51.100.1', far: '198.51.100.2', network: '198.51.100.0/24' }, v6: six };
  }
  const base = 16 * index;
  const four = { near: `203.0.113.${base + 1}`, far: `203.0.113.${base + 2}`, network: `203.0.113.${base}/28` };
  return { v4: four, v6: six };
}

/** Interfaces of the node at `index`, the one towards the client first. */
export function interfacesOf({ names }: Topology, index: number): string[] {
  return [...(index > 0 ? [toClient] : []), ...(index < names.length - 1 ? [toServer] : [])];
}

/** Address of the node at `index`: towards the client, for the client itself towards the server. */
export function addressOf({ links }: Topology, index: number): { v4: string; v6: string } {
  const link = links[Math.max(index - 1, 0)] as Link;
  const end = index === 0 ? 'near' : 'far';
  return { v4: link.v4[end], v6: link.v6[end] };
}

/** Settings of a node's kernel that hold for the whole life of a lab, as file under /proc/sys/net and value. */
export const settings: readonly (readonly [file: string, value: string])[] = [
  // New namespaces take some settings over from the machine.
  ['ipv4/conf/all/rp_filter', '0'],
  ['ipv4/conf/default/rp_filter', '0'],
  ['ipv6/conf/all/disable_ipv6', '0'],
  ['ipv6/conf/default/disable_ipv6', '0'],
  ['ipv4/ip_forward', '1'],
  ['ipv6/conf/all/forwarding', '1'],
  // Every oversize packet gets its answer: a lab has no flood to fear, and a missing answer is evidence.
  ['ipv4/icmp_ratelimit', '0'],
  ['ipv6/icmp/ratelimit', '0'],
  // One connection must not teach the next one.
  ['ipv4/tcp_no_metrics_save', '1'],
];

/**
 * Input of `ip -batch` on the node at `index`, which makes the links towards the server. `pidOf` is told by the process ids that
 * the caller of ip sees.
 */
export function linkCommands(topology: Topology, index: number, pidOf: (name: NodeName) => number): string[] {
  const next = topology.names[index + 1];
  const commands = ['link set lo up'];
  if (next !== undefined) {
    commands.push(
      `link add ${toServer} type veth peer name ${toClient} netns ${pidOf(next)}`,
      // Super-packets of the sender would cross routers whole, and no length would be what it is on a line.
      `link set ${toServer} gso_max_segs 1`,
    );
  }
  return commands;
}

/** Input of `ip -batch` on the node at `index` once all links exist: addresses, neighbours, and both devices up. */
export function addressCommands({ links }: Topology, index: number): string[] {
  const join = (device: string, at: number, end: 'near' | 'far'): string[] => {
    const link = links[at];
    if (link === undefined) return [];
    const other = end === 'near' ? 'far' : 'near';
    const neighbour = `lladdr ${hardwareAddress(at, other)} nud permanent dev ${device}`;
    return [
      `link set ${device} address ${hardwareAddress(at, end)} gso_max_segs 1 mtu 1500 addrgenmode none up`,
      `addr add ${link.v4[end]}/${link.v4.network.split('/')[1]} dev ${device}`,
      // Duplicate address detection would take a second.
      `addr add ${link.v6[end]}/64 dev ${device} nodad`,
      // Nobody has to ask for an address, so no first packet waits or is lost, and captures hold what was sent and nothing else.
      `neigh replace ${link.v4[other]} ${neighbour}`,
      `neigh replace ${link.v6[other]} ${neighbour}`,
    ];
  };
  return [...join(toClient, index - 1, 'far'), ...join(toServer, index, 'near')];
}

/** Ethernet address of one end of a link: locally administered, unicast. */
export function hardwareAddress(link: number, end: 'near' | 'far'): string {
  return `02:00:00:00:0${link + 1}:${end === 'near' ? '01' : '02'}`;
}
