/** Logs to episodes, line by line and in bounded memory; times are settled when a file has been read. */

import type { LogClock, LogEpisode } from '../../evidence/index.ts';
import { type ClockOptions, LogYears, type Moment } from './clock.ts';
import { OpenEpisode } from './episode.ts';
import { LineSplitter } from './lines.ts';
import { type MatchedRecord, RecordMatcher } from './match-record.ts';
import { type LogRecord, Records } from './records.ts';

export interface LogAnalyzerOptions extends ClockOptions {
  /** Name of the file, which stands before the numbers of its lines. */
  readonly file: string;
  /** Number of the first episode; default 1. */
  readonly firstEpisode?: number;
  /** Takes an episode when it is over, its times not yet settled. They come in the order they ended. */
  readonly episode: (episode: PendingEpisode) => void;
}

/** An episode that is over; `settle` gives it its times, once the whole file was read. */
export interface PendingEpisode {
  readonly firstLine: number;
  readonly outcome: LogEpisode['outcome'];
  readonly connect: LogEpisode['evidence']['connect'];
  /** When it began, comparable within the file; null where its lines have no times. */
  readonly ms: number | null;
  /** The same for episodes of which the same can be said, wherever they stand. */
  readonly signature: string;
  /** To be called for an episode that is settled later than now. */
  keep(): void;
  settle(id: string): LogEpisode;
}

/** Attempts that are under way at once, in one file. */
const maxOpen = 1_000;
/** Without a line for so long, what comes next is another attempt. */
const pauseMs = 30_000;
/** So many other matched lines later it is too, where lines have no times. */
const pauseLines = 2_000;

export class LogAnalyzer {
  readonly #options: LogAnalyzerOptions;
  readonly #years: LogYears;
  readonly #records = new Records();
  readonly #matcher = new RecordMatcher();
  readonly #splitter = new LineSplitter((line) => this.line(line));
  readonly #open = new Map<string, OpenEpisode>();
  readonly #byGrammar = new Map<string, number>();
  /** The last SSL connection of a device, which lines without an address belong to. */
  readonly #lastFlow = new Map<string, string>();
  #settled: ((moment: Moment | null) => string | null) | null = null;
  #first: Moment | null = null;
  #last: Moment | null = null;
  lines = 0;
  matched = 0;

  constructor(options: LogAnalyzerOptions) {
    this.#options = options;
    this.#years = new LogYears(options);
  }

  /** Bytes of the file, in order; may stand for nothing afterwards. */
  push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
  }

  /** The next line, without its line feed. */
  line(line: string): void {
    this.lines++;
    for (const record of this.#records.next(line)) this.#record(record);
  }

  /** The file is over. Episodes still open are handed over. */
  end(): void {
    this.#splitter.end();
    for (const record of this.#records.end()) this.#record(record);
    this.#settled = this.#years.settled();
    for (const [key, episode] of this.#open) this.#close(key, episode);
  }

  get byGrammar(): ReadonlyMap<string, number> {
    return this.#byGrammar;
  }

  get clock(): LogClock {
    return this.#years.clock;
  }

  /** Lines that were longer than is kept. */
  get cutLines(): number {
    return this.#splitter.cut;
  }

  /** ISO 8601 of the first and the last line that has a time; once the file is over. */
  get span(): { readonly firstAt: string | null; readonly lastAt: string | null } {
    const at = this.#settled ?? (() => null);
    return { firstAt: at(this.#first), lastAt: at(this.#last) };
  }

  #record(record: LogRecord): void {
    const at = record.stamp === null ? null : this.#years.next(record.stamp);
    if (at !== null) {
      this.#first ??= at;
      this.#last = at;
    }
    const match = this.#matcher.match(record);
    if (match === null) return;
    this.matched++;
    const { id } = match.row;
    this.#byGrammar.set(id, (this.#byGrammar.get(id) ?? 0) + 1);
    const key = this.#keyOf(match);
    let episode = this.#open.get(key);
    if (episode !== undefined && isOver(episode, record, match, at)) {
      this.#close(key, episode);
      episode = undefined;
    }
    if (episode === undefined) {
      this.#makeRoom();
      episode = new OpenEpisode(this.#options.file, record, match, at);
      this.#open.set(key, episode);
    }
    episode.add(record, match, at);
  }

  #keyOf({ row, facts, host, thread }: MatchedRecord): string {
    const writer = `${row.dialect} ${host ?? ''} ${thread}`;
    if (row.dialect !== 'asa-syslog') return writer;
    const flow = facts.flow ?? this.#lastFlow.get(writer) ?? '';
    // Those of a session name the user's address alone.
    if (facts.flow?.includes('/') === true) {
      if (this.#lastFlow.size >= maxOpen) this.#lastFlow.clear();
      this.#lastFlow.set(writer, flow);
    }
    return `${writer} ${flow}`;
  }

  #makeRoom(): void {
    if (this.#open.size < maxOpen) return;
    for (const [key, episode] of this.#open) {
      this.#close(key, episode);
      return;
    }
  }

  #close(key: string, episode: OpenEpisode): void {
    this.#open.delete(key);
    const { firstLine, outcome, connect, signature } = episode;
    this.#options.episode({
      firstLine,
      outcome,
      connect,
      signature,
      ms: episode.first?.ms ?? null,
      keep: () => episode.keep(),
      settle: (id) => episode.finish(id, this.#settled ?? (() => null)),
    });
  }
}

/** True when the line belongs to another attempt than the one that is under way. */
function isOver(episode: OpenEpisode, { line }: LogRecord, { row, facts }: MatchedRecord, at: Moment | null): boolean {
  if (row.begins === true) return true;
  if (at !== null && episode.last !== null) {
    if (Math.abs(at.ms - episode.last.ms) > pauseMs) return true;
  } else if (line - episode.lastLine > pauseLines) return true;
  const { kinds, grammars } = episode;
  if (row.kind === 'connecting') return kinds.size > 1 || !kinds.has('connecting');
  if (row.kind === 'connected') return kinds.has('connected') || kinds.has('connect-failed');
  if (row.id === 'sftunnel.verify-callback') return episode.outcome === 'failed' && episode.writer !== 'client';
  // An error of the library ends the handshake; what it printed to standard output may come later.
  if (grammars.has('openssl.error') && (row.id === 'openssl.error' || row.id === 'openssl.depth')) return true;
  // Behind the last line of an attempt only what sums it up belongs to it.
  if (episode.ended) return !sums.has(row.kind) || grammars.has(row.id);
  return facts.connect !== undefined && facts.connect !== 'ok' && kinds.has('connect-failed');
}

const sums: ReadonlySet<string> = new Set(['note', 'disconnected', 'dtls', 'packet-size', 'resumed', 'negotiated']);
