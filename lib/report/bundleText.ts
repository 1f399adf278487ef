/** Several targets as text: one table that answers "which, and why", then the proof of each. */

import { attemptsOf, type CheckReport, type ReportBundle, type Verdict } from '../evidence/index.ts';
import { printable } from '../wire/index.ts';
import { findingLines } from './findingText.ts';
import { duration, elapsed, type Page, paragraph, targetName } from './page.ts';
import { byGravity, undecidedProbes } from './verdict.ts';
import { verdictPaint, verdictSigns } from './verdictText.ts';
import { cutColumns, displayWidth, padColumns } from './width.ts';

/** What the embedded run planted in a headend, and whether the diagnosis found it. */
export interface PlantedResult {
  readonly headend: string;
  readonly expected: readonly string[];
  readonly found: readonly string[];
  readonly ok: boolean;
}

/** The table, then each target that has findings, in brief. */
export function bundleLines(page: Page, bundle: ReportBundle, planted: readonly PlantedResult[]): string[] {
  const details = bundle.reports.flatMap((report, index) => detailsOf(page, report, planted[index]));
  const hint =
    details.length === 0
      ? []
      : [
          '',
          ...[page.words.explainHint, page.words.bundleHint].flatMap((text) =>
            paragraph(page, text, 0, page.palette.dim),
          ),
        ];
  return [...summaryLines(page, bundle, planted), ...details, ...hint];
}

/** The table and its closing line; for the embedded run, what was planted decides the sign. */
export function summaryLines(page: Page, bundle: ReportBundle, planted: readonly PlantedResult[]): string[] {
  const rows = bundle.reports.map((report, index) => rowOf(page, report, planted[index]));
  return [
    ...tableLines(page, rows),
    '',
    summaryLine(page, bundle, planted),
    ...(planted.length > 0 ? [] : countLines(page, bundle)),
  ];
}

type Cells = readonly [target: string, verdict: string, main: string, time: string];

interface TableRow {
  readonly cells: Cells;
  /** The main finding where the page is too narrow for its title. */
  readonly short: string;
  readonly paint: (text: string) => string;
}

function rowOf(page: Page, report: CheckReport, planted: PlantedResult | undefined): TableRow {
  const { words } = page;
  const ok = planted?.ok ?? null;
  const sign = ok === null ? verdictSigns[report.verdict] : ok ? '✔' : '✖';
  const paint = ok === null ? verdictPaint(page, report.verdict) : ok ? page.palette.green : page.palette.red;
  return {
    paint,
    cells: [
      planted?.headend ?? targetName(report.target),
      `${sign} ${words.verdict[report.verdict]}`,
      mainText(page, report, planted, false),
      `${(elapsed(report) / 1000).toFixed(1)} s`,
    ],
    short: mainText(page, report, planted, true),
  };
}

function mainText({ words }: Page, report: CheckReport, planted: PlantedResult | undefined, short: boolean): string {
  if (planted !== undefined && !planted.ok)
    return words.missed(listOr(planted.expected, words), listOr(planted.found, words));
  const [main] = byGravity(report.findings);
  if (main === undefined) {
    const open = undecidedProbes(report);
    // An interrupted run left open too many to be named in a column.
    if (report.verdict === 'inconclusive' && open.length > 0 && open.length <= 3)
      return words.undecided(open.join(', '));
    return report.verdict === 'clean'
      ? words.noFinding
      : words.verdictLong[report.verdict === 'findings' ? 'clean' : report.verdict];
  }
  return short ? main.id : `${main.id}  ${main.title}`;
}

function listOr(ids: readonly string[], { nothingPlanted }: Page['words']): string {
  return ids.length === 0 ? nothingPlanted : ids.join(', ');
}

/** Columns as wide as their widest cell; where the titles of the main findings do not fit, their ids stand alone. */
function tableLines({ words, palette, width }: Page, rows: readonly TableRow[]): string[] {
  const { table } = words;
  const head: Cells = [table.target, table.verdict, table.main, table.time];
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => displayWidth(printable(text))));
  const column = (index: 0 | 1 | 2 | 3): number =>
    widest([head, ...rows.map(({ cells }) => cells)].map((cells) => cells[index]));
  const [verdict, time] = [column(1), column(3)];
  const ids = widest([head[2], ...rows.map(({ short }) => short)]);
  // What the other columns leave; the target may take it until the ids no longer fit, and a third of the page in any case.
  const left = width - verdict - time - 6;
  const target = Math.min(column(0), Math.max(Math.floor(width / 3), left - ids));
  const room = Math.max(10, left - target);
  const titled = column(2) <= room;
  const main = Math.min(room, titled ? column(2) : ids);
  const fit = (text: string, columns: number): string => padColumns(cutColumns(printable(text), columns), columns);
  const line = (cells: Cells, paint: (text: string) => string): string => {
    const right = ' '.repeat(time - displayWidth(cells[3])) + cells[3];
    return `${fit(cells[0], target)}  ${paint(fit(cells[1], verdict))}  ${fit(cells[2], main)}  ${right}`;
  };
  return [
    palette.dim(line(head, (text) => text)),
    ...rows.map(({ cells, short, paint }) => line(titled ? cells : [cells[0], cells[1], short, cells[3]], paint)),
  ];
}

function summaryLine(page: Page, bundle: ReportBundle, planted: readonly PlantedResult[]): string {
  const { words, palette } = page;
  const connections = bundle.reports.reduce((total, report) => total + attemptsOf(report).size, 0);
  const run = words.connectionsIn(words.connections(connections), duration(elapsed(bundle)));
  if (planted.length > 0) {
    const good = planted.filter(({ ok }) => ok).length;
    const paint = good === planted.length ? palette.green : palette.red;
    return `${paint(palette.bold(`${good === planted.length ? '✔' : '✖'} ${words.planted(good, planted.length)}`))}  ${palette.dim(run)}`;
  }
  const verdict = `${verdictSigns[bundle.verdict]} ${words.verdict[bundle.verdict]}`;
  return `${verdictPaint(page, bundle.verdict)(palette.bold(verdict))}  ${words.targets(bundle.reports.length)}${words.comma}${palette.dim(run)}`;
}

/** How many targets got which verdict, where they got different ones. */
function countLines({ words }: Page, { reports }: ReportBundle): string[] {
  const counts = (Object.keys(words.verdict) as Verdict[])
    .map((verdict) => ({ verdict, count: reports.filter((report) => report.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${words.verdict[verdict]} ${count}`);
  return counts.length > 1 ? [`  ${counts.join(words.comma)}`] : [];
}

function detailsOf(page: Page, report: CheckReport, planted: PlantedResult | undefined): string[] {
  if (report.findings.length === 0) return [];
  const attempts = attemptsOf(report);
  const title = planted === undefined ? targetName(report.target) : `${planted.headend}  ${targetName(report.target)}`;
  return [
    '',
    page.palette.bold(printable(title)),
    ...byGravity(report.findings).flatMap((finding) =>
      findingLines({ ...page, width: page.width - 2 }, finding, report.target, attempts, 'brief').map(
        (line) => `  ${line}`,
      ),
    ),
  ];
}
