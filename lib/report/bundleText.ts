/** Several targets as text: one table that answers "which, and why", then the proof of each. */

import { attemptsOf, type CheckReport, type ReportBundle } from '../evidence/index.ts';
import { findingLines } from './findingText.ts';
import { duration, elapsed, type Page, paragraph, targetName } from './page.ts';
import { printable } from './printable.ts';
import { byGravity } from './verdict.ts';
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
  return [...tableLines(page, rows), '', summaryLine(page, bundle, planted)];
}

interface TableRow {
  readonly cells: readonly [target: string, verdict: string, main: string, time: string];
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
      mainText(page, report, planted),
      duration(elapsed(report)),
    ],
  };
}

function mainText({ words }: Page, report: CheckReport, planted: PlantedResult | undefined): string {
  if (planted !== undefined && !planted.ok)
    return words.missed(listOr(planted.expected, words), listOr(planted.found, words));
  const [main] = byGravity(report.findings);
  if (main === undefined)
    return report.verdict === 'clean'
      ? words.noFinding
      : words.verdictLong[report.verdict === 'findings' ? 'clean' : report.verdict];
  return `${main.id}  ${main.title}`;
}

function listOr(ids: readonly string[], { nothingPlanted }: Page['words']): string {
  return ids.length === 0 ? nothingPlanted : ids.join(', ');
}

/** Columns as wide as their widest cell; the main finding takes what the page leaves and is cut there. */
function tableLines({ words, palette, width }: Page, rows: readonly TableRow[]): string[] {
  const { table } = words;
  const head = [table.target, table.verdict, table.main, table.time] as const;
  const widest = (column: number): number =>
    Math.max(...[head, ...rows.map(({ cells }) => cells)].map((cells) => displayWidth(printable(cells[column] ?? ''))));
  const target = Math.min(widest(0), Math.floor(width / 3));
  const [verdict, time] = [widest(1), widest(3)];
  const main = Math.min(widest(2), Math.max(10, width - target - verdict - time - 6));
  const line = (cells: TableRow['cells'] | typeof head, paint: (text: string) => string): string => {
    const cell = (column: number, columns: number): string =>
      padColumns(cutColumns(printable(cells[column] ?? ''), columns), columns);
    const right = printable(cells[3]).padStart(time - (displayWidth(cells[3]) - cells[3].length));
    return `${cell(0, target)}  ${paint(cell(1, verdict))}  ${cell(2, main)}  ${right}`;
  };
  return [palette.dim(line(head, (text) => text)), ...rows.map(({ cells, paint }) => line(cells, paint))];
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

function detailsOf(page: Page, report: CheckReport, planted: PlantedResult | undefined): string[] {
  if (report.findings.length === 0) return [];
  const attempts = attemptsOf(report);
  const title = planted === undefined ? targetName(report.target) : `${planted.headend}  ${targetName(report.target)}`;
  return [
    '',
    page.palette.bold(printable(title)),
    ...byGravity(report.findings).flatMap((finding) =>
      findingLines({ ...page, width: page.width - 2 }, finding, attempts, true).map((line) => `  ${line}`),
    ),
  ];
}
