/** `logs`: read logs, say which attempts to connect are in them, and in an exit code what was found. */

import type { LogReport } from '../../evidence/index.ts';
import type { LogOptions } from '../../logs.ts';
import { captureExitCode, renderCaptureJunit, renderLog, renderLogVerdict } from '../../report/index.ts';
import { printable } from '../../wire/index.ts';
import { captureInputs } from '../captureInputs.ts';
import type { Io } from '../io.ts';
import { type Destinations, lineWriter, planOutputs, writeDocument } from '../outputs.ts';
import type { Services } from '../services.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';
import { usageError } from '../usage.ts';
import { failOnOf, given, instant, wholeNumber } from './checkOptions.ts';

/** As commander hands them over. */
export interface RawLogOptions {
  readonly json?: string | true;
  readonly jsonl?: string | true;
  readonly junit?: string | true;
  readonly year?: string;
  readonly utcOffset?: string;
  readonly now?: string;
  readonly failOn?: string;
  readonly lang?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly debug?: boolean;
}

/** @returns the exit status. @throws HarnessError for mistakes on the command line, and for a log that cannot be read. */
export async function runLogs(
  words: readonly string[],
  raw: RawLogOptions,
  io: Io,
  services: Services,
): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  const failOn = failOnOf(raw.failOn);
  const names = words.length === 0 && [raw.json, raw.jsonl, raw.junit].includes('-') ? ['-'] : words;
  if (names.length === 0)
    throw usageError('bad-option', 'No log was given.', 'Name a file, or - for standard input: helloprobe logs FILE');
  const options: LogOptions = {
    language,
    ...given('now', raw.now, instant),
    ...given('year', raw.year, (text) => wholeNumber(text, '--year', 1970, 9999)),
    ...given('utcOffset', raw.utcOffset, offsetMinutes),
  };
  const places = planOutputs(raw);
  const inputs = captureInputs(names, places, io);
  const report = await services.analyzeLog(inputs, options);
  if (places.json !== undefined) writeDocument(places.json, `${JSON.stringify(report, null, 2)}\n`, io.stdout);
  if (places.jsonl !== undefined) writeLines(report, places.jsonl, io);
  if (places.junit !== undefined) {
    const [only] = report.sources;
    const name = report.sources.length === 1 && only !== undefined ? only.name : 'logs';
    writeDocument(places.junit, renderCaptureJunit([{ ...report, name, error: null }], failOn, language), io.stdout);
  }
  print(report, raw, isDocument(places), io, language);
  return captureExitCode(report, { failOn });
}

/** True when standard output carries a document, so that the text has no place there. */
function isDocument(places: Destinations): boolean {
  return Object.values(places).includes('-');
}

/** One episode or finding a line, the summary last. */
function writeLines(report: LogReport, place: string, { stdout }: Io): void {
  const line = lineWriter(place, stdout);
  for (const episode of report.episodes) line(`${JSON.stringify({ type: 'episode', episode })}\n`);
  for (const finding of report.findings) line(`${JSON.stringify({ type: 'finding', finding })}\n`);
  const { episodes: _e, findings: _f, ...summary } = report;
  line(`${JSON.stringify({ type: 'summary', ...summary })}\n`);
}

function print(report: LogReport, raw: RawLogOptions, silent: boolean, io: Io, language: 'en' | 'ja'): void {
  const { stdout, stderr, env } = io;
  if (!silent) {
    // Tables want room: where no terminal says otherwise, the widest page there is.
    const width = stdout.columns === undefined ? 100 : widthOf(stdout);
    stdout.write(renderLog(report, { language, colour: colourOf(stdout, env, raw.color), width }));
  } else if (raw.quiet !== true)
    stderr.write(renderLogVerdict(report, { language, colour: colourOf(stderr, env, raw.color) }));
}

/** Minutes east of UTC. @throws HarnessError `bad-option` */
function offsetMinutes(text: string): number {
  const found = /^(?:UTC|GMT)?([+-])?(\d{1,2})(?::?(\d{2}))?$/i.exec(text.trim());
  const minutes = Number(found?.[2]) * 60 + Number(found?.[3] ?? 0);
  if (/^(?:Z|UTC|GMT)$/i.test(text.trim())) return 0;
  if (found === null || Number(found[2]) > 14 || Number(found[3] ?? 0) > 59)
    throw usageError(
      'bad-option',
      `--utc-offset ${JSON.stringify(printable(text.slice(0, 40)))} is no offset from UTC.`,
      'It is written as +09:00 or -05:00.',
    );
  return found[1] === '-' ? -minutes : minutes;
}
