/** TCP flows. */
import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { IcmpError } from '../link/icmp.ts';
import type { Packet } from '../packet.ts';
import type { TcpFacts } from './facts.ts';
import type { StreamHandler } from './handler.ts';

export class TcpTracker {
  constructor(handler: StreamHandler, options: { packet: Packet; limits: CaptureLimits; counters: Counters }) {
    void [handler, options];
  }
  get flows(): number {
    return 0;
  }
  segment(d: Datagram): void {
    void d;
  }
  finish(): void {}
  flowOf(icmp: IcmpError): number {
    void icmp;
    return -1;
  }
  initiatorOf(flow: number): 0 | 1 | null {
    void flow;
    return null;
  }
  cameUp(flow: number): boolean {
    return flow < 0;
  }
  facts(flow: number): TcpFacts {
    throw new RangeError(`no flow ${flow}`);
  }
}
