/** Versions that servers of a capture chose and refused: who speaks a version at one time has another reason to refuse it at another. */

import type { Code, Conversation } from '../evidence/index.ts';
import { refusesVersion } from './rules/versions.ts';

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

/** A server under one name: the address, and port and name as a subject has them behind it. */
export interface NamedServer {
  readonly address: string;
  readonly rest: string;
}

interface Seen {
  /** Each version once; most servers choose one. */
  chosen: readonly Choice[];
  /** Versions that were offered in vain. */
  refused: readonly string[];
}

export class ServerChoices {
  /** By address, and then by what is behind it: put together they would be made anew for every conversation. */
  readonly #servers = new Map<string, Map<string, Seen>>();
  #size = 0;
  /** Refusals for which there was no room: whether the server chose what it refused there is not known. */
  forgotten = 0;

  /** The handshake `at` with that server, which chose a version in it, or may have refused all that were offered. */
  note(
    server: NamedServer,
    at: { readonly id: string },
    { evidence, own }: Pick<Conversation, 'evidence' | 'own'>,
  ): void {
    if (own?.probing === true) return;
    const { negotiated, alert, hello } = evidence;
    if (negotiated !== null) {
      const { version } = negotiated;
      const seen = this.#of(server);
      if (seen?.chosen.some((choice) => choice.version === version) === false)
        seen.chosen = [...seen.chosen, { version, conversation: at.id }];
    } else if (alert?.from === 'server' && hello !== null && refusesVersion({ evidence })) {
      const offer = hello.versions.join();
      const seen = this.#of(server);
      if (seen?.refused.includes(offer) === true) return;
      if (seen === undefined || seen.refused.length === maxOffers) this.forgotten++;
      else seen.refused = [...seen.refused, offer];
    }
  }

  /** Subjects of servers that refused offers, each of which holds a version that they chose at another time. */
  *contradictions(): Generator<readonly [server: string, choice: Choice]> {
    for (const [address, named] of this.#servers) {
      for (const [rest, { chosen, refused }] of named) {
        // More were refused than are remembered.
        if (refused.length === maxOffers) continue;
        const common = refused.map((offer) => chosen.find(({ version }) => offer.split(',').includes(version)));
        const [first] = common;
        if (first !== undefined && !common.includes(undefined)) yield [address + rest, first];
      }
    }
  }

  /** Undefined where there is no room for another one. */
  #of({ address, rest }: NamedServer): Seen | undefined {
    let named = this.#servers.get(address);
    let seen = named?.get(rest);
    if (seen !== undefined || this.#size >= capacity) return seen;
    seen = { chosen: none, refused: none };
    named ??= new Map();
    this.#servers.set(address, named.set(rest, seen));
    this.#size++;
    return seen;
  }
}
