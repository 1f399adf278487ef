/** The renewal of the sftunnel CA planned from files: captures, trees, certificates, outputs, logs, saved reports, in any mix. */

import { planRenewal, type RenewalPlan } from './cisco/index.ts';
import { mergeFindings } from './diagnose/index.ts';
import { type Finding, severities } from './evidence/index.ts';
import { type PlanFilesOptions, PlanReader, type PlanSource } from './planReader.ts';
import { HarnessError } from './wire/index.ts';

export type { PlanFilesOptions, PlanSource } from './planReader.ts';

export interface FilePlan {
  readonly plan: RenewalPlan;
  readonly sources: readonly PlanSource[];
  /** Of trees: dates, keys and CAs that do not fit, failed pushes. The plan does not rest on them. */
  readonly findings: readonly Finding[];
}

/** @throws HarnessError `unreadable-file`, `not-a-capture`; the signal's reason when it is aborted */
export async function planFromFiles(options: PlanFilesOptions = {}): Promise<FilePlan> {
  const { now = new Date(), given } = options;
  requireOneStdin(options);
  const reader = new PlanReader(now, options);
  for (const file of options.caFiles ?? []) await reader.certificates(file, 'fmc');
  for (const file of options.status ?? []) await reader.status(file, false);
  for (const file of options.statusAfter ?? []) await reader.status(file, true);
  for (const file of options.devices ?? []) await reader.devices(file);
  for (const file of options.files ?? []) await reader.file(file);
  const plan = planRenewal({ now: now.toISOString(), ...(given === undefined ? {} : { given }), ...reader.lists });
  return { plan, sources: reader.sources, findings: mergedBySubject(reader.findings) };
}

/** @throws HarnessError `bad-option`: there is only one standard input */
function requireOneStdin({
  files = [],
  caFiles = [],
  status = [],
  statusAfter = [],
  devices = [],
}: PlanFilesOptions): void {
  const asked = [files, caFiles, status, statusAfter, devices].flat().filter((name) => name === '-').length;
  if (asked > 1)
    throw new HarnessError('bad-option', 'Standard input (-) can be only one of the inputs.', {
      hint: 'Save the others as files.',
    });
}

/** The same certificate, device or folder in several trees is one finding. */
function mergedBySubject(lists: readonly (readonly Finding[])[]): Finding[] {
  const subjects = new Set(lists.flat().map(({ subject }) => subject));
  const merged = [...subjects].flatMap((subject) =>
    mergeFindings(lists.map((list) => list.filter((finding) => finding.subject === subject))),
  );
  return merged.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}
