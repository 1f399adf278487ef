export { expiryState } from './authority.ts';
export { type DescribedPlan, describePlan } from './describe.ts';
export { planRenewal } from './plan.ts';
export type * from './types.ts';
