/** The matchers in one table; every adapter is made from it. A new matcher is a function and its row here. */

import { toBeClean, toHaveFinding } from './findings.ts';
import { toNegotiate, toRequireClientCertificate } from './handshake.ts';
import { toOfferCipher, toSupportGroup } from './offers.ts';
import { toBeValidForDays } from './validity.ts';

/** `match` judges; `chai` is the name of the chai method. */
export const matcherTable = {
  toHaveFinding: { match: toHaveFinding, chai: 'finding' },
  toBeClean: { match: toBeClean, chai: 'clean' },
  toNegotiate: { match: toNegotiate, chai: 'negotiate' },
  toOfferCipher: { match: toOfferCipher, chai: 'offerCipher' },
  toSupportGroup: { match: toSupportGroup, chai: 'supportGroup' },
  toBeValidForDays: { match: toBeValidForDays, chai: 'validForDays' },
  toRequireClientCertificate: { match: toRequireClientCertificate, chai: 'requireClientCertificate' },
} as const;

export type MatcherName = keyof typeof matcherTable;

/** What a matcher takes after its subject. */
export type MatcherArguments<Name extends MatcherName> =
  Parameters<(typeof matcherTable)[Name]['match']> extends [unknown, ...infer Rest] ? Rest : never;

/** The matchers as methods that a runner's `expect(…)` gains. */
export type MatcherMethods<R> = {
  [Name in MatcherName]: (...args: MatcherArguments<Name>) => R;
};

/** The matchers by name: `matchers.toHaveFinding(report, 'cert.expired')` answers with `{pass, message, actual, expected}`. */
export const matchers = Object.fromEntries(Object.entries(matcherTable).map(([name, { match }]) => [name, match])) as {
  readonly [Name in MatcherName]: (typeof matcherTable)[Name]['match'];
};
