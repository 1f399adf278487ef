/** What a language has to say of a plan; a missing key does not compile. */

import type { DeviceTask, PlanLeaf, RenewalPlan, StepId, TunnelState, UnknownId, WarningId } from './types.ts';

export interface StepWords {
  readonly title: string;
  readonly text: string;
  /** What to look at afterwards. */
  readonly verify?: string;
}

export interface PlanWords {
  readonly ways: Readonly<Record<PlanLeaf, { readonly title: string; readonly text: string }>>;
  /** @param ways that remain, as `2a, 2b`. */
  readonly undecided: (ways: string) => string;
  readonly likely: string;
  readonly authority: (plan: RenewalPlan) => string;
  readonly tunnels: (plan: RenewalPlan) => string;
  readonly hotfix: (plan: RenewalPlan) => string;
  readonly phases: Readonly<Record<RenewalPlan['phase'], string>>;
  readonly states: Readonly<Record<TunnelState, string>>;
  /** @param subjects what it is about, joined; empty where it is about nothing in particular. */
  readonly warnings: Readonly<Record<WarningId, (subjects: string) => string>>;
  readonly steps: Readonly<Record<StepId, (plan: RenewalPlan) => StepWords>>;
  readonly tasks: Readonly<Record<DeviceTask, string>>;
  readonly unknowns: Readonly<Record<UnknownId, string>>;
  readonly join: (items: readonly string[]) => string;
}
