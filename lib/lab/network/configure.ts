/** Shell scripts that give the nodes of a lab their links, addresses, routes and rules. */

import { firewallRules } from './firewall.ts';
import { routeCommands, routeProtocol } from './routes.ts';
import { addressCommands, linkCommands, settings, type Topology } from './topology.ts';
import type { LabFaults, NodeName } from './types.ts';

/** First: the veth pairs, whose far ends go into the next node. */
export function linkScript(topology: Topology, index: number, pidOf: (name: NodeName) => number): string {
  return [
    ...settings.map(([file, value]) => writeSetting(file, value)),
    batch(linkCommands(topology, index, pidOf)),
  ].join('\n');
}

/** Second: the addresses on them. */
export function addressScript(topology: Topology, index: number): string {
  return batch(addressCommands(topology, index));
}

/** Then, and again for every change: what the faults ask of a node. */
export function faultScript(topology: Topology, index: number, faults: LabFaults, faulty: boolean): string {
  const isEnd = index === 0 || index === topology.names.length - 1;
  const lines = [
    `ip -4 route flush proto ${routeProtocol}`,
    `ip -6 route flush proto ${routeProtocol}`,
    batch(routeCommands(topology, index, faults, faulty)),
  ];
  if (isEnd) lines.push(writeSetting('ipv4/tcp_timestamps', faults.timestamps === false ? '0' : '1'));
  if (faulty) lines.push(`nft -f - <<'END'\n${firewallRules(faults)}END`);
  return lines.join('\n');
}

/** Not every kernel has every setting in a namespace; labs work without. */
function writeSetting(file: string, value: string): string {
  const path = `/proc/sys/net/${file}`;
  return `if [ -w ${path} ]; then echo ${value} >${path}; fi`;
}

function batch(commands: readonly string[]): string {
  return `ip -batch - <<'END'\n${commands.join('\n')}\nEND`;
}
