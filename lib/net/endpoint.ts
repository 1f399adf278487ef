/** Where a connection can go. */

import { isIP } from 'node:net';
import { HarnessError } from '../wire/index.ts';
import type { Endpoint } from './request.ts';

/**
 * @returns the version of IP
 * @throws HarnessError `bad-endpoint` when the address is no IP address or the port is not 1 to 65535
 */
export function checkEndpoint(endpoint: Endpoint): 4 | 6 {
  const { address, port } = endpoint;
  const version = isIP(address);
  if (version === 0 || !Number.isInteger(port) || port < 1 || port > 65535)
    throw badEndpoint(endpoint, 'is not an IP address and a port from 1 to 65535');
  return version === 4 ? 4 : 6;
}

export function badEndpoint({ address, port }: Endpoint, why: string): HarnessError<'bad-endpoint'> {
  return new HarnessError('bad-endpoint', `${JSON.stringify(`${address}:${port}`)} ${why}.`);
}
