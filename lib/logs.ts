/** Logs from lines to report: read, grouped into attempts to connect, each judged as it ends, and what follows. */

import { bytesOf, type CaptureInput, Counters, decompress, defaultCaptureLimits, inputName } from './capture/index.ts';
import { fileBytes, nodeGunzip, nodeUnzstd } from './capture/node.ts';
import { LogAnalyzer, type PendingEpisode } from './cisco/index.ts';
import { logDiagnosis, logVerdictOf } from './diagnose/index.ts';
import type { Language, LogEpisode, LogReport, LogSource, LogStreamEvent } from './evidence/index.ts';
import { captureJudgement } from './judgement.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';

/** Lines, bytes in any form, or the path of a file (plain, gzip or zstd). */
export type LogInput = CaptureInput | string | LogLines;

/** Lines without their line feeds, as an array or as they come. */
export interface LogLines {
  readonly lines: Iterable<string> | AsyncIterable<string>;
}

export interface NamedLog {
  readonly name: string;
  readonly source: LogInput;
}

export interface LogOptions {
  /** Name of a single log in the report and before its line numbers; default the path, the name of a `File`, or `log`. */
  readonly name?: string;
  /** No line is later than this: the year of lines that have none follows from it. Default now. */
  readonly now?: Date;
  /** Year of the first line of each log, where the lines do not write it. */
  readonly year?: number;
  /** Minutes east of UTC of times that do not say it; default 0. From -1439 to 1439. */
  readonly utcOffset?: number;
  readonly language?: Language;
  /** Episodes that are listed; the others are judged and counted. Default 1,000. */
  readonly maxEpisodes?: number;
  readonly signal?: AbortSignal;
}

const defaultMaxEpisodes = 1_000;
/** Bytes between two progress events. */
const progressBytes = 2 ** 24;

/**
 * Reads logs and tells how far it is, then each episode that is listed, then the summary. Memory does not grow with their length.
 * Years are known only when a log has been read, so its episodes come at its end.
 * @throws HarnessError `unreadable-file`, `bad-option`; the signal's reason when it is aborted
 */
export async function* logEvents(
  input: LogInput | readonly NamedLog[],
  options: LogOptions = {},
): AsyncGenerator<LogStreamEvent, void, undefined> {
  const { language = 'en', now = new Date(), signal, maxEpisodes = defaultMaxEpisodes } = options;
  requireUsable(options);
  const judgement = captureJudgement({ now });
  const diagnosis = logDiagnosis({ judgement, language });
  const counters = new Counters();
  const sources: LogSource[] = [];
  const byGrammar: Record<string, number> = {};
  const totals = { lines: 0, matched: 0, episodes: 0, connected: 0, notReached: 0, listed: 0, cutLines: 0 };

  for (const { name, source } of namedLogs(input, options)) {
    const kept = new KeptEpisodes(maxEpisodes - totals.listed);
    const analyzer = new LogAnalyzer({
      file: name,
      now,
      year: options.year,
      utcOffset: options.utcOffset,
      episode: (pending) => {
        totals.episodes++;
        if (pending.outcome === 'connected') totals.connected++;
        if (notReached.has(pending.connect)) totals.notReached++;
        // What an episode means does not depend on its times.
        const place = { file: name, line: pending.firstLine, ms: pending.ms };
        if (!diagnosis.again(pending.signature, place)) diagnosis.episode(pending.settle(''), pending.signature, place);
        kept.add(pending);
      },
    });
    let bytes = 0;
    let about: Pick<LogSource, 'compression' | 'truncated'> = { compression: null, truncated: false };
    if (isLines(source)) {
      for await (const line of source.lines) {
        signal?.throwIfAborted();
        for (const one of line.split('\n')) analyzer.line(one);
      }
    } else {
      const opened = await openedLog(name, source, counters, signal);
      let reported = 0;
      for await (const chunk of opened.chunks) {
        signal?.throwIfAborted();
        analyzer.push(chunk);
        bytes += chunk.length;
        if (bytes - reported < progressBytes) continue;
        reported = bytes;
        yield { type: 'progress', file: name, lines: analyzer.lines, bytes };
      }
      about = { compression: opened.compression, truncated: opened.truncated };
    }
    signal?.throwIfAborted();
    analyzer.end();
    for (const pending of kept.episodes()) yield { type: 'episode', episode: pending.settle(`e${++totals.listed}`) };
    sources.push({ name, ...about, lines: analyzer.lines, bytes, ...analyzer.span, clock: analyzer.clock });
    totals.lines += analyzer.lines;
    totals.matched += analyzer.matched;
    totals.cutLines += analyzer.cutLines;
    for (const [id, count] of analyzer.byGrammar) byGrammar[id] = (byGrammar[id] ?? 0) + count;
  }

  const findings = diagnosis.finish();
  const { lines, matched, episodes, listed, cutLines } = totals;
  yield {
    type: 'summary',
    sources,
    judgement,
    counters: {
      lines,
      matched,
      episodes,
      byGrammar,
      dropped: {
        ...counters.toJSON(),
        ...(cutLines === 0 ? {} : { 'long-lines': cutLines }),
        ...(episodes === listed ? {} : { 'episodes-not-listed': episodes - listed }),
      },
    },
    findings,
    verdict: logVerdictOf(findings, totals),
  };
}

