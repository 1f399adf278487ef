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

export class ServerChoices {
  readonly #chosen = new Map<string, Map<Code, string>>();
  /** What was offered in vain. */
  readonly #refused = new Map<string, Set<string>>();

  /** The handshake `id` with that server, which chose a version in it, or may have refused all that were offered. */
  note(server: string, id: string, { evidence, own }: Pick<Conversation, 'evidence' | 'own'>): void {
    if (own?.probing === true) return;
    const { negotiated, alert, hello } = evidence;
    if (negotiated !== null) {
      const known = this.#chosen.get(server);
      if (known === undefined) {
        if (this.#chosen.size < capacity) this.#chosen.set(server, new Map([[negotiated.version, id]]));
      } else if (!known.has(negotiated.version)) known.set(negotiated.version, id);
    } else if (alert?.from === 'server' && hello !== null && refusesVersion({ evidence })) {
      const known = this.#refused.get(server);
      if (known !== undefined) known.add(hello.versions.join());
      else if (this.#refused.size < capacity) this.#refused.set(server, new Set([hello.versions.join()]));
    }
  }

  /** Servers that refused offers, each of which holds a version that they chose at another time. */
  *contradictions(): Generator<readonly [server: string, choice: Choice]> {
    for (const [server, offers] of this.#refused) {
      const chosen = [...(this.#chosen.get(server) ?? [])];
      const common = [...offers].map((offer) => chosen.find(([version]) => offer.split(',').includes(version)));
      const [first] = common;
      if (first !== undefined && !common.includes(undefined))
        yield [server, { version: first[0], conversation: first[1] }];
    }
  }
}
