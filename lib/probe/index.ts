/** @module What probes are made of, and what runs them. */

export { mergeCases, tryCases } from './cases.ts';
export { chainAuth, chainRow, type ShownChain, versionName } from './chain-row.ts';
export { type AttemptRequest, ProbeContext, type SessionRequest } from './context.ts';
export {
  defineProbe,
  inconclusive,
  type Need,
  Outcome,
  observe,
  type Probe,
  type ProbeDefinition,
  skipped,
} from './define.ts';
export {
  codesPerHello,
  type Enumeration,
  type Enumerator,
  enumerate,
  type PartOptions,
  type Picked,
  partsOf,
  pickAndRemove,
  type Refusals,
  speaksOfOffer,
} from './enumerate.ts';
export type { Observer, ProbeEvent } from './events.ts';
export { Gate, type Passage } from './gate.ts';
export {
  attempt,
  bisect,
  type CompareOptions,
  type Comparison,
  compare,
  type HelloFor,
  repeat,
  repeatsForClaim,
  type Sender,
  type SweepOptions,
  type SweepRow,
  sweep,
  withControl,
} from './parts.ts';
export { ceilingsOf, inboundSweep, type Line, outboundSweep, smallestMss } from './path-directions.ts';
export { outboundByLength } from './path-lengths.ts';
export {
  confirmBoundary,
  type Search,
  type SearchRange,
  searchLimit,
  type Trial,
  type Try,
  usualMtus,
} from './path-search.ts';
export { unmeasured } from './path-sweep.ts';
export { learnedMtuOf } from './path-trial.ts';
export { type Ask, type Found, type Preference, preferenceOf } from './preference.ts';
export { distanceOf, hopsOf, mayUseRaw, ordinaryHello, rawVia } from './raw.ts';
export { type Control, type ExchangeRequest, isAnswered, isSilence, Run, type Steadiness } from './run.ts';
export { inOrder, runProbes } from './runner.ts';
export { type Consent, mayDisturb, notPermitted } from './safety.ts';
export { defaultTimeouts, type RunSettings, type Timeouts, type Trust } from './settings.ts';
export { ProbeStopped, type StopReason, stopOf } from './stop.ts';
export { type OfferedSuites, offeredGroups, suitesFor } from './suites.ts';
