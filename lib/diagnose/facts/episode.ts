/** An episode of a log as the rules see it: facts with one witness, whose evidence is what the lines say. */

import type { FindingEvidence, Judgement, LogEpisode, LogEvent } from '../../evidence/index.ts';
import { nothingProbed } from './conversation.ts';
import type { Facts } from './facts.ts';
import type { Witness } from './witness.ts';

export function factsOfEpisode(episode: LogEpisode, judgement: Judgement): Facts {
  const { id, evidence, peer } = episode;
  const witness: Witness = {
    id,
    evidence,
    hello: { length: 0, firstFlight: 0 },
    replyMs: null,
    records: [],
    segments: [],
    concurrent: 0,
    logged: lineEvidence(episode, tellingEvent(episode)),
  };
  return {
    ...nothingProbed,
    target: { host: peer.address ?? '', port: peer.port ?? 0, address: peer.address, sni: null },
    // Whom and what the writer of the log expects is not in it.
    judgement: { ...judgement, clientVersions: [], clientCiphers: [], clientGroups: [], expectName: null },
    witnesses: new Map([[id, witness]]),
    chains: [],
    capture: null,
    log: { episode, witness },
  };
}

/** A line as evidence. */
export function lineEvidence({ file }: LogEpisode, event: LogEvent | undefined): { ref: string; text: string } {
  return { ref: `${file}:${event?.line ?? 0}`, text: event?.text ?? '' };
}

/** The lines of the episode of these kinds, the first four. */
export function linesOf(episode: LogEpisode, kinds: readonly LogEvent['kind'][]): FindingEvidence[] {
  return episode.events
    .filter(({ kind }) => kinds.includes(kind))
    .slice(0, shownLines)
    .map((event) => ({ kind: 'log-line', ...lineEvidence(episode, event) }));
}

const shownLines = 4;

/** What went wrong, else what came last. */
function tellingEvent({ events }: LogEpisode): LogEvent | undefined {
  const telling = ['alert', 'verify-error', 'connect-failed', 'handshake-failed'];
  for (const kind of telling) {
    const event = events.find((one) => one.kind === kind);
    if (event !== undefined) return event;
  }
  return events.at(-1);
}
