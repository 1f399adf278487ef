/** The evaluation of a chain: the best path from its leaf to a root, and all that stands against it. */

import type { ChainVerdict, EvaluateOptions, WorkLimits } from './types.ts';

/** The default budget. A limit that is reached is said in `workDone`, and in the reason `work-limit` where the chain is refused. */
export const workLimits: WorkLimits = {
  certificates: 128,
  depth: 16,
  signatureChecks: 200,
  nameComparisons: 1 << 20,
  steps: 4_000,
};

export function evaluateChain(_options: EvaluateOptions): Promise<ChainVerdict> {
  return Promise.reject(new Error('under construction'));
}
