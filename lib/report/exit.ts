/** Exit codes: what a shell learns of a run. */

import { atLeast, type CheckReport, type Finding, type Severity, type Verdict } from '../evidence/index.ts';
import { isBundle, type ReportDocument } from './verdict.ts';

/** 0 clean, 1 findings, 2 usage, 3 unreachable, 4 internal error, 5 privilege missing, 6 inconclusive. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface ExitOptions {
  /** Findings at or above it give exit code 1 (default `medium`). */
  readonly failOn?: Severity;
  /** Probes the user named; one of them skipped because an ability (privilege) is missing gives 5, others are merely skipped. */
  readonly named?: readonly string[];
}

interface Judged {
  readonly verdict: Verdict;
  readonly findings: readonly Pick<Finding, 'severity'>[];
}

/** The order in which one code hides another. */
const precedence: readonly ExitCode[] = [4, 2, 5, 3, 1, 6, 0];

/** The exit code of one report or of a bundle: the first of 4, 2, 5, 3, 1, 6, 0 that applies to any target. */
export function exitCodeOf(document: ReportDocument, options: ExitOptions = {}): ExitCode {
  const reports = isBundle(document) ? document.reports : [document];
  return worstExit(reports.flatMap((report) => codesOf(report, options)));
}

/** The exit code of a capture: 3 when no connection in it came up, 1 for findings, 6 when it holds no TLS or does not decide. */
export function captureExitCode(judged: Judged, { failOn = 'medium' }: Pick<ExitOptions, 'failOn'> = {}): ExitCode {
  return worstExit(judgedCodes(judged, failOn));
}

/** The code that hides the others; 0 for none. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? 0;
}

function codesOf(report: CheckReport, { failOn = 'medium', named = [] }: ExitOptions): ExitCode[] {
  const codes: ExitCode[] = [];
  for (const [id, { status, reason }] of Object.entries(report.observations)) {
    if (status === 'failed') codes.push(4);
    if (status === 'skipped' && named.includes(id) && /^(?:missing-ability|not-permitted)/.test(reason ?? ''))
      codes.push(5);
    // What usual clients send fails: not even findings that are below --fail-on make that a success.
    if (status === 'inconclusive' && reason?.startsWith('usual-hello-failed') === true) codes.push(6);
  }
  return [...codes, ...judgedCodes(report, failOn)];
}

function judgedCodes({ verdict, findings }: Judged, failOn: Severity): ExitCode[] {
  const codes: ExitCode[] = [];
  if (verdict === 'unreachable') codes.push(3);
  if (findings.some(({ severity }) => atLeast(severity, failOn))) codes.push(1);
  if (verdict === 'inconclusive') codes.push(6);
  return codes;
}
