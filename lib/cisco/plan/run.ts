/** What is known of a run of generate_certs.pl: whether it made certificates, when, and which pushes failed. */

import type { PlanInput, PlanWarning } from './types.ts';

export interface RunReading {
  /** Null when nothing shows that certificates were made. */
  readonly run: { readonly at: string | null } | null;
  /** True when the pushes that failed are all known. */
  readonly pushesKnown: boolean;
  /** Path of FAILED_PUSH on the FMC, where it is one; null else. */
  readonly failedPushPath: string | null;
  readonly warnings: readonly PlanWarning[];
}

export function readRun(input: PlanInput): RunReading {
  const generated = input.generated ?? [];
  const files = input.failedPushes ?? [];
  const finished = generated.filter(
    ({ value: { outcome } }) => outcome === 'failed-pushes' || outcome === 'no-failure-seen',
  );
  const begun = generated.filter(({ value }) => value.outcome === 'incomplete' && value.failed.length > 0);
  const wholeFiles = files.filter(({ value }) => value.incomplete.length === 0 && value.records.length > 0);
  const made = finished.length + begun.length + files.length > 0;
  const times = [
    ...generated.flatMap(({ value }) => value.failedPushFile?.generatedAt ?? []),
    ...files.flatMap(({ value }) => value.generatedAt ?? []),
  ].sort();
  const path = generated
    .map(({ value }) => value.failedPushFile?.path)
    .find((known) => known != null && isFailedPush(known));
  const named = (id: PlanWarning['id'], of: readonly { readonly source: string }[]): PlanWarning[] =>
    of.length === 0 ? [] : [{ id, subjects: [...new Set(of.map(({ source }) => source))] }];
  return {
    run: made ? { at: times.at(-1) ?? null } : null,
    pushesKnown: finished.length > 0 || wholeFiles.length > 0,
    failedPushPath: path ?? null,
    warnings: [
      ...named('generate-declined', made ? [] : generated.filter(({ value }) => value.outcome === 'declined')),
      ...named(
        'generate-cut-off',
        generated.filter(({ value }) => value.outcome === 'incomplete'),
      ),
      ...named(
        'failed-push-cut-off',
        files.filter(({ value }) => value.incomplete.length > 0),
      ),
    ],
  };
}

/** What the script names: only such a path is made a command of. */
function isFailedPush(path: string): boolean {
  return /^\/var\/tmp\/certs\/\d{1,12}\/FAILED_PUSH$/.test(path);
}
