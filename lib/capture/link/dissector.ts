/** From a packet to its innermost IP datagram: link layers, tags, tunnels and fragments. */

import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';

export interface DatagramSink {
  /** The innermost datagram of a packet. `d` is reused and valid only during the call. */
  datagram(d: Datagram): void;
  /** ARP for IPv4. @param operation 1 request, 2 reply @param sender and `target`: IPv4 addresses, unsigned 32-bit */
  arp(operation: number, sender: number, target: number): void;
  /**
   * A datagram that never became whole. `d` holds addresses and protocol, and as payload what came of its start (empty when the
   * first fragment is missing). @param fragments how many came
   */
  incomplete(d: Datagram, fragments: number): void;
}

export class Dissector {
  readonly #sink: DatagramSink;

  constructor(options: { limits: CaptureLimits; counters: Counters; sink: DatagramSink }) {
    this.#sink = options.sink;
  }

  /** Calls the sink at most once, not at all for a fragment that waits for others. Never throws. */
  packet(packet: Packet): void {
    void packet;
  }

  /** Tells the datagrams that are still incomplete. */
  end(): void {
    void this.#sink;
  }
}
