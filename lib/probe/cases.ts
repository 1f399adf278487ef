/** From a sweep over named cases to the value that `hello-records`, `hello-segments`, `suite-count` and `extensions` share. */

import type { CasesValue } from '../evidence/index.ts';
import type { ProbeContext } from './context.ts';
import { inconclusive, Outcome } from './define.ts';
import { type HelloFor, type SweepOptions, sweep } from './parts.ts';

/** Tries each case beside the control; a case that failed only sometimes makes the observation inconclusive. */
export async function tryCases(
  ctx: ProbeContext,
  cases: readonly string[],
  helloFor: HelloFor<string>,
  options: SweepOptions<string> = {},
): Promise<CasesValue | Outcome<CasesValue>> {
  const swept = await sweep(ctx, cases, helloFor, options);
  const value: CasesValue = {
    rows: swept.map(({ value: name, reply, attempts, controls }) => ({ case: name, reply, attempts, controls })),
    intolerant: swept.filter(({ verdict }) => verdict === 'fails').map(({ value: name }) => name),
  };
  const unsure = (['unstable', 'control-failed'] as const).flatMap((kind) => {
    const names = swept.filter(({ verdict }) => verdict === kind).map(({ value: name }) => name);
    return names.length === 0 ? [] : [`${kind}: ${names.join(', ')}`];
  });
  return unsure.length === 0 ? value : inconclusive(unsure.join('; '), value);
}

/** Two parts of one observation; what is unsure in either is unsure in the whole. */
export function mergeCases(...parts: readonly (CasesValue | Outcome<CasesValue>)[]): CasesValue | Outcome<CasesValue> {
  const values = parts.map((part) => (part instanceof Outcome ? part.value : part) ?? { rows: [], intolerant: [] });
  const reasons = parts.flatMap((part) => (part instanceof Outcome && part.reason !== null ? [part.reason] : []));
  const value: CasesValue = {
    rows: values.flatMap(({ rows }) => rows),
    intolerant: values.flatMap(({ intolerant }) => intolerant),
  };
  return reasons.length === 0 ? value : inconclusive(reasons.join('; '), value);
}
