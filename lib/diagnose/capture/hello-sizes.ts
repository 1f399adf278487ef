/**
 * Servers of a capture that end long hellos and answer shorter ones, in turns. Nobody chose these hellos, so nothing is proven by it: what
 * else the long ones offer is told beside their length.
 */

import type { CapturedClientHello, Conversation, FindingEvidence } from '../../evidence/index.ts';
import { extensionType, extensionTypes, groups as groupNames, isGrease, tlsVersions } from '../../wire/index.ts';
import { least } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { hasArrived } from '../rules/handshake.ts';
import { repeatsForClaim } from '../rules/rule.ts';
import type { NamedServer } from './named-server.ts';
import { type RepeatedAt, repeatOf } from './quiet.ts';

/** Lengths that are so far apart are no matter of a ticket, of padding, or of a key that is a little longer. */
const clearlyLonger = 100;
const maxServers = 2_000;
const maxLengths = 64;
const maxOffers = 32;
/** Of all hellos that are remembered: of 2,000 usual ones. */
const maxCodes = 300_000;
/** Those that failed are shown one by one as well, with the finding that says how they ended. */
const shownFailed = 10;

/** Hellos of a server that ended in one way. */
export class Hellos {
  count = 0;
  /** Of the ClientHello message, in bytes. */
  readonly lengths = new Set<number>();
  /** When the first and the last of them began, in milliseconds since 1970. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** Different ones, by their fingerprints. */
  readonly offers = new Map<string, CapturedClientHello>();
  /** Conversation of the first of them. */
  id = '';
  /** There were more lengths or offers than are remembered. */
  isFull = false;
  /** Of the offers. */
  #last: CapturedClientHello | null = null;

  /** @param room for what is offered, taken from where it is remembered */
  add(hello: CapturedClientHello | null, { id, time, helloLength }: Hello, room: Room): void {
    if (hello === null) return;
    this.count++;
    if (time < this.first) this.id = id;
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time);
    if (this.lengths.size < maxLengths) this.lengths.add(helloLength);
    else this.isFull ||= !this.lengths.has(helloLength);
    // The same again, of conversations that are counted unread.
    if (hello === this.#last) return;
    const fingerprint = `${hello.ja3} ${hello.ja4}`;
    if (this.offers.has(fingerprint)) return;
    const codes = codesIn(hello);
    if (this.offers.size === maxOffers || codes > room.codes) this.isFull = true;
    else {
      room.codes -= codes;
      this.offers.set(fingerprint, hello);
      this.#last = hello;
    }
  }
}

/** When and where a hello came. */
type Hello = Pick<RepeatedAt, 'id' | 'time' | 'helloLength'>;

/** How many codes more may be remembered. */
interface Room {
  codes: number;
}

/** How much memory a hello takes. */
function codesIn({ cipherSuites, extensions, groups, supportedVersions, signatureSchemes, alpn }: CapturedClientHello) {
  return (
    50 +
    cipherSuites.length +
    extensions.length +
    groups.length +
    supportedVersions.length +
    signatureSchemes.length +
    alpn.length
  );
}

interface Server {
  readonly answered: Hellos;
  readonly failed: Hellos;
  readonly evidence: FindingEvidence[];
  /** Each of those that failed was acknowledged whole. */
  isAcknowledged: boolean;
  /** One of those that failed was silent, which a lost answer is, too. */
  isSilent: boolean;
}

export class HelloSizes {
  /** By address, and then by what is behind it. */
  readonly #servers = new Map<string, Map<string, Server>>();
  readonly #room: Room = { codes: maxCodes };
  #size = 0;

  /** Where hellos like that of a conversation are counted, if they are answered by that server; null for those that are not. */
  answeredBy(server: NamedServer, { clientHello, own, evidence }: Conversation): Hellos | null {
    if (clientHello === null || (own ?? null) !== null || evidence.negotiated === null) return null;
    return this.#of(server)?.answered ?? null;
  }

