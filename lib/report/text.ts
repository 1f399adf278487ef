/** The text report: one screen for one target, a table with the proof under it for several. */

import {
  type Attempt,
  attemptsOf,
  type CheckReport,
  type ConnectValue,
  type Finding,
  severities,
} from '../evidence/index.ts';
import { printable } from '../wire/index.ts';
import { bundleLines, type PlantedResult, summaryLines } from './bundleText.ts';
import { saysLines } from './certificates/saysText.ts';
import { checklistRow } from './checklistText.ts';
import { detailLines } from './detailText.ts';
import { asksUntested, factRows } from './factsText.ts';
import { findingLines } from './findingText.ts';
import { createPage, duration, elapsed, labelled, type Page, type PageOptions, paragraph, targetName } from './page.ts';
import { byGravity, isBundle, type ReportDocument, undecidedProbes } from './verdict.ts';
import { verdictPaint, verdictSigns } from './verdictText.ts';

export type { PlantedResult } from './bundleText.ts';
export { targetName } from './page.ts';

export interface TextOptions extends PageOptions {
  /** Probes whose values are listed in full instead of counted: `versions`, `ciphers`, `groups`, `certificates`, `mss`, `trace`. */
  readonly detail?: readonly string[];
  /** Of the embedded run, in the order of the reports. */
  readonly planted?: readonly PlantedResult[];
}

/** The report as text, ending in a newline. Names from the network are made printable; widths count wide characters as two. */
export function renderText(document: ReportDocument, options: TextOptions = {}): string {
  const page = createPage(options);
  const detail = options.detail ?? [];
  const lines = !isBundle(document)
    ? checkLines(page, document, detail)
    : detail.length > 0
      ? [
          ...summaryLines(page, document, []),
          ...document.reports.flatMap((report) => ['', ...checkLines(page, report, detail)]),
        ]
      : bundleLines(page, document, options.planted ?? []);
  return `${lines.join('\n')}\n`;
}

/** One line: target, verdict and its sentence; what stderr says when stdout carries a document. */
export function renderVerdict(report: CheckReport, options: PageOptions = {}): string {
  const page = createPage(options);
  const sign = `${verdictSigns[report.verdict]} ${page.words.verdict[report.verdict]}`;
  const sentence = verdictSentence(page, report, attemptsOf(report));
  return `${targetName(report.target)}  ${verdictPaint(page, report.verdict)(sign)}  ${printable(sentence)}\n`;
}

function checkLines(page: Page, report: CheckReport, detail: readonly string[]): string[] {
  const attempts = attemptsOf(report);
  const { words, palette } = page;
  const findings = byGravity(report.findings).flatMap((finding) => [
    '',
    ...findingLines(page, finding, report.target, attempts),
  ]);
  const rows = [
    ...factRows(page, { ...report, observations: without(report.observations, detail) }),
    checklistRow(page, report),
    runRow(page, report, attempts),
  ];
  const details = detailLines(page, report, detail);
  const says = saysLines(page, report.says ?? []);
  return [
    headLine(page, report),
    ...verdictLines(page, report, attempts),
    ...(details.length === 0 ? [] : ['', ...details]),
    ...findings,
    ...(findings.length === 0 ? [] : ['', palette.dim(words.explainHint)]),
    ...(says.length === 0 ? [] : ['', palette.bold(words.certs.head.says), ...says]),
    '',
    ...labelled(
      page,
      rows.map((row) => (row.label === words.label.run ? { ...row, paint: palette.dim } : row)),
      0,
    ),
  ];
}

/** The observations, those of `ids` without the value that is listed in full. */
function without(observations: CheckReport['observations'], ids: readonly string[]): CheckReport['observations'] {
  return Object.fromEntries(
    Object.entries(observations).map(([id, observation]) => [
      id,
      ids.includes(id) ? { ...observation, value: null } : observation,
    ]),
  );
}

function headLine({ palette }: Page, { target }: CheckReport): string {
  const { host, address, sni } = target;
  const facts = [
    ...(address === null || address === host ? [] : [address]),
    ...(sni === null || sni === host ? [] : [`SNI ${sni}`]),
  ];
  return [palette.bold(targetName(target)), ...facts.map((fact) => palette.dim(printable(fact)))].join('  ');
}

