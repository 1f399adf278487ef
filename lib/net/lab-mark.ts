/** How a program knows that it runs in a lab, and which addresses are the lab's. */

import { BlockList, isIP } from 'node:net';

/** Environment variable that a lab sets, to the name of its scenario, for what it runs. */
export const labVariable = 'HELLOPROBE_LAB';

/** Addresses for documentation (RFC 5737 §3, RFC 3849 §4): labs use them, and no machine on the Internet has one. */
const labNetworks = new BlockList();
for (const network of ['192.0.2.0', '198.51.100.0', '203.0.113.0']) labNetworks.addSubnet(network, 24, 'ipv4');
labNetworks.addSubnet('2001:db8::', 32, 'ipv6');

/**
 * True for an address of the lab that this program runs in.
 * @param lab value of `HELLOPROBE_LAB`; without one, there is no lab
 */
export function isLabAddress(address: string, lab: string | undefined): boolean {
  const version = isIP(address);
  return (
    lab !== undefined && lab !== '' && version !== 0 && labNetworks.check(address, version === 4 ? 'ipv4' : 'ipv6')
  );
}

/** True for this machine's own loopback addresses. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) !== 0 && /^(?:::ffff:)?127\./i.test(address));
}
