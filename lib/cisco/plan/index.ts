export { expiryState } from './authority.ts';
export { planRenewal } from './plan.ts';
export { labelOf } from './tasks.ts';
export type * from './types.ts';
