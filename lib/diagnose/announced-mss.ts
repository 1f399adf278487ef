/** What hosts of a capture announced to each other: a router that lowers the MSS does so on every connection. */

import type { Conversation, Endpoint } from '../evidence/index.ts';
import { endpointText } from './witness.ts';

/** Pairs of a client and a server that are remembered. */
const capacity = 10_000;

/** Largest MSS of the SYN and of the SYN-ACK. */
interface Largest {
  syn: number;
  synAck: number;
}

export class AnnouncedMss {
  readonly #largest = new Map<string, Largest>();

  /**
   * Notes what a connection announced.
   * @returns true when the side that announces less, or either where both announce the same, announced more before: it has learned the
   * MTU of the path since, or answers by another host. Nothing lowers the MSS of the two on every connection.
   */
  note({ evidence, own }: Conversation, client: Endpoint, server: Endpoint): boolean {
    const { announcedMss: syn, peerMss: synAck } = evidence.path;
    // Ours by choice; some servers answer with no more.
    if (syn === null || synAck === null || (own?.mss ?? null) !== null) return false;
    const key = `${client.address} ${endpointText(server)}`;
    const known = this.#largest.get(key);
    if (known === undefined) {
      if (this.#largest.size < capacity) this.#largest.set(key, { syn, synAck });
      return false;
    }
    const lowered = (syn <= synAck && known.syn > syn) || (synAck <= syn && known.synAck > synAck);
    known.syn = Math.max(known.syn, syn);
    known.synAck = Math.max(known.synAck, synAck);
    return lowered;
  }
}
