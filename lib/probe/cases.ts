/** From a sweep over named cases to the value that `hello-records`, `hello-segments`, `suite-count` and `extensions` share. */

import type { CasesValue } from '../evidence/index.ts';
import type { ProbeContext } from './context.ts';
import { inconclusive, type Outcome } from './define.ts';
import { type HelloFor, sweep } from './parts.ts';

/** Tries each case beside the control; a case that failed only sometimes makes the observation inconclusive. */
export async function tryCases(
  ctx: ProbeContext,
  cases: readonly string[],
  helloFor: HelloFor<string>,
): Promise<CasesValue | Outcome<CasesValue>> {
  const swept = await sweep(ctx, cases, helloFor);
  const value: CasesValue = {
    rows: swept.map(({ value: name, reply, attempts, controls }) => ({ case: name, reply, attempts, controls })),
    intolerant: swept.filter(({ verdict }) => verdict === 'fails').map(({ value: name }) => name),
  };
  const unsure = swept.filter(({ verdict }) => verdict === 'unstable' || verdict === 'control-failed');
  return unsure.length === 0
    ? value
    : inconclusive(`not-reproducible: ${unsure.map(({ value: name }) => name).join(', ')}`, value);
}
