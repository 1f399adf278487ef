/**
 * Memory of conversations in which nothing went wrong: the thousandth handshake with the same certificates needs no judging.
 * Measured: 1 µs where the rules take 50.
 */

import { type Conversation, type Endpoint, sftunnelPort, transportOf } from '../../evidence/index.ts';
import { helloOf, serverNameOf } from '../facts/conversation.ts';
import type { Facts } from '../facts/facts.ts';
import { type Claim, isFull } from '../findings/claims.ts';
import { isFarewell } from '../rules/captured-end.ts';
import { fitsEveryPath, hasArrived, isAnsweredAtOnce } from '../rules/handshake.ts';
import type { Rule } from '../rules/rule.ts';
import { unchangedAround } from '../rules/validity.ts';

/** What a conversation added to a claim. */
export interface Found {
  readonly rule: Rule;
  readonly claim: Claim;
  readonly pieces: number;
  /** The claim is about this server, and the name that it was asked for. */
  readonly ofServer: boolean;
}

/** Where and when a conversation took place. */
export interface RepeatedAt {
  /** Of the conversation. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly server: Endpoint;
  /** See `clientHello.length` of a conversation; 0 without any. */
  readonly helloLength: number;
}

export function repeatOf({ id, startedAt, server, clientHello }: Conversation): RepeatedAt {
  return { id, time: Date.parse(startedAt), server, helloLength: clientHello?.length ?? 0 };
}

interface Known {
  /** Capture times between which the certificates' validity is the same, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly found: readonly Found[];
  /** What is found tells of the server and its name: only conversations with these are the same. */
  readonly ofServer: boolean;
}

/** Kinds of conversations remembered; with more, all are forgotten and learned again. */
const capacity = 10_000;

export class QuietMemory {
  /** By signature, and by server and name where these matter; the last one also under no server. */
  readonly #known = new Map<string, Map<string, Known>>();
  #size = 0;
  readonly #now: string;

  /** @param now the clock of the judgement */
  constructor(now: string) {
    this.#now = now;
  }

  /**
   * What the rules would find, when they found the same before and all of it shows enough evidence; null: ask them.
   * @param name that the server was asked for
   */
  recall(signature: string | null, { time, server }: RepeatedAt, name: string | null): readonly Found[] | null {
    const ofKind = signature === null ? undefined : this.#known.get(signature);
    let known = ofKind?.get(anyServer);
    if (known?.ofServer === true) known = ofKind?.get(keyOf(server, name));
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
    const { given } = conversation.sftunnel ?? {};
    const authorities = [given?.client ?? [], given?.server ?? []].flat();
    const certificates = [...chains.flatMap(({ chain }) => chain), ...authorities];
    const span = unchangedAround(certificates, Date.parse(conversation.startedAt), this.#now);
    const ofServer = found.some((one) => one.ofServer);
    const known: Known = { ...span, found, ofServer };
    const ofKind = this.#known.get(signature) ?? new Map<string, Known>();
    this.#known.set(signature, ofKind.set(anyServer, known));
    if (ofServer) ofKind.set(keyOf(conversation.server, serverNameOf(conversation)), known);
    this.#size++;
  }
}

/**
 * Everything that rules look at in a conversation that went well or was ended by an alert; null for one that failed in another way,
 * which is judged by itself.
 */
export function quietSignature(conversation: Conversation): string | null {
  const { evidence, loss, server, own } = conversation;
  const { end, sent, inbound, path } = evidence;
  const refused = isRefused(conversation);
  const well =
    (end === 'complete' || end === null || refused) &&
    !mayBeUnanswered(conversation) &&
    (sent.lostSegment ?? null) === null &&
    (inbound?.lostSegment ?? null) === null &&
    (path.icmp === null || path.icmp.length === 0) &&
    path.reset?.contradicted !== true &&
    loss.fragments.incomplete === 0;
  if (!well) return null;
  const { completeness, certificateAbsence, connect } = evidence;
  return `${end}|${completeness}|${certificateAbsence.server}|${connect}|${path.announcedMss}|${path.peerMss}|${
    own?.probing === true
  }${own?.mss ?? ''}|${server.port === sftunnelPort}${server.address.includes(':')}|${
    refused ? refusalOf(conversation) : ''
  }|${certificatesOf(conversation)}`;
}

/** Ended by an alert that gives a reason. What a side means that only hangs up depends on how long it waited, and for what. */
function isRefused({ evidence: { end, alert, missingInbound, sent, inbound } }: Conversation): boolean {
  const gap = (missingInbound ?? 0) > 0 || sent.tailSacked === true || inbound?.tailSacked === true;
  return end === 'alert' && alert !== null && !isFarewell(alert) && !gap;
}

/** Over UDP, of a hello without an answer it depends on the client's patience what is found. */
function mayBeUnanswered(conversation: Conversation): boolean {
  return transportOf(conversation) === 'udp' && conversation.evidence.connect !== 'ok';
}

/** What rules ask about an alert: what it says, and what it came after. */
function refusalOf(conversation: Conversation): string {
  const { certificateRequest, certificateAbsence, evidence } = conversation;
  const { alert, received } = evidence;
  const asked =
    certificateRequest === null ? '' : `${certificateRequest.authorities.join()}/${certificateAbsence.client}`;
  const messages = received.map(({ message }) => message).join();
  const versions = evidence.hello === null ? 'none' : evidence.hello.versions.join();
  const hello = helloOf(conversation);
  const came = hasArrived({ evidence, hello }) || isAnsweredAtOnce({ evidence });
  const size = came ? 'arrived' : hello.firstFlight <= fitsEveryPath ? 'small' : 'large';
  return `${alert?.from}${alert?.level}${alert?.code}/${versions}/${size}/${messages}/${asked}`;
}

/** Everything that rules about certificates look at; null where an alert may be about them. */
export function chainSignature(conversation: Conversation): string | null {
  const { end } = conversation.evidence;
  return end === 'alert' ? null : `${end === 'complete'}|${certificatesOf(conversation)}`;
}

function certificatesOf(conversation: Conversation): string {
  const { certificates, sftunnel, serverHello } = conversation;
  const parties =
    sftunnel === null
      ? ''
      : `${sftunnel.role.client}/${sftunnel.role.server}/${sftunnel.authority.client}/${sftunnel.authority.server}`;
  const sni = serverNameOf(conversation);
  // Without certificates the name has nothing to be compared with. A hello without any is good for the one that is expected.
  const name = certificates.server.length === 0 || sni === null ? '' : `=${sni}`;
  return `${serverHello?.version}|${parties}|${certificates.server.join()}|${certificates.client.join()}|${name}`;
}

function isAt({ from, until }: Known, time: number): boolean {
  return from < time && time < until;
}

/** No server has this key. */
const anyServer = '';

function keyOf({ address, port }: Endpoint, name: string | null): string {
  return name === null ? `${address} ${port}` : `${address} ${port} ${name}`;
}