  /** @param hellos that `answeredBy` gave; null: it is not counted */
  answered(hellos: Hellos | null, { clientHello }: Conversation, at: RepeatedAt): void {
    hellos?.add(clientHello, at, this.#room);
  }

  /** One that was refused without a reason, or ignored, and had arrived: its size may be why. */
  failed(named: NamedServer, conversation: Conversation, witness: Witness, say: Say): void {
    const { clientHello, own } = conversation;
    if (clientHello === null || (own ?? null) !== null || !mayBeSize(witness)) return;
    const server = this.#of(named);
    if (server === undefined) return;
    server.failed.add(clientHello, repeatOf(conversation), this.#room);
    if (server.evidence.length < shownFailed) server.evidence.push(witnessEvidence(say, witness));
    server.isAcknowledged &&= hasArrived(witness);
    server.isSilent ||= witness.evidence.end === 'silent';
  }

  /** Servers that answered a hello, as findings are about them, and the conversation of the first one. */
  *answering(): Generator<{ readonly subject: string; readonly id: string }> {
    for (const [address, named] of this.#servers)
      for (const [rest, { answered }] of named)
        if (answered.count > 0) yield { subject: address + rest, id: answered.id };
  }

  /** Once, when everything was told. */
  *drafts(say: Say): Generator<FindingDraft> {
    for (const [address, named] of this.#servers)
      for (const [rest, server] of named) {
        const draft = draftOf(server, say);
        if (draft !== null) yield { ...draft, subject: address + rest };
      }
  }

  /** Undefined where there is no room for another one. */
  #of({ address, rest }: NamedServer): Server | undefined {
    let named = this.#servers.get(address);
    let server = named?.get(rest);
    if (server !== undefined || this.#size >= maxServers) return server;
    server = { answered: new Hellos(), failed: new Hellos(), evidence: [], isAcknowledged: true, isSilent: false };
    named ??= new Map();
    this.#servers.set(address, named.set(rest, server));
    this.#size++;
    return server;
  }
}

/** The whole hello came, and nothing of an answer to it. */
function mayBeSize(witness: Witness): boolean {
  const { end, endedBy, received, alert } = witness.evidence;
  if (received.some(({ message }) => message !== 'alert')) return false;
  if (end === 'silent') return hasArrived(witness);
  return alert === null && (end === 'reset' || end === 'closed') && endedBy === 'server';
}

function draftOf(server: Server, say: Say): FindingDraft | null {
  const { answered, failed, evidence, isAcknowledged, isSilent } = server;
  if (answered.count < repeatsForClaim || failed.count < repeatsForClaim || answered.isFull || failed.isFull)
    return null;
  const from = least([...failed.lengths]);
  const to = -least([...failed.lengths].map((length) => -length));
  const isOutside = (length: number): boolean => length + clearlyLonger <= from || length >= to + clearlyLonger;
  const shorter = [...answered.lengths].filter((length) => length < from);
  if (shorter.length === 0 || ![...answered.lengths].every(isOutside)) return null;
  // The one before the other is a server that broke, or was mended, in between.
  if (failed.first >= answered.last || answered.first >= failed.last) return null;
  const longest = -least(shorter.map((length) => -length));
  const [shown, ...more] = [...evidence].sort((a, b) => Number(a.ref) - Number(b.ref));
  if (shown === undefined) return null;
  const beside = offeredByNone(failed, answered);
  const text = say.onlyLongerFail({ from, to, longest, times: answered.count, conversation: answered.id, beside });
  const arrived = isAcknowledged ? say.whyArrived({ times: failed.count }) : isSilent ? null : say.whyItArrived();
  return {
    id: 'tls.hello-size-intolerant',
    confidence: 'possible',
    evidence: [{ ...shown, text: `${text}. ${shown.text}` }, ...more],
    count: failed.count,
    excluded: arrived === null ? [] : [{ id: 'path.blackhole-outbound', why: arrived }],
    ...(isSilent ? { alternatives: ['path.blackhole-inbound'] as const } : {}),
  };
}

/** What all hellos of the one kind offer, and none of the other. */
function offeredByNone(failed: Hellos, answered: Hellos): string[] {
  const [first, ...others] = [...failed.offers.values()].map(offersOf);
  const known = new Set([...answered.offers.values()].flatMap((hello) => [...offersOf(hello)]));
  return [...(first ?? [])].filter((offer) => !known.has(offer) && others.every((offers) => offers.has(offer)));
}

function offersOf({ version, supportedVersions, groups, extensions }: CapturedClientHello): Set<string> {
  const named = (codes: readonly string[]): number[] => codes.map(Number).filter((code) => !isGrease(code));
  return new Set([
    ...(supportedVersions.length === 0 ? [version] : named(supportedVersions).map((code) => tlsVersions.nameOf(code))),
    ...named(groups).map((code) => groupNames.nameOf(code)),
    ...extensions
      .filter((type) => !isGrease(type) && type !== extensionType.padding)
      .map((type) => extensionTypes.nameOf(type)),
  ]);
}
