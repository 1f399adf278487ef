/** ICMP errors that quote segments of TCP flows, by flow: bounded for each and over all. */

import type { Counters } from '../counters.ts';
import type { IcmpError } from '../link/icmp.ts';
import { type PacketIcmp, packetIcmp } from './icmp-evidence.ts';

const mostOfFlow = 20;
/** Over all flows. */
const most = 100_000;
const none: readonly PacketIcmp[] = [];

/** Counts what it does not keep: `icmp-not-listed`. */
export class IcmpErrors {
  readonly #counters: Counters;
  readonly #byFlow = new Map<number, PacketIcmp[]>();
  #kept = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** @param packet its number @param from address of the sender */
  add(flow: number, error: IcmpError, packet: number, from: string): void {
    const errors = this.#byFlow.get(flow);
    if ((errors?.length ?? 0) >= mostOfFlow || this.#kept >= most) return this.#counters.drop('icmp-not-listed');
    const evidence = packetIcmp(error, packet, from);
    this.#kept++;
    if (errors === undefined) this.#byFlow.set(flow, [evidence]);
    else errors.push(evidence);
  }

  /** In the order they came. */
  of(flow: number): readonly PacketIcmp[] {
    return this.#byFlow.get(flow) ?? none;
  }

  forget(flow: number): void {
    const errors = this.#byFlow.get(flow);
    if (errors === undefined) return;
    this.#kept -= errors.length;
    this.#byFlow.delete(flow);
  }
}
