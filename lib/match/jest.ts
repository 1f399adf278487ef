/** @module Matchers for jest: `expect.extend(tlsMatchers)`, then `expect(report).toHaveFinding('cert.expired')`. */

import { type MatcherMethods, matchers } from './matchers.ts';

declare module 'expect' {
  // biome-ignore lint/correctness/noUnusedVariables: type parameters must be those of the runner's declaration
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MatcherMethods<R> {}
}

declare global {
  namespace jest {
    // For suites that use the globals of @types/jest.
    interface Matchers<R, T = unknown> extends MatcherMethods<R> {}
  }
}

/** The object for `expect.extend`. */
export const tlsMatchers = matchers;
