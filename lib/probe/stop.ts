/** Reasons of the run, not of the probe, for which a probe ends early. */

import { HarnessError } from '../wire/index.ts';

/**
 * `deadline-reached`: the run's deadline passed. `budget-exhausted`: the run's connections are used up. `target-lost`: the
 * control hello, answered before, is answered no more. `aborted`: the caller's AbortSignal fired.
 */
export type StopReason = 'deadline-reached' | 'budget-exhausted' | 'target-lost' | 'aborted';

/** Thrown by the context's attempts; the runner turns it into an `inconclusive` observation with what was kept. */
export class ProbeStopped extends HarnessError<StopReason> {
  constructor(reason: StopReason) {
    super(reason, `The probe was stopped: ${reason}.`);
    this.name = 'ProbeStopped';
  }
}

/** The reason when `error` is a ProbeStopped, else null. */
export function stopOf(error: unknown): StopReason | null {
  return error instanceof ProbeStopped ? error.code : null;
}
