/** Starting and closing labs. */

import { HarnessError } from '../../wire/index.ts';
import type { Lab, LabOptions, LabScenario } from './types.ts';

/**
 * Starts a lab: a table row by its id, or one's own.
 * @throws HarnessError `unknown-scenario`, `bad-fault`, `no-namespaces` where this machine cannot have one.
 */
export async function startLab(_scenario: string | LabScenario, _options: LabOptions = {}): Promise<Lab> {
  throw new HarnessError('no-namespaces', 'Labs are not there yet.');
}
