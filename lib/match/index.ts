/** @module Matcher core: reports, hellos and certificates judged for a test; adapters for four runners stand beside it. */

export { type FindingOptions, toBeClean, toHaveFinding } from './findings.ts';
export { toNegotiate, toRequireClientCertificate } from './handshake.ts';
export { type MatcherArguments, type MatcherMethods, type MatcherName, matchers } from './matchers.ts';
export { type OfferOptions, toOfferCipher, toSupportGroup } from './offers.ts';
export type { MatchResult } from './result.ts';
export type { HelloLike } from './subject.ts';
export { toBeValidForDays } from './validity.ts';
