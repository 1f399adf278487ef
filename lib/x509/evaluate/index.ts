/** @module Judging a chain as a client would: RFC 5280 path building and validation with a fixed budget of work. */

export { evaluateChain, workLimits } from './evaluate.ts';
export { ChainMemory } from './memory.ts';
export * from './profiles.ts';
export { type ChainReasonId, chainReasons } from './reasons.ts';
export type * from './types.ts';
