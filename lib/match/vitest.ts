/** @module Matchers for vitest: `expect.extend(tlsMatchers)`, then `expect(report).toHaveFinding('cert.expired')`. */

import { type MatcherMethods, matchers } from './matchers.ts';

declare module 'vitest' {
  interface Matchers<T = unknown> extends MatcherMethods<T> {}
}

/** The object for `expect.extend`. */
export const tlsMatchers = matchers;
