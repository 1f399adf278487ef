/** What a run would do: the probes in their order and the most connections, for `--dry-run`; and the check of probe ids before anything is sent. */

import type { CheckOptions } from '../../check.ts';
import type { Language } from '../../evidence/index.ts';
import { inOrder, type Probe } from '../../probe/index.ts';
import { displayWidth, padColumns, targetName } from '../../report/index.ts';
import { HarnessError } from '../../wire/index.ts';
import { cliMessages } from '../messages.ts';
import type { Endpoint } from '../target.ts';
import { suggestion } from '../usage.ts';

/** Most connections of a run when `--max-connections` does not say. */
const defaultMaxConnections = 400;
/** Probes and most connections of `--quick`. */
const quickProbes = ['connect', 'versions', 'certificates'];
const quickConnections = 6;

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

export function planText(
  targets: readonly Endpoint[],
  probes: readonly Probe[],
  options: CheckOptions,
  language: Language,
): string {
  const words = cliMessages[language];
  const most =
    options.quick === true
      ? Math.min(quickConnections, options.maxConnections ?? quickConnections)
      : (options.maxConnections ?? defaultMaxConnections);
  const names = targets.length === 0 ? words.embedded : targets.map(targetName).join(', ');
  const idWidth = Math.max(0, ...probes.map(({ id }) => displayWidth(id)));
  return [
    words.plannedFor(names),
    ...probes.map(({ id, title }) => `  ${padColumns(id, idWidth)}  ${title[language]}`),
    words.atMost(most),
    '',
  ].join('\n');
}
