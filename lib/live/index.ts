/** @module Driving a handshake over a connection: our own flight reader, and node:tls as second opinion. */

export { type CredentialOptions, nodeClientPrimitives, nodeCredential } from '../session/node.ts';
export type { AttemptOptions, ConnectionTimeouts } from './attempt.ts';
export * from './client.ts';
export * from './exchange.ts';
export * from './node-tls.ts';
export { unresolvedAttempt } from './unsent.ts';
