/**
 * Memory of conversations in which nothing went wrong: the thousandth handshake with the same certificates needs no judging.
 * Measured: 1 µs where the rules take 50.
 */

import { type Conversation, type Endpoint, sftunnelPort } from '../evidence/index.ts';
import { type Claim, isFull } from './claims.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rules/rule.ts';
import { unchangedAround } from './rules/validity.ts';

/** What a conversation added to a claim. */
export interface Found {
  readonly rule: Rule;
  readonly claim: Claim;
  readonly pieces: number;
  /** The claim is about this server. */
  readonly ofServer: boolean;
}

/** Where and when a conversation took place. */
export interface RepeatedAt {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly server: Endpoint;
}

export function repeatOf({ startedAt, server }: Conversation): RepeatedAt {
  return { time: Date.parse(startedAt), server };
}

interface Known {
  /** Capture times between which the certificates' validity is the same, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly found: readonly Found[];
  /** What is found tells of the server: only conversations with that server are the same. */
  readonly ofServer: boolean;
}

/** Kinds of conversations remembered; with more, all are forgotten and learned again. */
const capacity = 10_000;

export class QuietMemory {
  /** By signature, and by server where that matters; the last one also under no server. */
  readonly #known = new Map<string, Map<string, Known>>();
  #size = 0;

  /** What the rules would find, when they found the same before and all of it shows enough evidence; null: ask them. */
  recall(signature: string | null, { time, server }: RepeatedAt): readonly Found[] | null {
    const ofKind = signature === null ? undefined : this.#known.get(signature);
    let known = ofKind?.get(anyServer);
    if (known?.ofServer === true) known = ofKind?.get(keyOf(server));
    if (known === undefined || !isAt(known, time)) return null;
    for (const { claim } of known.found) if (!isFull(claim)) return null;
    return known.found;
  }

  /** The rules that find something, as they did of a conversation of this kind before, be it with another server; null: any may. */
  rules(signature: string | null, { time }: RepeatedAt): Iterable<Rule> | null {
    const known = signature === null ? undefined : this.#known.get(signature)?.get(anyServer);
    return known === undefined || !isAt(known, time) ? null : new Set(known.found.map(({ rule }) => rule));
  }

  remember(
    signature: string | null,
    conversation: Conversation,
    chains: Facts['chains'],
    found: readonly Found[],
  ): void {
    if (signature === null) return;
    if (this.#size >= capacity) {
      this.#known.clear();
      this.#size = 0;
    }
    const certificates = chains.flatMap(({ chain }) => chain);
    const span = unchangedAround(certificates, Date.parse(conversation.startedAt));
    const ofServer = found.some((one) => one.ofServer);
    const known: Known = { ...span, found, ofServer };
    const ofKind = this.#known.get(signature) ?? new Map<string, Known>();
    this.#known.set(signature, ofKind.set(anyServer, known));
    if (ofServer) ofKind.set(keyOf(conversation.server), known);
    this.#size++;
  }
}

/**
 * Everything that rules look at in a conversation that went well or was ended by an alert; null for one that failed in another way,
 * which is judged by itself.
 */
export function quietSignature(conversation: Conversation): string | null {
  const { evidence, loss, server } = conversation;
  const { end, sent, inbound, path, alert } = evidence;
  const refused = end === 'alert' && alert !== null && (evidence.missingInbound ?? 0) === 0;
  const well =
    (end === 'complete' || end === null || (refused && sent.tailSacked !== true && inbound?.tailSacked !== true)) &&
    (sent.lostSegment ?? null) === null &&
    (inbound?.lostSegment ?? null) === null &&
    (path.icmp === null || path.icmp.length === 0) &&
    loss.fragments.incomplete === 0;
  if (!well) return null;
  return `${end}|${evidence.completeness}|${evidence.certificateAbsence.server}|${evidence.connect}|${path.announcedMss}|${
    path.peerMss
  }|${conversation.own?.probing === true}${conversation.own?.mss ?? ''}|${server.port === sftunnelPort}${server.address.includes(':')}|${refused ? refusalOf(conversation) : ''}|${certificatesOf(conversation)}`;
}

/** What rules ask about an alert: what it says, and what it came after. */
function refusalOf({ certificateRequest, certificateAbsence, evidence }: Conversation): string {
  const { alert, hello, received } = evidence;
  const asked =
    certificateRequest === null ? '' : `${certificateRequest.authorities.join()}/${certificateAbsence.client}`;
  const messages = received.map(({ message }) => message).join();
  return `${alert?.from}${alert?.level}${alert?.code}/${hello?.versions.join()}/${messages}/${asked}`;
}

/** Everything that rules about certificates look at; null where an alert may be about them. */
export function chainSignature(conversation: Conversation): string | null {
  const { end } = conversation.evidence;
  return end === 'alert' ? null : `${end === 'complete'}|${certificatesOf(conversation)}`;
}

function certificatesOf({ certificates, sftunnel, serverHello, clientHello, evidence }: Conversation): string {
  const parties =
    sftunnel === null
      ? ''
      : `${sftunnel.role.client}/${sftunnel.role.server}/${sftunnel.authority.client}/${sftunnel.authority.server}`;
  // Without certificates the name has nothing to be compared with.
  const name = certificates.server.length === 0 ? '' : (clientHello?.sni ?? evidence.hello?.sni ?? '');
  return `${serverHello?.version}|${parties}|${certificates.server.join()}|${certificates.client.join()}|${name}`;
}

function isAt({ from, until }: Known, time: number): boolean {
  return from < time && time < until;
}

/** No server has this key. */
const anyServer = '';

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
