/** Ports that answered DTLS in a capture: where one client got nothing from such a port, UDP to it is not blocked for all. */

import type { Conversation } from '../../evidence/index.ts';
import { endpointText } from '../facts/witness.ts';
import type { Claim } from '../findings/claims.ts';
import { shownEvidence } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';

/** Servers that are remembered. */
const maxServers = 10_000;
/** Clients without an answer that are remembered of each claim. */
const maxClients = 1_000;

/** The packet that answered, and whom. */
interface Answer {
  readonly client: string;
  readonly packet: number;
}

interface Unanswered {
  readonly server: string;
  /** Addresses. */
  readonly clients: Set<string>;
  /** Ports at both ends, and the packet of the first hello between them. */
  readonly ports: Map<string, number>;
}

export class DtlsAnswers {
  /** By server; of two clients at most, so that there is one other than the client in question. */
  readonly #answers = new Map<string, Answer[]>();
  /** Claims that a client got no answer, with their servers and the addresses of the clients. */
  readonly #unanswered = new Map<Claim, Unanswered>();
  /** Between which ports a handshake was finished, and the packet that answered in it. */
  readonly #finished = new Map<string, number>();

  answered({ protocol, client, server, serverHello, outcome }: Conversation): void {
    if (protocol !== 'dtls' || serverHello === null) return;
    const key = endpointText(server);
    const ports = `${endpointText(client)} ${key}`;
    if (outcome === 'completed' && !this.#finished.has(ports) && this.#finished.size < maxServers)
      this.#finished.set(ports, serverHello.packet);
    const known = this.#answers.get(key) ?? [];
    if (known.length >= 2 || known.some((answer) => answer.client === client.address)) return;
    if (known.length === 0 && this.#answers.size >= maxServers) return;
    this.#answers.set(key, [...known, { client: client.address, packet: serverHello.packet }]);
  }

  unanswered(claim: Claim, { client, server, firstPacket }: Conversation): void {
    if (claim.beyond) return;
    const entry = this.#unanswered.get(claim) ?? { server: endpointText(server), clients: new Set(), ports: new Map() };
    if (entry.clients.size < maxClients) entry.clients.add(client.address);
    if (entry.ports.size < maxClients) entry.ports.set(`${endpointText(client)} ${entry.server}`, firstPacket);
    this.#unanswered.set(claim, entry);
  }

  /** Shows the answer beside each claim about a port that gave one, once everything was told. */
  show(say: Say): void {
    for (const [{ evidence }, { server, clients, ports }] of this.#unanswered) {
      const answers = this.#answers.get(server) ?? [];
      const answer = answers.find(({ client }) => !clients.has(client)) ?? answers[0];
      if (answer === undefined) continue;
      const { client, packet } = answer;
      const isHeld = [...ports].some(([key, asked]) => (this.#finished.get(key) ?? asked) < asked);
      const text = say.dtlsAnswered({ client, server, other: !clients.has(client) }) + (isHeld ? say.dtlsHeld() : '');
      // In place of the last one where all that is shown is full: it is not one more client without an answer.
      evidence.splice(Math.min(evidence.length, shownEvidence - 1), 1, { kind: 'packet', ref: String(packet), text });
    }
  }
}
