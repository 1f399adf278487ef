/** `--dry-run`: what a run would do, without doing it. */

import type { Language } from '../../evidence/index.ts';
import type { Plan } from '../../planned.ts';
import { displayWidth, padColumns, targetName } from '../../report/index.ts';
import { cliMessages } from '../messages.ts';
import type { Endpoint } from '../target.ts';

/** The probes in their order, and the most connections. */
export function planText(targets: readonly Endpoint[], { probes, maxConnections }: Plan, language: Language): string {
  const words = cliMessages[language];
  const names = targets.length === 0 ? words.embedded : targets.map(targetName).join(', ');
  const idWidth = Math.max(0, ...probes.map(({ id }) => displayWidth(id)));
  return [
    words.plannedFor(names),
    ...probes.map(({ id, title }) => `  ${padColumns(id, idWidth)}  ${title[language]}`),
    words.atMost(maxConnections),
    '',
  ].join('\n');
}
