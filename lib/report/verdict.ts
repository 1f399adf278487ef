/** What report documents have in common: one target or several, and which verdict and finding come first. */

import { type CheckReport, type Finding, type ReportBundle, severities, type Verdict } from '../evidence/index.ts';

/** What a report document may be. */
export type ReportDocument = CheckReport | ReportBundle;

/** Worst first: the order in which one verdict hides another. */
const verdictOrder: readonly Verdict[] = ['unreachable', 'findings', 'inconclusive', 'clean'];
const confidenceOrder = ['proven', 'likely', 'possible'];

export function isBundle(document: ReportDocument): document is ReportBundle {
  return 'reports' in document;
}

/** Ids of the probes that did not decide, or failed. */
export function undecidedProbes({ observations }: CheckReport): string[] {
  return Object.entries(observations).flatMap(([id, { status }]) =>
    status === 'inconclusive' || status === 'failed' ? id : [],
  );
}

/** The verdict over several: the worst of them, `inconclusive` for none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdictOrder.find((verdict) => verdicts.includes(verdict)) ?? 'inconclusive';
}

/** Several reports as one document: from the first start to the last end, with the worst verdict. Findings stay in their reports. */
export function bundleOf(
  reports: readonly CheckReport[],
  head: Omit<ReportBundle, 'schemaVersion' | 'verdict' | 'findings' | 'reports'>,
): ReportBundle {
  return {
    schemaVersion: 1,
    ...head,
    verdict: worstVerdict(reports.map(({ verdict }) => verdict)),
    findings: [],
    reports,
  };
}

/** Findings as a reader wants them: gravest first, then best proven; otherwise in the order given. */
export function byGravity(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      confidenceOrder.indexOf(a.confidence) - confidenceOrder.indexOf(b.confidence),
  );
}
