/** What the text report keeps of a capture while it is read: bounded, whatever the number of conversations. */

import { type CapturedCertificate, type Conversation, isSftunnel, type Sha256 } from '../../evidence/index.ts';
import { type ShownOutcome, shownOutcome } from './outcomes.ts';
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
  readonly outcomes = new Map<ShownOutcome, number>();
  error: CaptureFailure | null = null;
  readonly #kept = new Map<string, Conversation[]>();

  event(event: Parameters<CaptureWriter['event']>[0]): void {
    this.seen.event(event);
    if (event.type === 'conversation') this.#add(event.conversation);
    else if (event.type === 'certificates') this.certificates = event.certificates;
  }

  /** For a conversation like an earlier one: it would not be shown, and only counts. */
  enough(first: Conversation, repeat: Ends): boolean {
    const kept = this.#kept.get(kindOf(first));
    if (kept?.length !== shownRows) return false;
    const peers = this.#peersOf(first);
    return !isSftunnel(first) || peers.size >= shownPeers || peers.has(peerKey(first, repeat));
  }

  again(first: Conversation, repeat: Ends): void {
    this.seen.conversations++;
    this.#count(first);
    if (isSftunnel(first)) this.#peerAgain(this.#peersOf(first), peerKey(first, repeat));
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
    const kind = kindOf(conversation);
    const kept = this.#kept.get(kind) ?? [];
    if (kept.length === 0) this.#kept.set(kind, kept);
    if (kept.length < shownRows) kept.push(conversation);
    this.#count(conversation);
    this.#present(conversation);
    if (isSftunnel(conversation)) this.#peer(conversation);
  }

  #count(conversation: Conversation): void {
    if (conversation.decrypted) this.decrypted++;
    const outcome = shownOutcome(conversation);
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
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
    const key = peerKey(conversation, conversation);
    const peers = this.#peersOf(conversation);
    if (peers.has(key) || peers.size >= shownPeers) this.#peerAgain(peers, key);
    else peers.set(key, { first: conversation, count: 1 });
  }

  #peerAgain(peers: Map<string, SftunnelPeers>, key: string): void {
    const known = peers.get(key);
    if (known !== undefined) known.count++;
    else if (peers === this.hiddenPeers) this.moreHidden++;
    else this.morePeers++;
  }

  #peersOf({ certificates: { server, client } }: Conversation): Map<string, SftunnelPeers> {
    return server.length === 0 && client.length === 0 ? this.hiddenPeers : this.peers;
  }
}

/** The same for conversations of sftunnel between the same two ends with the same certificates. */
function peerKey({ certificates, certificateAbsence: absence }: Conversation, { client, server }: Ends): string {
  const ends = `${client.address} ${server.address} ${server.port}`;
  return `${ends} ${certificates.server[0]} ${certificates.client[0]} ${absence.server} ${absence.client}`;
}

type Ends = Pick<Conversation, 'client' | 'server'>;

/** What shares the room for rows. */
function kindOf(conversation: Conversation): string {
  const outcome = shownOutcome(conversation);
  if (!quiet.has(outcome)) return outcome;
  return isSftunnel(conversation) ? 'sftunnel' : 'others';
}

/** What is no trouble, or says nothing. */
const quiet: ReadonlySet<string> = new Set(['completed', 'unknown', 'sftunnel', 'others']);
