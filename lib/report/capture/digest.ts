/** What the text report keeps of a capture while it is read: bounded, whatever the number of conversations. */

import type { CapturedCertificate, Conversation, Sha256 } from '../../evidence/index.ts';
import { isSftunnel } from './names.ts';
import { type CaptureEnd, type CaptureFailure, type CaptureWriter, SeenCapture } from './writer.ts';

/** Rows of a table that a reader takes in. */
export const shownRows = 50;
const shownPeers = 20;

/** sftunnel conversations of the same two ends with the same certificates. */
export interface SftunnelPeers {
  readonly first: Conversation;
  count: number;
}

/** Sides that sent a certificate. */
export interface Presenter {
  client: boolean;
  server: boolean;
  fmc: boolean;
  ftd: boolean;
}

export class CaptureDigest implements CaptureWriter {
  readonly seen = new SeenCapture();
  readonly peers = new Map<string, SftunnelPeers>();
  readonly presenters = new Map<Sha256, Presenter>();
  certificates: readonly CapturedCertificate[] = [];
  /** sftunnel peers beyond those that are kept. */
  morePeers = 0;
  error: CaptureFailure | null = null;
  readonly #notable: Kept[] = [];
  readonly #others: Kept[] = [];

  event(event: Parameters<CaptureWriter['event']>[0]): void {
    this.seen.event(event);
    if (event.type === 'conversation') this.#add(event.conversation);
    else if (event.type === 'certificates') this.certificates = event.certificates;
  }

  end({ error }: CaptureEnd): void {
    this.error = error;
  }

  /** Conversations to show, in their order: those that went wrong and those of sftunnel first, as far as there is room. */
  get rows(): Conversation[] {
    return [...this.#notable, ...this.#others]
      .slice(0, shownRows)
      .sort((a, b) => a.at - b.at)
      .map(({ conversation }) => conversation);
  }

  #add(conversation: Conversation): void {
    const sftunnel = isSftunnel(conversation);
    const notable = sftunnel || !quiet.has(conversation.outcome);
    const list = notable ? this.#notable : this.#others;
    if (list.length < shownRows) list.push({ conversation, at: this.seen.conversations });
    this.#present(conversation);
    if (sftunnel) this.#peer(conversation);
  }

  #present({ certificates, sftunnel }: Conversation): void {
    for (const side of ['server', 'client'] as const) {
      const role = sftunnel?.role[side] ?? null;
      for (const sha256 of certificates[side]) {
        let presenter = this.presenters.get(sha256);
        if (presenter === undefined) {
          presenter = { client: false, server: false, fmc: false, ftd: false };
          this.presenters.set(sha256, presenter);
        }
        presenter[side] = true;
        if (role === 'FMC') presenter.fmc = true;
        if (role === 'FTD') presenter.ftd = true;
      }
    }
  }

  #peer(conversation: Conversation): void {
    const { client, server, certificates, certificateAbsence: absence } = conversation;
    const key = JSON.stringify([
      client.address,
      server,
      certificates.server[0],
      certificates.client[0],
      absence.server,
      absence.client,
    ]);
    const known = this.peers.get(key);
    if (known !== undefined) known.count++;
    else if (this.peers.size < shownPeers) this.peers.set(key, { first: conversation, count: 1 });
    else this.morePeers++;
  }
}

interface Kept {
  readonly conversation: Conversation;
  /** Place in the order of the capture. */
  readonly at: number;
}

/** Outcomes that are no trouble, or say nothing. */
const quiet: ReadonlySet<Conversation['outcome']> = new Set(['completed', 'unknown']);
