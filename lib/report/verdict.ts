/** From findings and observations to the one word that heads a report. */

import {
  type Attempt,
  atLeast,
  attemptsOf,
  type CheckReport,
  type Finding,
  type Observation,
  type ReportBundle,
  severities,
  type Verdict,
} from '../evidence/index.ts';

/** What a report document may be. */
export type ReportDocument = CheckReport | ReportBundle;

/** Worst first: the order in which one verdict hides another. */
const verdictOrder: readonly Verdict[] = ['unreachable', 'findings', 'inconclusive', 'clean'];
const confidenceOrder = ['proven', 'likely', 'possible'];

export function isBundle(document: ReportDocument): document is ReportBundle {
  return 'reports' in document;
}

/**
 * `unreachable` when no connection was ever established, else `findings` for any of low or above, else `inconclusive`
 * when a probe could not tell (or none could run), else `clean`.
 */
export function verdictOf(report: {
  readonly observations: Readonly<Record<string, Observation>>;
  readonly findings: readonly Finding[];
}): Verdict {
  const attempts = [...attemptsOf(report).values()];
  if (attempts.length > 0 && !attempts.some(connected)) return 'unreachable';
  if (report.findings.some(({ severity }) => atLeast(severity, 'low'))) return 'findings';
  const statuses = Object.values(report.observations).map(({ status }) => status);
  if (statuses.some((status) => status === 'inconclusive' || status === 'failed')) return 'inconclusive';
  return statuses.includes('completed') ? 'clean' : 'inconclusive';
}

/** The verdict over several: the worst of them, `inconclusive` for none. */
export function bundleVerdict(reports: readonly { readonly verdict: Verdict }[]): Verdict {
  return verdictOrder.find((verdict) => reports.some((report) => report.verdict === verdict)) ?? 'inconclusive';
}

/** Findings as a reader wants them: gravest first, then best proven; otherwise in the order given. */
export function byGravity(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      confidenceOrder.indexOf(a.confidence) - confidenceOrder.indexOf(b.confidence),
  );
}

function connected({ evidence }: Attempt): boolean {
  return evidence.connect === 'ok' || evidence.connect === 'unseen';
}
