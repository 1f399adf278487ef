/** Matchers over a report's findings. */

import { findingCatalogue } from '../diagnose/index.ts';
import { atLeast, type CheckReport, type Confidence, type Finding, type Severity } from '../evidence/index.ts';
import { whyUncertain } from './coverage.ts';
import { unknownName } from './names.ts';
import { inconclusive, type MatchResult, result } from './result.ts';
import { reportName, reportOf } from './subject.ts';

/** What the finding must also be; each exactly as given. */
export interface FindingOptions {
  readonly severity?: Severity;
  readonly confidence?: Confidence;
}

/**
 * The report has the finding `id`.
 * @throws HarnessError `unknown-name` for an id that neither the catalogue nor the report has; `inconclusive` when it is
 *   absent, but the probe that would have shown it did not complete.
 */
export function toHaveFinding(actual: CheckReport, id: string, options: FindingOptions = {}): MatchResult {
  const report = reportOf('toHaveFinding', actual);
  const ids = report.findings.map((finding) => finding.id);
  if (!Object.hasOwn(findingCatalogue, id) && !ids.includes(id)) {
    unknownName('finding', id, new Set([...Object.keys(findingCatalogue), ...ids]));
  }
  const wanted = Object.entries(options).filter(([, value]) => value !== undefined);
  const namesakes = report.findings.filter((finding) => finding.id === id);
  const pass = namesakes.some((finding) =>
    wanted.every(([key, value]) => finding[key as keyof FindingOptions] === value),
  );
  const kind = wanted.map(([, value]) => String(value)).join(', ');
  const statement = { subject: reportName(report), claim: `to have finding ${id}${kind === '' ? '' : ` (${kind})`}` };
  if (!pass && namesakes.length === 0) {
    const why = whyUncertain(report, id);
    if (why !== null) inconclusive({ ...statement, claim: `${statement.claim}; ${foundIn(report.findings)}` }, why);
  }
  return result(pass, {
    ...statement,
    found: () => foundIn(report.findings),
    actual: report.findings.map(line),
    expected: [kind === '' ? id : `${id} (${kind})`],
  });
}

/**
 * The report has no finding of low severity or above, and its run could see enough to say so.
 * @throws HarnessError `inconclusive` when there is none, but the run was inconclusive or the target unreachable.
 */
export function toBeClean(actual: CheckReport): MatchResult {
  const report = reportOf('toBeClean', actual);
  const faults = report.findings.filter(({ severity }) => atLeast(severity, 'low'));
  const statement = { subject: reportName(report), claim: 'to be clean' };
  if (faults.length === 0 && report.verdict !== 'clean') inconclusive(statement, `its verdict is ${report.verdict}`);
  return result(faults.length === 0, {
    ...statement,
    found: () => foundIn(faults),
    actual: faults.map(line),
    expected: [],
  });
}

function foundIn(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'found: no findings';
  return `found: ${findings.map(line).join(', ')}`;
}

function line({ id, severity, confidence, subject }: Finding): string {
  return `${id} (${severity}, ${confidence})${subject === undefined ? '' : ` ${subject}`}`;
}
