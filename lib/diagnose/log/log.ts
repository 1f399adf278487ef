/** Findings of a log, episode by episode: rules see what its lines say, in bounded memory. */

import type { Finding, Judgement, Language, LogEpisode, LogReport } from '../../evidence/index.ts';
import { factsOfEpisode } from '../facts/episode.ts';
import { Claims, isFull } from '../findings/claims.ts';
import { shownEvidence } from '../findings/finding.ts';
import { messages, type Say } from '../messages/index.ts';
import { logRules } from '../rules/logged.ts';
import { readLog } from './readers.ts';
import { peerOf, placeOf, Recovery, type Told } from './recovery.ts';

export interface LogDiagnosis {
  /** Judges one episode; keeps nothing of it but the findings' evidence (at most 20 pieces each, the rest counted). */
  episode(episode: LogEpisode, signature?: string, place?: EpisodePlace): void;
  /**
   * Counts an episode of which all was said before; false when it has to be told. A device that tries again every minute says the
   * same each time.
   * @param signature the same for episodes of which the same can be said
   */
  again(signature: string, place: EpisodePlace): boolean;
  /** The findings, the most severe first, then by id and subject. Once, when everything was told. */
  finish(): Finding[];
}

/** Where an episode stands, for what came after what. */
export interface EpisodePlace {
  readonly file: string;
  readonly line: number;
  /** Milliseconds, comparable within the file; null where lines have no times. */
  readonly ms: number | null;
}

export interface LogContext {
  readonly judgement: Judgement;
  /** Default: English. */
  readonly language?: Language;
}

export function logDiagnosis(context: LogContext): LogDiagnosis {
  return new Diagnosis(context);
}

/** What `diagnoseLog` needs of a report; a saved one has it all. */
export type LogDiagnosisInput = Pick<LogReport, 'judgement' | 'episodes'>;

/**
 * The findings of a log's report: of a saved one the same as when it was made, as far as its episodes are listed. Total: what is
 * missing or damaged is not known, and nothing is claimed of it.
 */
export function diagnoseLog(report: LogDiagnosisInput, { language = 'en' }: { language?: Language } = {}): Finding[] {
  const { judgement, episodes } = readLog(report);
  const diagnosis = logDiagnosis({ judgement, language });
  for (const episode of episodes) diagnosis.episode(episode);
  return diagnosis.finish();
}

/** Kinds of episodes remembered. */
const capacity = 10_000;

class Diagnosis implements LogDiagnosis {
  readonly #judgement: Judgement;
  readonly #say: Say;
  readonly #claims: Claims;
  /** What the same episode added to each claim before. */
  readonly #known = new Map<string, Told>();
  readonly #recovery = new Recovery();

  constructor({ judgement, language = 'en' }: LogContext) {
    this.#judgement = judgement;
    this.#say = messages[language].say;
    this.#claims = new Claims(language);
  }

  again(signature: string, place: EpisodePlace): boolean {
    const known = this.#known.get(signature);
    if (known === undefined || !known.found.every(({ claim }) => isFull(claim))) return false;
    for (const { claim, pieces } of known.found) claim.count += pieces;
    this.#recovery.take(known, place);
    return true;
  }

  episode(episode: LogEpisode, signature?: string, place: EpisodePlace = placeOf(episode)): void {
    const facts = factsOfEpisode(episode, this.#judgement);
    const found = logRules
      .flatMap((rule) => rule(facts, this.#say))
      .filter(({ evidence }) => evidence.length > 0)
      .map((draft) => ({ claim: this.#claims.add(draft), pieces: draft.evidence.length }));
    const told: Told = { found, peer: peerOf(episode), failed: episode.outcome === 'failed' };
    this.#recovery.take(told, place);
    if (signature === undefined) return;
    if (this.#known.size >= capacity) this.#known.clear();
    this.#known.set(signature, told);
  }

  finish(): Finding[] {
    for (const { claim, line } of this.#recovery.overcome()) {
      claim.severity = 'info';
      claim.evidence.splice(shownEvidence - 1);
      claim.evidence.push({ kind: 'log-line', ref: line, text: this.#say.cameUpLater() });
      claim.count++;
    }
    return this.#claims.findings();
  }
}
