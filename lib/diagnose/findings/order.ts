/** Which of two findings, severities and confidences comes first. */

import { type Confidence, type Severity, severities } from '../../evidence/index.ts';
import { findingCatalogue } from './catalogue.ts';
import type { FindingDraft } from './finding.ts';

/** The most severe first, then by id and subject. */
export function bySeverity(a: FindingDraft, b: FindingDraft): number {
  const keys = ({ id, subject, key }: FindingDraft): string[] => [id, subject ?? '', key ?? ''];
  const bySeverity = severities.indexOf(severityOf(b)) - severities.indexOf(severityOf(a));
  if (bySeverity !== 0) return bySeverity;
  const [left, right] = [keys(a), keys(b)];
  for (const [i, key] of left.entries()) if (key !== right[i]) return key < (right[i] as string) ? -1 : 1;
  return 0;
}

export function severityOf({ id, severity }: FindingDraft): Severity {
  return severity ?? findingCatalogue[id].severity;
}

export function higher(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b;
}

const confidences: readonly Confidence[] = ['possible', 'likely', 'proven'];

export function surer(a: Confidence, b: Confidence): Confidence {
  return confidences.indexOf(a) >= confidences.indexOf(b) ? a : b;
}
