/** @module Matchers for chai: `chai.use(tlsMatchers)`, then `expect(report).to.have.finding('cert.expired')`. */

import { type MatcherArguments, type MatcherName, matcherTable } from './matchers.ts';
import type { MatchResult } from './result.ts';

/** The methods that `expect(…)` gains. */
export type TlsAssertions<Assertion> = {
  [Name in MatcherName as (typeof matcherTable)[Name]['chai']]: (...args: MatcherArguments<Name>) => Assertion;
};

declare global {
  namespace Chai {
    interface Assertion extends TlsAssertions<Assertion> {}
  }
}

/** What the plugin uses of chai; structural, so that any chai from 4 on fits and none is imported. */
interface ChaiLike {
  readonly Assertion: { addMethod(name: string, method: (this: ChaiAssertion, ...args: unknown[]) => void): void };
}
interface ChaiAssertion {
  assert(pass: boolean, message: string, negated: string, expected: unknown, actual: unknown, showDiff: boolean): void;
}
interface ChaiUtils {
  readonly flag: (assertion: object, key: string) => unknown;
}

/** The plugin for `chai.use`. */
export function tlsMatchers(chai: ChaiLike, { flag }: ChaiUtils): void {
  for (const { chai: name, match } of Object.values(matcherTable)) {
    const judge = match as (actual: unknown, ...args: unknown[]) => MatchResult;
    chai.Assertion.addMethod(name, function (...args) {
      const { pass, message, actual, expected } = judge(flag(this, 'object'), ...args);
      // A message that holds a chai placeholder would have it replaced; peers choose parts of ours.
      const failed = pass === Boolean(flag(this, 'negate')) ? message().replaceAll('#{', '# {') : '';
      this.assert(pass, failed, failed, expected, actual, true);
    });
  }
}
