/** `--dry-run`: what a run would do, without doing it. */

import type { CheckOptions } from '../../check.ts';
import type { Language } from '../../evidence/index.ts';
import { displayWidth, padColumns, targetName } from '../../report/index.ts';
import { cliMessages } from '../messages.ts';
import type { PlannedProbe } from '../services.ts';
import type { Endpoint } from '../target.ts';

/** Most connections of a run when `--max-connections` does not say, and of `--quick`. */
const defaultMaxConnections = 400;
const quickConnections = 6;

/** The probes in their order, and the most connections. */
export function planText(
  targets: readonly Endpoint[],
  probes: readonly PlannedProbe[],
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
