/** What a saved document of this program says of the certificates that live targets showed. */

import type { CertificateRow, Target } from '../evidence/index.ts';
import { factsOf } from './facts/facts.ts';
import { isObject, text } from './facts/read.ts';

export interface SavedReport {
  readonly target: Target;
  readonly startedAt: string;
  readonly rows: readonly CertificateRow[];
}

/** Most reports of one document. */
const maxReports = 1_000;

/** The reports of live targets in a parsed document, also of a bundle; null when it is none of this program. Never throws. */
export function readReport(document: unknown): SavedReport[] | null {
  if (!isObject(document) || document['schemaVersion'] !== 1 || !isObject(document['tool'])) return null;
  const reports = Array.isArray(document['reports']) ? document['reports'].slice(0, maxReports) : [document];
  return reports.flatMap((report: unknown) => {
    if (!isObject(report) || !isObject(report['observations'])) return [];
    const facts = factsOf(report);
    const rows = [...(facts.value('certificates') ?? []), ...(facts.value('sftunnel')?.chains ?? [])];
    return [{ target: facts.target, startedAt: text(report['startedAt']) ?? '', rows }];
  });
}
