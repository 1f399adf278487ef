/** The budget of one evaluation: counts what is done, and remembers which limits were reached. */

import type { WorkDone, WorkLimits } from './types.ts';

/** Kinds of work that are counted; the other limits are sizes. */
export type WorkKind = 'signatureChecks' | 'nameComparisons' | 'steps';

export class Work {
  readonly limits: WorkLimits;
  readonly #done: Record<WorkKind, number> = { signatureChecks: 0, nameComparisons: 0, steps: 0 };
  readonly #exhausted = new Set<keyof WorkLimits>();

  constructor(limits: WorkLimits) {
    this.limits = limits;
  }

  /** True when `amount` more fits, and then it is spent; else nothing is, and the limit counts as reached. */
  spend(kind: WorkKind, amount = 1): boolean {
    if (this.#done[kind] + amount > this.limits[kind]) {
      this.#exhausted.add(kind);
      return false;
    }
    this.#done[kind] += amount;
    return true;
  }

  reached(limit: keyof WorkLimits): void {
    this.#exhausted.add(limit);
  }

  get exhausted(): ReadonlySet<keyof WorkLimits> {
    return this.#exhausted;
  }

  done(): WorkDone {
    return { ...this.#done, exhausted: [...this.#exhausted] };
  }
}
