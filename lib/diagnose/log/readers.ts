/** Readers of a log's report, kept in step with lib/evidence by the compiler. */

import type { Judgement, LogComplaint, LogEpisode, LogEvent, LogLack } from '../../evidence/index.ts';
import { judgementIn } from '../facts/facts.ts';
import { boolean, isObject, list, nullable, number, object, type Reader, text, wholeList } from '../facts/read.ts';
import { evidenceReader } from '../facts/readers.ts';

/** Reads a report; never throws, whatever it is given. */
export function readLog(input: unknown): { readonly judgement: Judgement; readonly episodes: readonly LogEpisode[] } {
  const report = isObject(input) ? input : {};
  return { judgement: judgementIn(report), episodes: list(episodeReader)(report['episodes']) ?? [] };
}

const event: Reader<LogEvent> = object({
  grammar: text,
  kind: text as Reader<LogEvent['kind']>,
  line: number,
  lastLine: number,
  at: nullable(text),
  level: nullable(text),
  text,
  cut: boolean,
});

const complaint: Reader<LogComplaint> = object({
  what: text as Reader<LogComplaint['what']>,
  by: nullable(text as Reader<NonNullable<LogComplaint['by']>>),
  code: nullable(number),
  depth: nullable(number),
  subject: nullable(text),
  issuer: nullable(text),
  line: number,
  cut: boolean,
});

const episodeReader: Reader<LogEpisode> = object({
  id: text,
  dialect: text as Reader<LogEpisode['dialect']>,
  file: text,
  firstLine: number,
  lastLine: number,
  startedAt: nullable(text),
  endedAt: nullable(text),
  host: nullable(text),
  writer: nullable(text as Reader<NonNullable<LogEpisode['writer']>>),
  peer: object({ address: nullable(text), port: nullable(number) }),
  outcome: text as Reader<LogEpisode['outcome']>,
  complaints: wholeList(complaint),
  lacks: wholeList(text as Reader<LogLack>),
  dtls: nullable(text as Reader<NonNullable<LogEpisode['dtls']>>),
  events: wholeList(event),
  eventCount: number,
  evidence: evidenceReader,
});
