/** UDP between two hosts of a made capture. */

import { ipProtocol, udpDatagram } from '../../../lib/capture/write/index.ts';
import { type Host, type IpFields, otherSide, Pair, type Side } from './hosts.ts';
import type { Trace } from './trace.ts';

export interface UdpSide extends Partial<Host> {
  readonly port?: number;
}

export class UdpTalk {
  readonly trace: Trace;
  readonly pair: Pair;
  readonly ports: Readonly<Record<Side, number>>;
  readonly #rtt: number;
  #last: Side = 'server';

  constructor(trace: Trace, options: { client?: UdpSide; server?: UdpSide; rtt?: number } = {}) {
    this.trace = trace;
    this.pair = new Pair({ ...options }, trace.linkType);
    this.ports = { client: options.client?.port ?? 49_152, server: options.server?.port ?? 443 };
    this.#rtt = options.rtt ?? 10;
  }

  send(side: Side, bytes: Uint8Array, fields: IpFields = {}): this {
    this.trace.wait(side === 'server' && this.#last === 'client' ? this.#rtt : 0.02);
    this.#last = side;
    this.trace.add(this.pair.frame(side, this.packet(side, bytes, fields)));
    return this;
  }

  /** The IP packet, not sent. */
  packet(side: Side, bytes: Uint8Array, fields: IpFields = {}): Uint8Array {
    const ports = { sourcePort: this.ports[side], destinationPort: this.ports[otherSide(side)] };
    return this.pair.packet(
      side,
      ipProtocol.udp,
      udpDatagram({ ...this.pair.addresses(side), ...ports }, bytes),
      fields,
    );
  }
}
