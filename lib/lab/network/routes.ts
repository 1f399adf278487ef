/** Routes of a lab: they carry what the faults say of MTU and announced MSS, per direction. */

import { type Topology, toClient, toServer } from './topology.ts';
import type { LabFaults } from './types.ts';

/** Marks the routes of this file, so that they can be taken away together. */
export const routeProtocol = 77;

/** RFC 8200 §5: no link may have less. */
const minimumMtu6 = 1280;
/** An IPv6 header is 20 bytes longer than an IPv4 header. */
const ipv6Extra = 20;

/**
 * Input of `ip -batch` on the node at `index`. Those from before must be gone: with them
 * goes every path MTU that the kernel has learned.
 * @param faulty whether this router has the faults.
 */
export function routeCommands(topology: Topology, index: number, faults: LabFaults, faulty: boolean): string[] {
  const { names, links } = topology;
  const { mtuDirection = 'both' } = faults;
  const last = names.length - 1;
  const mss = index === 0 ? faults.clientMss : index === last ? faults.serverMss : undefined;
  const commands: string[] = [];
  const add = (device: string, target: number, via: { v4: string; v6: string }, limited: boolean): void => {
    const link = links[target];
    if (link === undefined) return;
    const mtu = limited ? faults.mtu : undefined;
    commands.push(
      route(link.v4.network, via.v4, device, mtu, mss),
      route(
        link.v6.network,
        via.v6,
        device,
        mtu && Math.max(mtu, minimumMtu6),
        mss === undefined ? undefined : mss - ipv6Extra,
      ),
    );
  };
  const before = links[index - 1];
  const after = links[index];
  const limits = (direction: 'outbound' | 'inbound'): boolean =>
    faulty && (mtuDirection === 'both' || mtuDirection === direction);
  for (let i = 0; i < links.length; i++) {
    if (i > index && after !== undefined) {
      add(toServer, i, { v4: after.v4.far, v6: after.v6.far }, limits('outbound'));
    } else if (i < index - 1 && before !== undefined) {
      add(toClient, i, { v4: before.v4.near, v6: before.v6.near }, limits('inbound'));
    }
  }
  // A router's neighbours are reached by the routes that came with the addresses; these are narrower, so they win.
  if (after !== undefined && index > 0)
    commands.push(...neighbour(toServer, after.v4.far, after.v6.far, faults, limits('outbound')));
  if (before !== undefined && index < last)
    commands.push(...neighbour(toClient, before.v4.near, before.v6.near, faults, limits('inbound')));
  return commands;
}

function neighbour(device: string, v4: string, v6: string, { mtu }: LabFaults, limited: boolean): string[] {
  const limit = limited ? mtu : undefined;
  return [
    route(`${v4}/32`, null, device, limit, undefined),
    route(`${v6}/128`, null, device, limit && Math.max(limit, minimumMtu6), undefined),
  ];
}

/** `lock` makes the kernel hold the MTU for packets that it forwards, not only for its own. */
function route(
  to: string,
  via: string | null,
  device: string,
  mtu: number | undefined,
  mss: number | undefined,
): string {
  const words = [`route add ${to} proto ${routeProtocol}`, via === null ? '' : ` via ${via}`, ` dev ${device}`];
  if (mtu !== undefined) words.push(` mtu lock ${mtu}`);
  if (mss !== undefined) words.push(` advmss ${mss}`);
  return words.join('');
}
