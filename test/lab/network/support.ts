/** Labs for tests, where this machine can have them. */

import type { Context } from 'mocha';
import { type Lab, type LabOptions, type LabScenario, startLab } from '../../../lib/lab/index.ts';
import { HarnessError } from '../../../lib/wire/index.ts';

/** Functions of the tests that run on nodes. */
export const inside = new URL('./inside.ts', import.meta.url);

/** Starts a lab, or skips the test or suite where there can be none. */
export async function labOrSkip(test: Context, scenario: string | LabScenario, options?: LabOptions): Promise<Lab> {
  try {
    return await startLab(scenario, options);
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'no-namespaces') throw error;
    test.skip();
    throw error;
  }
}

/** Runs what needs koffi or a TUN device; skips the test where the machine lacks it. */
export async function orSkip<T>(test: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'missing-ability') test.skip();
    throw error;
  }
}
