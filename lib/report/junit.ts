/** JUnit XML: a test suite per target, a test case per probe, as CI systems read it. */

import {
  atLeast,
  type CheckReport,
  type Finding,
  type Language,
  type Observation,
  type Severity,
} from '../evidence/index.ts';
import { printable } from '../wire/index.ts';
import { type Messages, messages } from './messages/index.ts';
import { reasonText } from './reasonText.ts';
import { isBundle, type ReportDocument } from './verdict.ts';

export interface JunitOptions {
  /** Findings at or above it are failures (default `medium`); others stand in `system-out`. */
  readonly failOn?: Severity;
  /** Names of the suites, in the order of the reports; default the targets. */
  readonly names?: readonly string[];
  /** Of what is said beside the findings; default `en`. */
  readonly language?: Language;
}

/** Case that carries the findings whose evidence belongs to no single probe. */
const verdictCase = 'verdict';

export function renderJunit(document: ReportDocument, options: JunitOptions = {}): string {
  const { failOn = 'medium', names = [], language = 'en' } = options;
  const words = messages[language];
  const suites = (isBundle(document) ? document.reports : [document]).map((report, index) =>
    suiteOf({ report, failOn, words }, names[index] ?? `${report.target.host}:${report.target.port}`),
  );
  const total = sum(suites.map(({ counts }) => counts));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="helloprobe"${attributesOf(total)} time="${secondsOf(document)}">`,
    ...suites.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

/** `text` as XML content; characters that XML 1.0 forbids (§2.2) are written as `\\u{…}`. */
export function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, printable)
    .replaceAll(/[&<>\r]/g, (character) => entities[character] ?? character);
}

/** `text` as the value of an attribute in double quotes. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll(/["\n\t]/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf(of: Omit<Given, 'className'>, name: string): { lines: string[]; counts: Counts } {
  const { report } = of;
  const findings = findingsByProbe(report);
  const given = { ...of, className: xmlAttribute(name) };
  const cases = Object.entries(report.observations).map(([id, observation]) =>
    caseOf(given, id, observation, findings.get(id) ?? []),
  );
  // One case at least, and a failing one for a target that was not reached, whose probes are all skipped.
  const rest = findings.get(verdictCase) ?? [];
  if (rest.length > 0 || cases.length === 0 || report.verdict === 'unreachable')
    cases.push(caseOf(given, verdictCase, null, rest));
  const counts = sum(cases.map(({ counts }) => counts));
  return {
    counts,
    lines: [
      `  <testsuite name="${given.className}"${attributesOf(counts)} time="${secondsOf(report)}" timestamp="${xmlAttribute(report.startedAt)}">`,
      ...cases.flatMap(({ lines }) => lines),
      '  </testsuite>',
    ],
  };
}

interface Given {
  readonly report: CheckReport;
  readonly failOn: Severity;
  readonly words: Messages;
  readonly className: string;
}

function caseOf(
  { report, failOn, words, className }: Given,
  id: string,
  observation: Observation | null,
  findings: readonly Finding[],
) {
  const failing = findings.filter(({ severity }) => atLeast(severity, failOn));
  const status = observation?.status ?? (report.verdict === 'inconclusive' ? 'inconclusive' : 'completed');
  const reason = observation?.reason ?? null;
  const why = reason === null ? words.verdictLong.inconclusive : reasonText(words, reason);
  const outcome: string[] = [];
  const counts = { tests: 1, failures: 0, errors: 0, skipped: 0 };
  if (status === 'failed') {
    counts.errors = 1;
    outcome.push(`      <error message="${xmlAttribute(reason === null ? words.status.failed : why)}"/>`);
  } else if (failing.length > 0) {
    counts.failures = 1;
    const message = failing.map(({ id, title }) => `${id}: ${title}`).join('; ');
    const type = failing[0]?.severity ?? failOn;
    outcome.push(
      `      <failure message="${xmlAttribute(message)}" type="${type}">${xmlText(failing.map(headOf).join('\n'))}</failure>`,
    );
  } else if (observation === null && report.verdict === 'unreachable') {
    counts.failures = 1;
    outcome.push(
      `      <failure message="${xmlAttribute(`unreachable: ${words.verdictLong.unreachable}`)}" type="unreachable"/>`,
    );
  } else if (status !== 'completed') {
    counts.skipped = 1;
    outcome.push(`      <skipped message="${xmlAttribute(`${words.status[status]}: ${why}`)}"/>`);
  }
  const output = findings.map(detailOf).join('\n');
  if (output !== '') outcome.push(`      <system-out>${xmlText(output)}</system-out>`);
  const attempts = observation?.attempts ?? [];
  const time = attempts.reduce((total, { connectMs, replyMs }) => total + (connectMs ?? 0) + (replyMs ?? 0), 0) / 1000;
  const open = `    <testcase name="${xmlAttribute(id)}" classname="${className}" time="${time.toFixed(3)}"`;
  return { counts, lines: outcome.length === 0 ? [`${open}/>`] : [`${open}>`, ...outcome, '    </testcase>'] };
}

/** A finding goes to the probe whose attempt is its first evidence; certificates belong to the probe of that name. */
function findingsByProbe(report: CheckReport): Map<string, Finding[]> {
  const owner = new Map<string, string>();
  for (const [id, { attempts }] of Object.entries(report.observations)) {
    for (const attempt of attempts) if (!owner.has(attempt.id)) owner.set(attempt.id, id);
  }
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const first = finding.evidence.find(({ kind, ref }) => kind === 'attempt' && owner.has(ref));
    const certificate =
      finding.evidence.some(({ kind }) => kind === 'certificate') && 'certificates' in report.observations;
    const id = certificate ? 'certificates' : (owner.get(first?.ref ?? '') ?? verdictCase);
    groups.set(id, [...(groups.get(id) ?? []), finding]);
  }
  return groups;
}

export function headOf({ severity, confidence, id, title, subject }: Finding): string {
  return `[${severity}, ${confidence}] ${id}: ${title}${subject === undefined ? '' : ` (${subject})`}`;
}

export function detailOf(finding: Finding): string {
  return [
    headOf(finding),
    ...finding.evidence.map(({ kind, ref, text }) => `  ${kind} ${ref}: ${text}`),
    ...finding.remedies.slice(0, 1).map(({ text }) => `  -> ${text.split('\n', 1)[0] ?? ''}`),
  ].join('\n');
}

function sum(all: readonly Counts[]): Counts {
  const total = (key: keyof Counts): number => all.reduce((count, counts) => count + counts[key], 0);
  return { tests: total('tests'), failures: total('failures'), errors: total('errors'), skipped: total('skipped') };
}

function attributesOf({ tests, failures, errors, skipped }: Counts): string {
  return ` tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
}

function secondsOf({ startedAt, finishedAt }: { startedAt: string; finishedAt: string }): string {
  const elapsed = Date.parse(finishedAt) - Date.parse(startedAt);
  return (Number.isFinite(elapsed) ? Math.max(0, elapsed) / 1000 : 0).toFixed(3);
}
