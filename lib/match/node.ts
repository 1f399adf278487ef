/** @module Matchers as functions for node:test: `assertFinding(report, 'cert.expired')` throws an AssertionError that shows what was found. */

import { AssertionError } from 'node:assert';
import { type MatcherName, matcherTable } from './matchers.ts';
import type { MatchResult } from './result.ts';

type Parameter<Name extends MatcherName> = Parameters<(typeof matcherTable)[Name]['match']>;
type Pair<Name extends MatcherName> = readonly [
  plain: (...args: Parameter<Name>) => void,
  negated: (...args: Parameter<Name>) => void,
];

function pair<Name extends MatcherName>(name: Name): Pair<Name> {
  const match = matcherTable[name].match as (...args: unknown[]) => MatchResult;
  const assertion = (wanted: boolean) => {
    return function assertion(...args: Parameter<Name>): void {
      const { pass, message, actual, expected } = match(...args);
      if (pass !== wanted) {
        const operator = wanted ? name : `not ${name}`;
        throw new AssertionError({ message: message(), actual, expected, operator, stackStartFn: assertion });
      }
    };
  };
  return [assertion(true), assertion(false)];
}

export const [assertFinding, assertNoFinding] = pair('toHaveFinding');
export const [assertClean, assertNotClean] = pair('toBeClean');
export const [assertNegotiates, assertDoesNotNegotiate] = pair('toNegotiate');
export const [assertOffersCipher, assertDoesNotOfferCipher] = pair('toOfferCipher');
export const [assertSupportsGroup, assertDoesNotSupportGroup] = pair('toSupportGroup');
export const [assertValidForDays, assertNotValidForDays] = pair('toBeValidForDays');
export const [assertRequiresClientCertificate, assertDoesNotRequireClientCertificate] =
  pair('toRequireClientCertificate');
