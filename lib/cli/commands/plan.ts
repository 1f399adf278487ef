/** What a run would do: the probes in their order, their ids checked before anything is sent. */

import type { CheckOptions } from '../../check.ts';
import { inOrder, type Probe } from '../../probe/index.ts';
import { HarnessError } from '../../wire/index.ts';
import { suggestion } from '../usage.ts';

/** Probes of `--quick`. */
const quickProbes = ['connect', 'versions', 'certificates'];

/**
 * The probes that would run, those they use included.
 * @throws HarnessError `unknown-probe`, with the ids that look like it.
 */
export async function plannedProbes({ only, skip = [], quick = false }: CheckOptions): Promise<readonly Probe[]> {
  const { builtinProbes } = await import('../../../probes/index.ts');
  const known = builtinProbes.map(({ id }) => id);
  for (const id of [...(only ?? []), ...skip]) {
    if (known.includes(id)) continue;
    const hint = suggestion(id, known, 'The probes are listed by: helloprobe list probes');
    throw new HarnessError('unknown-probe', `There is no probe ${JSON.stringify(id.slice(0, 60))}.`, { hint });
  }
  const wanted =
    only ?? (quick ? quickProbes : builtinProbes.filter(({ onRequest }) => !onRequest).map(({ id }) => id));
  return inOrder(
    builtinProbes.filter(({ id }) => wanted.includes(id) && !skip.includes(id)),
    builtinProbes,
  );
}
