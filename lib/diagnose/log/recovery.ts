/** Failures that were over before the log was: a later attempt to the same peer came up, and nothing was wrong with it. */

import type { LogEpisode } from '../../evidence/index.ts';
import type { Claim } from '../findings/claims.ts';
import type { EpisodePlace } from './log.ts';

/** What is remembered of an episode that was judged. */
export interface Told {
  readonly found: readonly { readonly claim: Claim; readonly pieces: number }[];
  /** The server that a client tells of; null where the log does not say which, or was written by a server. */
  readonly peer: string | null;
  readonly failed: boolean;
}

/** Peers remembered. */
const capacity = 10_000;

interface Failure {
  readonly peer: string | null;
  readonly last: EpisodePlace;
}

export class Recovery {
  /** The last failure of each claim; null for those that no later success speaks against. */
  readonly #failures = new Map<Claim, Failure | null>();
  readonly #successes = new Map<string, EpisodePlace>();

  take({ found, peer, failed }: Told, place: EpisodePlace): void {
    if (found.length === 0 && !failed && peer !== null) {
      if (this.#successes.size >= capacity) this.#successes.clear();
      const known = this.#successes.get(peer);
      if (known === undefined || isLater(place, known) !== false) this.#successes.set(peer, place);
    }
    for (const { claim } of found) {
      const known = this.#failures.get(claim);
      if (known === null) continue;
      // Another log, or another peer under the same subject: not to be compared.
      const same = known === undefined || (known.peer === peer && isLater(place, known.last) !== null);
      if (!failed || peer === null || !same) this.#failures.set(claim, null);
      else if (known === undefined || isLater(place, known.last) === true)
        this.#failures.set(claim, { peer, last: place });
    }
  }

  /** Claims whose last failure was followed by a success, with the line that this one begins at. */
  overcome(): { readonly claim: Claim; readonly line: string }[] {
    return [...this.#failures].flatMap(([claim, failure]) => {
      const success = failure === null ? undefined : this.#successes.get(failure.peer ?? '');
      if (failure === null || success === undefined || isLater(success, failure.last) !== true) return [];
      return [{ claim, line: `${success.file}:${success.line}` }];
    });
  }
}

/** Null where it cannot be told: another file, or a line without a time beside one with it. */
function isLater(a: EpisodePlace, b: EpisodePlace): boolean | null {
  if (a.file !== b.file || (a.ms === null) !== (b.ms === null)) return null;
  if (a.ms !== null && b.ms !== null && a.ms !== b.ms) return a.ms > b.ms;
  return a.line > b.line;
}

/** Only a client that says whom it reached tells of the server; another client's success says nothing of this one's failure. */
export function peerOf({ dialect, host, writer, outcome, complaints, peer }: LogEpisode): string | null {
  if (writer !== 'client' || peer.address === null) return null;
  if (outcome === 'unknown' || (outcome === 'connected' && complaints.length > 0)) return null;
  return JSON.stringify([dialect, host, peer.address, peer.port]);
}

export function placeOf({ file, firstLine, startedAt }: LogEpisode): EpisodePlace {
  const ms = startedAt === null ? Number.NaN : Date.parse(startedAt);
  return { file, line: firstLine, ms: Number.isNaN(ms) ? null : ms };
}
