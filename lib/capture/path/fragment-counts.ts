/** IP fragments by conversation: few packets come in fragments, so these are kept by text. */

import type { ConversationLoss, Endpoint } from '../../evidence/index.ts';
import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import { AddressTexts } from '../link/address.ts';

const maxPairs = 10_000;

export class FragmentCounts {
  readonly #seen = new Map<string, number>();
  readonly #incomplete = new Map<string, number>();
  readonly #counters: Counters;
  /** A fragment without ports was seen. */
  #later = false;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** No fragments were seen. */
  get none(): boolean {
    return this.#seen.size === 0;
  }

  /** A datagram that became whole. */
  whole(d: Datagram): void {
    this.#later = true;
    if (!count(this.#seen, pairKey(d, true), d.fragments)) this.#counters.drop('fragment-pairs-not-counted');
  }

  /** A datagram that did not; its ports are known when its first fragment came. */
  incomplete(d: Datagram, fragments: number): void {
    const withPorts = d.end - d.payload >= 4;
    this.#later ||= !withPorts || fragments > 1;
    const key = pairKey(d, withPorts);
    const isSeen = count(this.#seen, key, fragments);
    const isIncomplete = count(this.#incomplete, key, 1);
    if (!isSeen || !isIncomplete) this.#counters.drop('fragment-pairs-not-counted');
  }

  /** Of a conversation; fragments whose ports are not known count for all conversations of these two addresses. */
  of(protocol: number, a: Endpoint, b: Endpoint): ConversationLoss['fragments'] {
    if (this.#seen.size === 0) return none;
    const exact = keyOf(protocol, `${a.address} ${a.port}`, `${b.address} ${b.port}`);
    const byAddress = keyOf(protocol, a.address, b.address);
    const sum = (counts: Map<string, number>): number => (counts.get(exact) ?? 0) + (counts.get(byAddress) ?? 0);
    const seen = sum(this.#seen);
    return { seen, incomplete: sum(this.#incomplete), ...(seen > 0 && this.#later ? { later: true } : {}) };
  }
}

const none: ConversationLoss['fragments'] = { seen: 0, incomplete: 0 };

/** @returns false when there are too many pairs already */
function count(counts: Map<string, number>, key: string, times: number): boolean {
  const known = counts.get(key);
  if (known === undefined && counts.size >= maxPairs) return false;
  counts.set(key, (known ?? 0) + times);
  return true;
}

const sources = new AddressTexts();
const destinations = new AddressTexts();

function pairKey(d: Datagram, withPorts: boolean): string {
  const source = sources.of(d.source0, d.source1, d.source2, d.source3);
  const destination = destinations.of(d.destination0, d.destination1, d.destination2, d.destination3);
  if (!withPorts) return keyOf(d.protocol, source, destination);
  const port = (at: number): number => ((d.bytes[at] ?? 0) << 8) | (d.bytes[at + 1] ?? 0);
  return keyOf(d.protocol, `${source} ${port(d.payload)}`, `${destination} ${port(d.payload + 2)}`);
}

/** The same for both directions. */
function keyOf(protocol: number, a: string, b: string): string {
  return a < b ? `${protocol} ${a} ${b}` : `${protocol} ${b} ${a}`;
}
