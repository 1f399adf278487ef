/** Captures as JUnit XML: a test suite per capture, a test case per finding, as CI systems read it. */

import { atLeast, type Finding, type Language, type Severity, type Verdict } from '../../evidence/index.ts';
import { detailOf, headOf, xmlAttribute, xmlText } from '../junit.ts';
import { type Messages, messages } from '../messages/index.ts';

export interface CaptureSuite {
  readonly name: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Why reading broke off, null when it did not. */
  readonly error: string | null;
}

/** Findings at or above `failOn` fail their case; a capture that decides nothing is one skipped case, an unreadable one an error. */
export function renderCaptureJunit(
  suites: readonly CaptureSuite[],
  failOn: Severity = 'medium',
  language: Language = 'en',
): string {
  const rendered = suites.map((suite) => suiteOf(suite, failOn, messages[language]));
  const total = (key: keyof Counts): number => rendered.reduce((sum, { counts }) => sum + counts[key], 0);
  const counts = {
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
    skipped: total('skipped'),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="helloprobe"${attributes(counts)}>`,
    ...rendered.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf(suite: CaptureSuite, failOn: Severity, words: Messages): { lines: string[]; counts: Counts } {
  const className = xmlAttribute(suite.name);
  const open = (name: string): string => `    <testcase name="${xmlAttribute(name)}" classname="${className}" time="0"`;
  const failing = suite.findings.filter(({ severity }) => atLeast(severity, failOn));
  const cases = suite.findings.flatMap((finding) => {
    const outcome = failing.includes(finding)
      ? `<failure message="${xmlAttribute(headOf(finding))}" type="${finding.severity}">${xmlText(detailOf(finding))}</failure>`
      : `<system-out>${xmlText(detailOf(finding))}</system-out>`;
    const name = finding.subject === undefined ? finding.id : `${finding.id} ${finding.subject}`;
    return [`${open(name)}>`, `      ${outcome}`, '    </testcase>'];
  });
  const undecided = suite.error === null && suite.verdict === 'inconclusive';
  const unreachable = suite.error === null && suite.verdict === 'unreachable';
  const verdict =
    suite.error !== null
      ? `<error message="${xmlAttribute(suite.error)}"/>`
      : undecided
        ? `<skipped message="${xmlAttribute(`${words.status.inconclusive}: ${words.verdictLong.inconclusive}`)}"/>`
        : unreachable
          ? `<failure message="${xmlAttribute(`unreachable: ${words.verdictLong.unreachable}`)}" type="unreachable"/>`
          : null;
  const last =
    verdict === null ? [`${open('verdict')}/>`] : [`${open('verdict')}>`, `      ${verdict}`, '    </testcase>'];
  const counts = {
    tests: suite.findings.length + 1,
    failures: failing.length + (unreachable ? 1 : 0),
    errors: suite.error === null ? 0 : 1,
    skipped: undecided ? 1 : 0,
  };
  const time = Math.max(0, Date.parse(suite.finishedAt) - Date.parse(suite.startedAt)) / 1000;
  return {
    counts,
    lines: [
      `  <testsuite name="${className}"${attributes(counts)} time="${time.toFixed(3)}" timestamp="${xmlAttribute(suite.startedAt)}">`,
      ...cases,
      ...last,
      '  </testsuite>',
    ],
  };
}

function attributes({ tests, failures, errors, skipped }: Counts): string {
  return ` tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
}
