/**
 * The interfaces of vitest and jest that `vitest.ts` and `jest.ts` extend, so that these compile without the runners.
 * Not part of the build: where a runner is installed its own declarations count.
 */

declare module 'vitest' {
  export interface Matchers<T = unknown> {}
}

declare module 'expect' {
  export interface Matchers<R extends void | Promise<void>, T = unknown> {}
}
