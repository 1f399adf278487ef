/** A client of our own: state machines over injected primitives, without sockets or clock. */

export * from './client.ts';
export type * from './flight.ts';
export type * from './primitives.ts';
export { verifyContent } from './signed.ts';
