/** What the text report keeps of a capture while it is read: bounded, whatever the number of conversations. */

import type { CapturedCertificate, Conversation, Sha256 } from '../../evidence/index.ts';
import { isSftunnel } from './names.ts';
import { type CaptureEnd, type CaptureFailure, type CaptureWriter, SeenCapture } from './writer.ts';

/** Rows of a table that a reader takes in. */
export const shownRows = 50;
const shownPeers = 20;
/** Certificates whose senders are known; a capture keeps hardly more of them (`--limit-certificate-store-bytes`). */
const maxPresenters = 20_000;

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
  /** Those of whom no certificate is to be seen, apart, as they may be many and say the same. */
  readonly hiddenPeers = new Map<string, SftunnelPeers>();
  readonly presenters = new Map<Sha256, Presenter>();
  certificates: readonly CapturedCertificate[] = [];
  /** sftunnel conversations of peers beyond those that are kept. */
  morePeers = 0;
  moreHidden = 0;
  /** Conversations that secrets opened. */
  decrypted = 0;
  /** How many conversations ended how. */
  readonly outcomes = new Map<Conversation['outcome'], number>();
  error: CaptureFailure | null = null;
  readonly #kept = new Map<string, Conversation[]>();

  event(event: Parameters<CaptureWriter['event']>[0]): void {
    this.seen.event(event);
    if (event.type === 'conversation') this.#add(event.conversation);
    else if (event.type === 'certificates') this.certificates = event.certificates;
  }

  end({ error }: CaptureEnd): void {
    this.error = error;
  }

  /**
   * Conversations to show, in their order. Where there is no room for all, those that went wrong have it first, of each way to
   * end as many as of the others, then those of sftunnel.
   */
  get rows(): Conversation[] {
    const trouble = [...this.#kept].flatMap(([outcome, kept]) => (quiet.has(outcome) ? [] : [kept]));
    const inTurns = Array.from({ length: shownRows }, (_, turn) =>
      trouble.flatMap((kept) => kept.slice(turn, turn + 1)),
    );
    return [...inTurns.flat(), ...(this.#kept.get('sftunnel') ?? []), ...(this.#kept.get('others') ?? [])]
      .slice(0, shownRows)
      .sort((a, b) => a.firstPacket - b.firstPacket);
  }

  #add(conversation: Conversation): void {
    const { outcome } = conversation;
    if (conversation.decrypted) this.decrypted++;
    const sftunnel = isSftunnel(conversation);
    const kind = !quiet.has(outcome) ? outcome : sftunnel ? 'sftunnel' : 'others';
    const kept = this.#kept.get(kind) ?? [];
    if (kept.length === 0) this.#kept.set(kind, kept);
    if (kept.length < shownRows) kept.push(conversation);
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.#present(conversation);
    if (sftunnel) this.#peer(conversation);
  }

  #present({ certificates, sftunnel }: Conversation): void {
    for (const side of ['server', 'client'] as const) {
      const role = sftunnel?.role[side] ?? null;
      for (const sha256 of certificates[side]) {
        let presenter = this.presenters.get(sha256);
        if (presenter === undefined) {
          if (this.presenters.size >= maxPresenters) continue;
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
    const hidden = certificates.server.length === 0 && certificates.client.length === 0;
    const peers = hidden ? this.hiddenPeers : this.peers;
    const known = peers.get(key);
    if (known !== undefined) known.count++;
    else if (peers.size < shownPeers) peers.set(key, { first: conversation, count: 1 });
    else if (hidden) this.moreHidden++;
    else this.morePeers++;
  }
}

/** What is no trouble, or says nothing. */
const quiet: ReadonlySet<string> = new Set(['completed', 'unknown', 'sftunnel', 'others']);
