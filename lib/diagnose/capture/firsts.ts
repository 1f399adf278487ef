/** Conversations that others are like, and what is noted of the servers that those others were held with. */

import type { Conversation } from '../../evidence/index.ts';
import { serverNameOf } from '../facts/conversation.ts';
import type { ServerChoices } from './choices.ts';
import type { HelloSizes, Hellos } from './hello-sizes.ts';
import { inSubject, namedServer } from './named-server.ts';
import { quietSignature, type RepeatedAt } from './quiet.ts';

export interface First {
  readonly quiet: string | null;
  /** The server was asked for it. */
  readonly name: string | null;
  /** See `NamedServer`. */
  readonly rest: string;
  /** By address: servers of which is noted what they chose, and where their hellos are counted. */
  readonly servers: Map<string, Hellos | null>;
}

/** Servers that are remembered here; finding out about one takes half a microsecond otherwise. */
const maxServers = 20_000;

export class Firsts {
  readonly #firsts = new WeakMap<Conversation, First>();
  readonly #choices: ServerChoices;
  readonly #sizes: HelloSizes;
  #size = 0;

  constructor(choices: ServerChoices, sizes: HelloSizes) {
    this.#choices = choices;
    this.#sizes = sizes;
  }

  of(conversation: Conversation): First {
    const known = this.#firsts.get(conversation);
    if (known !== undefined) return known;
    const { rest } = namedServer(conversation);
    const name = serverNameOf(conversation);
    const first: First = { quiet: quietSignature(conversation), name, rest, servers: new Map() };
    this.#firsts.set(conversation, first);
    return first;
  }

  /** What the server of the repetition chose is noted. @returns where its hello is counted; null: nowhere */
  note(conversation: Conversation, { rest, servers }: First, repeat: RepeatedAt): Hellos | null {
    const { address } = repeat.server;
    const known = servers.get(address);
    if (known !== undefined) return known;
    const server = { address: inSubject(address), rest };
    this.#choices.note(server, repeat, conversation);
    const hellos = this.#sizes.answeredBy(server, conversation);
    if (this.#size++ < maxServers) servers.set(address, hellos);
    return hellos;
  }
}