/**
 * The whole report of logs.
 * @throws as `logEvents`
 */
export async function analyzeLog(input: LogInput | readonly NamedLog[], options: LogOptions = {}): Promise<LogReport> {
  const startedAt = new Date().toISOString();
  const episodes: LogEpisode[] = [];
  for await (const event of logEvents(input, options)) {
    if (event.type === 'episode') episodes.push(event.episode);
    else if (event.type === 'summary') {
      const { type: _, verdict, findings, counters, ...summary } = event;
      return {
        schemaVersion: 1,
        tool: { name: 'helloprobe', version: toolVersion },
        command: 'logs',
        startedAt,
        finishedAt: new Date().toISOString(),
        ...summary,
        episodes,
        counters,
        findings,
        verdict,
      };
    }
  }
  throw new HarnessError('unreadable-file', 'The log ended without a summary.');
}

/** Episodes that are listed of one log: those that failed before the others, each in its order. */
class KeptEpisodes {
  readonly #most: number;
  readonly #failed: PendingEpisode[] = [];
  readonly #others: PendingEpisode[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(episode: PendingEpisode): void {
    const list = episode.outcome === 'failed' ? this.#failed : this.#others;
    if (list.length >= this.#most) return;
    episode.keep();
    list.push(episode);
  }

  episodes(): PendingEpisode[] {
    return [...this.#failed, ...this.#others].slice(0, this.#most).sort((a, b) => a.firstLine - b.firstLine);
  }
}

const notReached: ReadonlySet<string> = new Set(['refused', 'timeout', 'unreachable', 'resolve-failed']);

interface OpenedLog {
  readonly compression: LogSource['compression'];
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly truncated: boolean;
}

async function openedLog(
  name: string,
  source: CaptureInput | string,
  counters: Counters,
  signal: AbortSignal | undefined,
): Promise<OpenedLog> {
  const input = typeof source === 'string' ? fileBytes(source, { signal }) : bytesOf(source, { signal });
  const limits = defaultCaptureLimits;
  const opened = await decompress(input, { limits, counters, gunzip: nodeGunzip, unzstd: nodeUnzstd });
  return {
    compression: opened.compression,
    chunks: readable(name, opened.chunks),
    get truncated() {
      return opened.truncated;
    },
  };
}

/** Of compressed data in which nothing can be unpacked the reader of captures says that it is none. */
async function* readable(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (cause) {
    if (!(cause instanceof HarnessError) || cause.code !== 'not-a-capture') throw cause;
    throw new HarnessError('unreadable-file', `Nothing of the compressed log ${JSON.stringify(name)} can be unpacked.`);
  }
}

function namedLogs(input: LogInput | readonly NamedLog[], { name }: LogOptions): readonly NamedLog[] {
  if (isNamed(input)) return input;
  const own = typeof input === 'string' ? input : isLines(input) ? null : inputName(input);
  return [{ name: name ?? own ?? 'log', source: input }];
}

function isNamed(input: LogInput | readonly NamedLog[]): input is readonly NamedLog[] {
  return Array.isArray(input);
}

function isLines(source: LogInput): source is LogLines {
  return typeof source === 'object' && source !== null && 'lines' in source;
}

/** @throws HarnessError `bad-option` */
function requireUsable({ now, year, utcOffset, maxEpisodes }: LogOptions): void {
  const need = (holds: boolean, name: string, takes: string): void => {
    if (!holds) throw new HarnessError('bad-option', `The option ${name} takes ${takes}.`);
  };
  const whole = (value: number | undefined, least: number, most: number): boolean =>
    value === undefined || (Number.isInteger(value) && value >= least && value <= most);
  need(now === undefined || !Number.isNaN(now.getTime()), 'now', 'a valid date');
  need(whole(year, 1970, 9999), 'year', 'a year from 1970 to 9999');
  need(whole(utcOffset, -1439, 1439), 'utcOffset', 'minutes from -1439 to 1439');
  need(whole(maxEpisodes, 1, 1_000_000), 'maxEpisodes', 'a whole number from 1 to 1000000');
}
