/** Matcher over the validity of certificates. */

import type { Certificate, CheckReport } from '../evidence/index.ts';
import { HarnessError } from '../wire/index.ts';
import { inconclusive, type MatchResult, result } from './result.ts';
import { gapOf, isCertificate, reportName, reportOf, valueOf } from './subject.ts';

/**
 * The certificate is valid now and for `days` whole days more. Of a report: every certificate that a path to a root
 * needs, in each chain the server sent. "Now" is the clock that the report was judged by.
 * @throws HarnessError `out-of-range` for days that are not a number from 0; `inconclusive` when a date cannot be read.
 */
export function toBeValidForDays(actual: Certificate | CheckReport, days: number): MatchResult {
  if (!Number.isFinite(days) || days < 0)
    throw new HarnessError('out-of-range', `toBeValidForDays needs a number of days from 0, not ${days}.`);
  const claim = `to be valid for ${days} days`;
  const { subject, certificates, gap } = subjectOf(actual, claim);
  const unreadable = certificates.find(({ daysLeft, notBefore }) => daysLeft === null || notBefore === null);
  const short = certificates.filter((certificate) => !isValidFor(certificate, days));
  const why = unreadable === undefined ? gap : `the dates of ${unreadable.subject} cannot be read`;
  if (short.length === 0 && why !== null) inconclusive({ subject, claim }, why);
  return result(short.length === 0, {
    subject,
    claim,
    found: () => `found: ${(short.length === 0 ? certificates : short).map(line).join('; ')}`,
    actual: certificates.map(({ daysLeft }) => daysLeft),
    expected: certificates.map(({ daysLeft }) => Math.max(daysLeft ?? days, days)),
  });
}

function isValidFor({ daysLeft, status }: Certificate, days: number): boolean {
  if (status === 'expired' || status === 'not-yet-valid') return false;
  return daysLeft === null || daysLeft >= days;
}

interface Validity {
  readonly subject: string;
  readonly certificates: readonly Certificate[];
  /** Why there may be more certificates than these; null when there are not. */
  readonly gap: string | null;
}

function subjectOf(actual: Certificate | CheckReport, claim: string): Validity {
  if (isCertificate(actual))
    return { subject: `the certificate of ${actual.subject}`, certificates: [actual], gap: null };
  const report = reportOf('toBeValidForDays', actual, 'a certificate or a check report');
  const subject = `the certificates in ${reportName(report)}`;
  const needed = new Map<string, Certificate>();
  for (const { chain, assessment } of valueOf(report, 'certificates', { subject, claim })) {
    // The leaf counts even where no path could be built.
    for (const [index, certificate] of chain.entries()) {
      if (index === 0 || assessment.path.includes(certificate.sha256)) needed.set(certificate.sha256, certificate);
    }
  }
  if (needed.size === 0) inconclusive({ subject, claim }, 'the server sent none that could be read');
  return {
    subject,
    certificates: [...needed.values()],
    gap: gapOf('certificates', report.observations['certificates']),
  };
}

function line({ subject, status, daysLeft, notBefore, notAfter }: Certificate): string {
  if (status === 'not-yet-valid') return `${subject}, not valid before ${notBefore}`;
  return `${subject}, ${status}, ${daysLeft === null ? 'days left unknown' : `${daysLeft} days left`} (until ${notAfter})`;
}
