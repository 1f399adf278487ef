/** Shell scripts that give the nodes of a lab their links, addresses, routes and rules. */

import { delayDevice } from './boxes.ts';
import { firewallRules } from './firewall.ts';
import { routeCommands, routeProtocol } from './routes.ts';
import { addressCommands, linkCommands, settings, type Topology, toClient, toServer } from './topology.ts';
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

/**
 * Then, and again for every change: what the faults ask of a node.
 * @param router null for nodes without the faults
 */
export function faultScript(
  topology: Topology,
  index: number,
  faults: LabFaults,
  router: { readonly inspectPort: number | null } | null,
): string {
  const isEnd = index === 0 || index === topology.names.length - 1;
  const lines = [
    `ip -4 route flush proto ${routeProtocol}`,
    `ip -6 route flush proto ${routeProtocol}`,
    batch(routeCommands(topology, index, faults, router !== null)),
  ];
  if (isEnd) lines.push(writeSetting('ipv4/tcp_timestamps', faults.timestamps === false ? '0' : '1'));
  if (router !== null) {
    lines.push(`nft -f - <<'END'\n${firewallRules(faults, router.inspectPort)}END`, ...delayCommands(faults));
  }
  return lines.join('\n');
}

/** Table, and priorities of the rules, that lead packets from both sides into the delay line. */
const delayTable = 77;

function delayCommands({ delayMs = 0 }: LabFaults): string[] {
  const families = ['-4', '-6'];
  const remove = families.flatMap((family) =>
    [delayTable, delayTable + 1].map((priority) => `ip ${family} rule del pref ${priority} 2>/dev/null || :`),
  );
  if (delayMs === 0) return remove;
  return [
    ...remove,
    `ip link set ${delayDevice} mtu 65535 addrgenmode none up`,
    ...families.flatMap((family) => [
      `ip ${family} route replace default dev ${delayDevice} table ${delayTable}`,
      `ip ${family} rule add pref ${delayTable} iif ${toClient} lookup ${delayTable}`,
      `ip ${family} rule add pref ${delayTable + 1} iif ${toServer} lookup ${delayTable}`,
    ]),
  ];
}

/** Not every kernel has every setting in a namespace; labs work without. */
function writeSetting(file: string, value: string): string {
  const path = `/proc/sys/net/${file}`;
  return `if [ -w ${path} ]; then echo ${value} >${path}; fi`;
}

function batch(commands: readonly string[]): string {
  return `ip -batch - <<'END'\n${commands.join('\n')}\nEND`;
}
