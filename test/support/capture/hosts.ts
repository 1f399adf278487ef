/** Hosts of made captures: addresses, and what the packets of each look like. */

import {
  ethernetFrame,
  etherType,
  type IpAddresses,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  linkType,
} from '../../../lib/capture/write/index.ts';

export type Side = 'client' | 'server';

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client');

export interface Host {
  /** IPv4 or IPv6; both hosts of the same kind. */
  readonly address: string;
  /** Ethernet address. */
  readonly mac: string;
  /** TTL of its packets where they are captured. */
  readonly ttl: number;
}

/** Documentation addresses (RFC 5737, RFC 7042); the server is some hops away. */
export const defaultHosts: Readonly<Record<Side, Host>> = {
  client: { address: '192.0.2.10', mac: '00:00:5e:00:53:0a', ttl: 64 },
  server: { address: '198.51.100.20', mac: '00:00:5e:00:53:01', ttl: 57 },
};

/** What the IP header says beside addresses and protocol. */
export interface IpFields {
  readonly ttl?: number;
  readonly id?: number;
  readonly dontFragment?: boolean;
}

/** Two hosts, and the frames that their IP packets travel in. */
export class Pair {
  readonly client: Host;
  readonly server: Host;
  readonly #linkType: number;
  readonly #ids: Record<Side, number>;

  constructor(hosts: Partial<Record<Side, Partial<Host>>> = {}, type: number = linkType.ethernet) {
    this.client = { ...defaultHosts.client, ...hosts.client };
    this.server = { ...defaultHosts.server, ...hosts.server };
    this.#linkType = type;
    this.#ids = { client: 0x1a00, server: 0x7c10 };
  }

  addresses(from: Side): IpAddresses {
    return { source: this[from].address, destination: this[otherSide(from)].address };
  }

  /** IP packet; the identification counts up per host unless given. */
  packet(from: Side, protocol: number, payload: Uint8Array, fields: IpFields = {}): Uint8Array {
    const addresses = this.addresses(from);
    const ttl = fields.ttl ?? this[from].ttl;
    if (addresses.source.includes(':'))
      return ipv6Packet({ ...addresses, nextHeader: protocol, hopLimit: ttl }, payload);
    const id = fields.id ?? this.#ids[from]++ & 0xffff;
    const { dontFragment = true } = fields;
    return ipv4Packet({ ...addresses, protocol, ttl, id, dontFragment }, payload);
  }

  /** The packet in a frame of the capture's link type (Ethernet, or none for raw IP). */
  frame(from: Side, packet: Uint8Array): Uint8Array {
    if (this.#linkType !== linkType.ethernet) return packet;
    const type = (packet[0] as number) >> 4 === 6 ? etherType.ipv6 : etherType.ipv4;
    return ethernetFrame({ source: this[from].mac, destination: this[otherSide(from)].mac, etherType: type }, packet);
  }

  get icmp(): number {
    return this.client.address.includes(':') ? ipProtocol.icmpv6 : ipProtocol.icmp;
  }
}
