/** The library calls behind the commands, loaded when a command needs them; tests put their own in their place. */

import type { CheckOptions } from '../check.ts';
import type { EmbeddedOptions, EmbeddedRun } from '../embedded.ts';
import type { CheckReport } from '../evidence/index.ts';
import type { Probe } from '../probe/index.ts';
import type { Endpoint } from './target.ts';

/** A probe as `--dry-run` shows it. */
export type PlannedProbe = Pick<Probe, 'id' | 'title'>;

export interface Services {
  /** The probes that would run, in their order. @throws HarnessError `unknown-probe` */
  plan(options: CheckOptions): Promise<readonly PlannedProbe[]>;
  check(target: Endpoint, options: CheckOptions): Promise<CheckReport>;
  checkEmbedded(options: EmbeddedOptions): Promise<EmbeddedRun>;
}

export const libraryServices: Services = {
  plan: async (options) => (await import('./commands/plan.ts')).plannedProbes(options),
  check: async (target, options) => (await import('../check.ts')).check(target, options),
  checkEmbedded: async (options) => (await import('../embedded.ts')).checkEmbedded(options),
};