function verdictLines(page: Page, report: CheckReport, attempts: ReadonlyMap<string, Attempt>): string[] {
  const { verdict } = report;
  const text = `${verdictSigns[verdict]} ${page.words.verdict[verdict]}  ${verdictSentence(page, report, attempts)}`;
  const paint = verdictPaint(page, verdict);
  return paragraph(page, text, 0, (line) => paint(page.palette.bold(line)));
}

function verdictSentence({ words }: Page, report: CheckReport, attempts: ReadonlyMap<string, Attempt>): string {
  const counts = countsText(words, report.findings);
  if (report.verdict === 'unreachable') return unreachableSentence(words, report, attempts);
  if (report.verdict === 'findings') return counts;
  const sentence = measuredSentence(words, report) ?? words.verdictLong[report.verdict];
  // A handshake that the server would end for want of a certificate must not pass for one that is well.
  const told = asksUntested(report) ? `${sentence}${words.asksUntested}` : sentence;
  return counts === '' ? told : `${told} (${counts})`;
}

/** Probes without which a check has not looked at what most often is wrong. */
const essential: readonly string[] = ['versions', 'ciphers', 'certificates', 'hello-size', 'mss'];

/** For a run that left something out, or undecided, what its verdict speaks of; null where that is everything, or nothing. */
function measuredSentence({ cleanOf, undecidedOf }: Page['words'], report: CheckReport): string | null {
  const measured = Object.entries(report.observations)
    .flatMap(([id, { status }]) => (status === 'completed' && id !== 'connect' && id !== 'control' ? id : []))
    .join(', ');
  const open = undecidedProbes(report).join(', ');
  if (measured === '' || essential.every((id) => report.observations[id] !== undefined)) return null;
  if (report.verdict === 'clean') return cleanOf(measured);
  return open === '' ? null : undecidedOf(measured, open);
}

/** How the first attempt failed, or why there was none (a name that does not resolve). */
function unreachableSentence(
  words: Page['words'],
  { observations }: CheckReport,
  attempts: ReadonlyMap<string, Attempt>,
): string {
  const first = [...attempts.values()][0]?.evidence;
  if (first !== undefined) {
    // The other outcomes say it all; how the network put it, or the resolver, is worth a word more.
    const detail = first.connect === 'unreachable' || first.connect === 'resolve-failed' ? first.detail : null;
    return detail === null
      ? words.connect[first.connect]
      : `${words.connect[first.connect]} (${words.detail(detail.replace(/^.* does not resolve: /, '').replace(/\.$/, ''))})`;
  }
  const reason = Object.values(observations).find((observation) => observation.reason !== null)?.reason ?? '';
  const [id = '', ...detail] = reason.split(': ');
  const word = isConnectOutcome(words, id) ? words.connect[id] : words.verdictLong.unreachable;
  return detail.length === 0 ? word : `${word} (${words.detail(detail.join(': '))})`;
}

function isConnectOutcome(words: Page['words'], id: string): id is keyof Page['words']['connect'] {
  return Object.hasOwn(words.connect, id);
}

export function countsText(words: Page['words'], findings: readonly Finding[]): string {
  return severities
    .map((severity) => ({
      name: words.severity[severity],
      count: findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .reverse()
    .map(({ name, count }) => words.counted(count, name))
    .join(words.comma);
}

function runRow({ words }: Page, report: CheckReport, attempts: ReadonlyMap<string, Attempt>) {
  const when = `${report.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  // A name without an address has an attempt that says so, and no connection.
  const made = [...attempts.values()].filter(({ evidence }) => evidence.connect !== 'resolve-failed').length;
  const connections = words.connectionsIn(words.connections(made), duration(elapsed(report)));
  return {
    label: words.label.run,
    paragraphs: [
      [connections, when, `${report.tool.name} ${report.tool.version}`].join(words.comma),
      ...(servesOneAtATime(report) ? [words.serial()] : []),
    ],
  };
}

function servesOneAtATime({ observations }: CheckReport): boolean {
  return (observations['connect']?.value as ConnectValue | null | undefined)?.concurrent === false;
}
