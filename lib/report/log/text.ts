/** The report of logs as text: the verdict and the lines that prove it first, then the attempts to connect. */

import type { LogEpisode, LogReport } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import { findingBlocks } from '../capture/findingBlocks.ts';
import { tableLines } from '../columns.ts';
import { dialectNames } from '../messages/log-en.ts';
import { grouped } from '../messages/numbers.ts';
import { createPage, labelled, type Page, type PageOptions, paragraph, targetName } from '../page.ts';
import { countsText } from '../text.ts';
import { verdictPaint, verdictSigns } from '../verdictText.ts';

/** Rows of the table of attempts. */
const shownRows = 30;

/** The text report, ending in a newline. */
export function renderLog(report: LogReport, options: PageOptions = {}): string {
  const page = createPage(options);
  const blocks = [
    headLines(page, report),
    ...findingBlocks(page, report.findings),
    report.findings.length === 0 ? [] : [page.palette.dim(page.words.explainHint)],
    episodeLines(page, report),
    footLines(page, report),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** One line: verdict and its sentence; what stderr says when stdout carries a document. */
export function renderLogVerdict(report: LogReport, options: PageOptions = {}): string {
  const page = createPage(options);
  const names = report.sources.map(({ name }) => printable(name)).join(', ');
  return `${names}  ${verdictText(page, report)}\n`;
}

function headLines(page: Page, report: LogReport): string[] {
  const { words, palette } = page;
  const { sources } = report;
  const inferred = sources.filter(({ clock }) => clock.year === 'inferred');
  const years = inferred.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).flatMap((at) => at?.slice(0, 4) ?? []);
  const [from, to] = [years.reduce(least, '9999'), years.reduce(most, '0000')];
  const paint = verdictPaint(page, report.verdict);
  return [
    ...sources.flatMap(({ name, lines, firstAt, lastAt }) => [
      ...paragraph(page, name, 0, palette.bold),
      ...paragraph(page, [words.log.lines(lines), ...spanOf(firstAt, lastAt)].join(words.comma), 0, palette.dim),
    ]),
    ...paragraph(page, verdictText(page, report), 0, (line) => paint(palette.bold(line))),
    ...(years.length === 0 ? [] : paragraph(page, words.log.inferredYear(from, to), 0)),
    ...(sources.some(({ clock }) => clock.zone === 'assumed-utc') ? paragraph(page, words.log.assumedUtc, 0) : []),
    ...sources
      .filter(({ truncated }) => truncated)
      .flatMap(({ name }) => paragraph(page, words.log.truncated(name), 0, palette.yellow)),
  ];
}

const least = (a: string, b: string): string => (b < a ? b : a);
const most = (a: string, b: string): string => (b > a ? b : a);

function spanOf(first: string | null, last: string | null): string[] {
  if (first === null || last === null) return [];
  const shown = (time: string): string => time.slice(0, 19).replace('T', ' ');
  return [first === last ? `${shown(first)} UTC` : `${shown(first)} - ${shown(last)} UTC`];
}

function verdictText({ words }: Page, { verdict, findings, counters }: LogReport): string {
  const { log } = words;
  const counts = countsText(words, findings);
  const none = counters.episodes === 0;
  const sentence = none ? log.nothing : verdict === 'findings' ? '' : log[verdict];
  const told = [sentence, sentence === '' || counts === '' ? counts : `(${counts})`].filter((text) => text !== '');
  return `${verdictSigns[verdict]} ${words.verdict[verdict]}  ${told.join(' ')}`;
}

/** The same again and again is one row, with how many times. */
interface Repeated {
  readonly first: LogEpisode;
  last: LogEpisode;
  count: number;
}

function episodeLines(page: Page, { episodes, sources, counters }: LogReport): string[] {
  const { words, palette } = page;
  const { column } = words.log;
  const rows = joined(episodes);
  const shown = rows.slice(0, shownRows);
  if (shown.length === 0) return [];
  const several = sources.length > 1;
  const lines = tableLines(
    page,
    [
      { head: column.id, cells: shown.map(({ first }) => first.id) },
      { head: column.time, cells: shown.map(({ first }) => timeOf(first)), optional: true },
      { head: column.writer, cells: shown.map(({ first }) => writerOf(first)), least: 10, rank: 1, cut: 'middle' },
      { head: column.peer, cells: shown.map(({ first }) => peerOf(first)), least: 15, rank: 2, cut: 'middle' },
      { head: column.outcome, cells: shown.map(({ first }) => words.log.outcome[first.outcome]) },
      { head: column.count, cells: shown.map(({ count }) => (count > 1 ? grouped(count) : '')), align: 'right' },
      {
        head: column.lines,
        cells: shown.map(({ first }) => placeOf(first, several)),
        least: 8,
        rank: 3,
        cut: 'middle',
      },
      { head: column.says, cells: shown.map(({ first }) => sayingOf(first)), least: 12 },
    ],
    (row) => (shown[row]?.first.outcome === 'failed' ? palette.red : (line) => line),
  );
  // A row may stand for several.
  const told = shown.reduce((sum, { count }) => sum + count, 0);
  return [
    palette.bold(`${words.log.head.episodes} (${grouped(counters.episodes)})`),
    ...lines,
    ...(counters.episodes > told ? paragraph(page, words.log.more(counters.episodes - told), 0, palette.dim) : []),
  ];
}

function joined(episodes: readonly LogEpisode[]): Repeated[] {
  const rows = new Map<string, Repeated>();
  for (const episode of episodes) {
    const { dialect, file, outcome } = episode;
    const key = JSON.stringify([dialect, file, outcome, writerOf(episode), peerOf(episode), sayingOf(episode)]);
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { first: episode, last: episode, count: 1 });
    else {
      known.last = episode;
      known.count++;
    }
  }
  return [...rows.values()];
}

function timeOf({ startedAt }: LogEpisode): string {
  return startedAt === null ? '' : startedAt.slice(0, 19).replace('T', ' ');
}

function writerOf({ host, dialect }: LogEpisode): string {
  return host === null ? dialectNames[dialect] : `${host} ${dialectNames[dialect]}`;
}

function peerOf({ peer: { address, port } }: LogEpisode): string {
  if (address === null) return port === null ? '' : `:${port}`;
  return port === null ? address : targetName({ host: address, port });
}

function placeOf({ file, firstLine, lastLine }: LogEpisode, several: boolean): string {
  const lines = firstLine === lastLine ? String(firstLine) : `${firstLine}-${lastLine}`;
  return several ? `${file}:${lines}` : lines;
}

/** The line that says most. */
function sayingOf({ events, complaints }: LogEpisode): string {
  const line = complaints[0]?.line;
  const telling =
    events.find((event) => event.line === line) ??
    events.find(({ kind }) => kind === 'alert' || kind === 'connect-failed' || kind === 'handshake-failed') ??
    events.at(-1);
  return telling?.text ?? '';
}

function footLines(page: Page, { counters }: LogReport): string[] {
  const { words, palette } = page;
  const dropped = Object.entries(counters.dropped).map(([reason, count]) => `${reason} ${grouped(count)}`);
  return labelled(
    page,
    [
      {
        label: words.log.counters,
        paragraphs: [
          [
            words.log.lines(counters.lines),
            words.log.matched(counters.matched),
            words.log.episodes(counters.episodes),
          ].join(words.comma),
        ],
        paint: palette.dim,
      },
      { label: words.log.dropped, paragraphs: dropped.length === 0 ? [] : [dropped.join(words.comma)] },
    ],
    0,
  );
}
