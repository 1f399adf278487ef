/** How a program inside a lab knows which addresses are the lab's: an environment variable that the lab sets for what it runs. */

import { BlockList, isIP } from 'node:net';

/** Its value: networks of the lab, separated by commas, e.g. `10.66.0.0/16,fd66::/32`. */
export const labVariable = 'HELLOPROBE_LAB';

/** True for an address inside one of the lab's networks; what is no network in the value is passed over. */
export function isLabAddress(address: string, value: string | undefined): boolean {
  const family = familyOf(address);
  if (family === null || value === undefined) return false;
  const networks = new BlockList();
  for (const network of value.split(',')) {
    const [prefix = '', length = ''] = network.trim().split('/');
    const kind = familyOf(prefix);
    const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
    if (kind !== null && bits >= 1 && bits <= (kind === 'ipv4' ? 32 : 128)) networks.addSubnet(prefix, bits, kind);
  }
  return networks.check(address, family);
}

/** True for this machine's own loopback addresses. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) !== 0 && /^(?:::ffff:)?127\./i.test(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? 'ipv4' : 'ipv6';
}
