/** The conversations that are shown, and the certificates they carry; everything else of a capture passes. */

import { type CaptureEvent, type Conversation, isSftunnel } from '../../evidence/index.ts';
import type { Selection } from './pcapOptions.ts';

export class CaptureSelection {
  readonly #selection: Selection | null;
  readonly #certificates = new Set<string>();
  /** Conversations seen, whether they are shown or not. */
  all = 0;

  constructor(selection: Selection | null) {
    this.#selection = selection;
  }

  /** The event as it is to be shown; null for a conversation that is not. */
  of(event: CaptureEvent): CaptureEvent | null {
    const selection = this.#selection;
    if (selection === null) return event;
    if (event.type === 'conversation') {
      this.all++;
      const { conversation } = event;
      if (!isSelected(selection, conversation)) return null;
      for (const sha256 of conversation.certificates.server) this.#certificates.add(sha256);
      for (const sha256 of conversation.certificates.client) this.#certificates.add(sha256);
    } else if (event.type === 'certificates') {
      return {
        ...event,
        certificates: event.certificates.filter(({ sha256 }) => this.#certificates.has(sha256)),
        chains: event.chains.filter(({ certificates }) => certificates.every((each) => this.#certificates.has(each))),
      };
    }
    return event;
  }
}

function isSelected({ hosts, ports, sftunnel, failed }: Selection, conversation: Conversation): boolean {
  const { client, server, outcome } = conversation;
  return (
    (hosts.length === 0 || hosts.includes(client.address) || hosts.includes(server.address)) &&
    (ports.length === 0 || ports.includes(server.port)) &&
    (!sftunnel || isSftunnel(conversation)) &&
    (!failed || (outcome !== 'completed' && outcome !== 'unknown'))
  );
}
