/** Ports of servers at which a connection of the capture came up: a SYN that is not answered there was not kept from all. */

import type { Endpoint } from '../../evidence/index.ts';

/** Addresses that are remembered. */
const maxAddresses = 10_000;
const maxPorts = 1_000;

export class PortsUp {
  readonly #ports = new Map<string, Set<number>>();

  note({ address, port }: Endpoint): void {
    const known = this.#ports.get(address);
    if (known === undefined) {
      if (this.#ports.size < maxAddresses) this.#ports.set(address, new Set([port]));
    } else if (known.size < maxPorts) known.add(port);
  }

  has({ address, port }: Endpoint): boolean {
    return this.#ports.get(address)?.has(port) === true;
  }
}
