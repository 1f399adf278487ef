/** The library calls behind the commands, loaded when a command needs them; tests put their own in their place. */

import type { CheckOptions } from '../check.ts';
import type { EmbeddedOptions, EmbeddedRun } from '../embedded.ts';
import type { CheckReport } from '../evidence/index.ts';
import type { Plan } from '../planned.ts';
import type { Endpoint } from './target.ts';

export interface Services {
  /** What would run. @throws HarnessError `unknown-probe` */
  plan(options: CheckOptions): Promise<Plan>;
  check(target: Endpoint, options: CheckOptions): Promise<CheckReport>;
  checkEmbedded(options: EmbeddedOptions): Promise<EmbeddedRun>;
}

export const libraryServices: Services = {
  plan: async (options) => (await import('../planned.ts')).planOfRun(options),
  check: async (target, options) => (await import('../check.ts')).check(target, options),
  checkEmbedded: async (options) => (await import('../embedded.ts')).checkEmbedded(options),
};
