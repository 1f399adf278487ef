/**
 * Versions that servers of a capture chose, and offers that they refused or answered with something else: who speaks a version
 * at one time has another reason not to do so at another.
 */

import type { Code, Conversation } from '../../evidence/index.ts';
import { refusesVersion } from '../rules/versions.ts';
import type { NamedServer } from './named-server.ts';

/** A version that a server chose, and the conversation in which it did so first. */
export interface Choice {
  readonly version: Code;
  readonly conversation: string;
}

/** Servers that are remembered, each by every name it was asked for. */
const capacity = 10_000;
/** Different offers that are remembered of one server. */
const maxOffers = 100;
const none: readonly never[] = [];

interface Seen {
  /** Each version once; most servers choose one. */
  chosen: readonly Choice[];
  /** Versions that were offered in vain. */
  refused: readonly string[];
  /** Versions that were offered, and the answer was another protocol. */
  mistaken: readonly string[];
}

/** What was claimed of a server that has chosen a version which was offered to it in vain. */
export interface Contradiction {
  /** The subject of the claim. */
  readonly server: string;
  readonly claimed: 'tls.no-common-version' | 'handshake.not-tls';
  readonly choice: Choice;
}

export class ServerChoices {
  /** By address, and then by what is behind it: put together they would be made anew for every conversation. */
  readonly #servers = new Map<string, Map<string, Seen>>();
  #size = 0;
  /** Offers in vain for which there was no room: whether the server chose at another time what they offered is not known. */
  forgotten = 0;

  /** The handshake `at` with that server, which chose a version in it, or answered as if it spoke none that was offered. */
  note(
    server: NamedServer,
    at: { readonly id: string },
    { evidence, own }: Pick<Conversation, 'evidence' | 'own'>,
  ): void {
    if (own?.probing === true) return;
    const { negotiated, alert, hello, end } = evidence;
    if (negotiated !== null) {
      const { version } = negotiated;
      const seen = this.#of(server);
      if (seen?.chosen.some((choice) => choice.version === version) === false)
        seen.chosen = [...seen.chosen, { version, conversation: at.id }];
    } else if (hello !== null && alert?.from === 'server' && refusesVersion({ evidence })) {
      this.#inVain(server, 'refused', hello.versions);
    } else if (hello !== null && end === 'not-tls') this.#inVain(server, 'mistaken', hello.versions);
  }

  #inVain(server: NamedServer, how: 'refused' | 'mistaken', versions: readonly Code[]): void {
    const offer = versions.join();
    const seen = this.#of(server);
    if (seen?.[how].includes(offer) === true) return;
    if (seen === undefined || seen[how].length === maxOffers) this.forgotten++;
    else seen[how] = [...seen[how], offer];
  }

  /** Servers each of whose offers in vain, of one kind, holds a version that they chose at another time. */
  *contradictions(): Generator<Contradiction> {
    for (const [address, named] of this.#servers) {
      for (const [rest, { chosen, refused, mistaken }] of named) {
        const server = address + rest;
        const refusal = choiceAmong(chosen, refused);
        if (refusal !== null) yield { server, claimed: 'tls.no-common-version', choice: refusal };
        const mistake = choiceAmong(chosen, mistaken);
        if (mistake !== null) yield { server, claimed: 'handshake.not-tls', choice: mistake };
      }
    }
  }

  /** Undefined where there is no room for another one. */
  #of({ address, rest }: NamedServer): Seen | undefined {
    let named = this.#servers.get(address);
    let seen = named?.get(rest);
    if (seen !== undefined || this.#size >= capacity) return seen;
    seen = { chosen: none, refused: none, mistaken: none };
    named ??= new Map();
    this.#servers.set(address, named.set(rest, seen));
    this.#size++;
    return seen;
  }
}

/** The choice that contradicts the first of the offers; null where not each is contradicted, or more were made than are remembered. */
function choiceAmong(chosen: readonly Choice[], offers: readonly string[]): Choice | null {
  if (offers.length === maxOffers) return null;
  const common = offers.map((offer) => chosen.find(({ version }) => offer.split(',').includes(version)));
  return common.includes(undefined) ? null : (common[0] ?? null);
}
