/** Where finished conversations go: numbered, with their sftunnel facts, and counted against the certificates they show. */

import type {
  AuthorityProof,
  Conversation,
  Endpoint,
  OwnConnection,
  SftunnelFacts,
  SftunnelRole,
  Sha256,
} from '../../evidence/index.ts';
import { certificateNames, type SftunnelShape, sftunnelShape } from '../../x509/names.ts';
import type { ConversationEvent, EngineEvent } from '../events.ts';
import type { Packet } from '../packet.ts';
import type { CertificateStore, SeenAt } from '../tls/certificate-store.ts';
import type { Sides, TlsFacts } from '../tls/facts.ts';
import type { Likeness, Sightings } from '../tls/likeness.ts';
import { type ConversationParts, conversationOf } from './conversation.ts';
import type { Failures } from './failures.ts';
import type { Pauses } from './pauses.ts';

interface Leaf {
  readonly shape: SftunnelShape;
  /** CN of the issuer: the UUID of the FMC whose CA it is. */
  readonly issuerUuid: string | null;
}

/** @param number as the outlet counts */
export function conversationId(number: number): string {
  return `c${number}`;
}

/** Conversations named with a certificate. */
const maxSeenIn = 100;

export class Outlet {
  /** Events not taken yet. */
  events: EngineEvent[] = [];
  conversations = 0;
  /** What recordings of ours say of connections, by the number of the first packet. */
  readonly own = new Map<number, OwnConnection>();
  readonly #packet: Packet;
  readonly #store: CertificateStore;
  readonly #failures: Failures;
  readonly #pauses: Pauses;
  readonly #sightings = new Map<string, Sightings>();
  readonly #leaves = new Map<string, Leaf | null>();
  #numbers = 0;

  constructor(packet: Packet, store: CertificateStore, failures: Failures, pauses: Pauses) {
    this.#packet = packet;
    this.#store = store;
    this.#failures = failures;
    this.#pauses = pauses;
  }

  /** Number of the next conversation. */
  nextNumber(): number {
    return ++this.#numbers;
  }

  /** @returns the event that was made of it */
  publish(parts: ConversationParts): ConversationEvent {
    const { id, tls, transport } = parts;
    const sftunnel = this.#sftunnelFacts(tls.certificates);
    this.conversations++;
    const { server, client } = tls.certificates;
    for (let i = 0; i < server.length; i++)
      if (server.indexOf(server[i] as Sha256) === i) this.#saw(server[i] as Sha256, id);
    for (let i = 0; i < client.length; i++) {
      const sha256 = client[i] as Sha256;
      if (client.indexOf(sha256) === i && !server.includes(sha256)) this.#saw(sha256, id);
    }
    if (tls.serverHellos.length > 0) this.#failures.tlsServer(transport.server.address, transport.server.port);
    const own = this.own.get(transport.firstPacket) ?? null;
    const watched = this.#pauses.watched(transport.lastTime, this.#packet.time);
    const conversation = conversationOf(parts, { sftunnel, own, watched });
    const event: ConversationEvent = { type: 'conversation', conversation };
    this.events.push(event);
    return event;
  }

  /** In place of `publish`, for a conversation that came again. @param number its own @param at where its certificates are seen */
  again(like: Likeness, number: number, server: Endpoint, at: Sides<SeenAt>): void {
    const { conversation, sightings } = like;
    const { certificates, serverHello } = conversation;
    this.conversations++;
    for (const seen of sightings) {
      seen.seenCount++;
      if (seen.seenIn.length < maxSeenIn) seen.seenIn.push(conversationId(number));
    }
    for (const sha256 of certificates.server) this.#store.saw(sha256, at.server);
    for (const sha256 of certificates.client) this.#store.saw(sha256, at.client);
    if (serverHello !== null) this.#failures.tlsServer(server.address, server.port);
  }

  /** Of the conversation's certificates, each once. */
  sightingsIn({ certificates: { server, client } }: Conversation): Sightings[] {
    return [...new Set([...server, ...client])].flatMap((sha256) => this.#sightings.get(sha256) ?? []);
  }

  sightingsOf(sha256: string): Sightings {
    return this.#sightings.get(sha256) ?? { seenIn: [], seenCount: 0 };
  }

  #saw(sha256: string, id: string): void {
    let seen = this.#sightings.get(sha256);
    if (seen === undefined) {
      if (this.#store.get(sha256) === undefined) return;
      seen = { seenIn: [], seenCount: 0 };
      this.#sightings.set(sha256, seen);
    }
    seen.seenCount++;
    if (seen.seenIn.length < maxSeenIn) seen.seenIn.push(id);
  }

  /** Roles by the certificates alone: the connection may be opened by either. */
  #sftunnelFacts({ client, server }: TlsFacts['certificates']): SftunnelFacts | null {
    const leaves: Sides<Leaf | null> = { client: this.#leafOf(client[0]), server: this.#leafOf(server[0]) };
    if (leaves.client === null && leaves.server === null) return null;
    const unknown: AuthorityProof = 'unknown';
    return {
      role: { client: roleOf(leaves.client), server: roleOf(leaves.server) },
      uuid: { client: leaves.client?.shape.uuid ?? null, server: leaves.server?.shape.uuid ?? null },
      authority: { client: unknown, server: unknown },
    };
  }

  #leafOf(sha256: string | undefined): Leaf | null {
    if (sha256 === undefined) return null;
    let leaf = this.#leaves.get(sha256);
    if (leaf === undefined) {
      const stored = this.#store.get(sha256);
      if (stored === undefined) return null;
      leaf = readLeaf(stored.der);
      this.#leaves.set(sha256, leaf);
    }
    return leaf;
  }
}

/** The FMC's own certificate bears the UUID that names its CA, that of an FTD another one. */
function roleOf(leaf: Leaf | null): SftunnelRole | null {
  if (leaf === null || leaf.shape.uuid === null || leaf.issuerUuid === null) return null;
  return leaf.shape.uuid === leaf.issuerUuid ? 'FMC' : 'FTD';
}

function readLeaf(der: Uint8Array): Leaf | null {
  const names = certificateNames(der);
  const shape = names === null ? null : sftunnelShape(names);
  if (names === null || shape === null) return null;
  const issuer = sftunnelShape({ subject: names.issuer, issuer: names.issuer });
  return { shape, issuerUuid: issuer?.uuid ?? null };
}
