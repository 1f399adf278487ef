/** @module FTD and FMC knowledge as data and pure functions. */

export { type ExpiryInput, expiryNotice } from './expiry-notice.ts';
export * from './files/index.ts';
export * from './knowledge/index.ts';
export * from './logs/index.ts';
export * from './plan/index.ts';
