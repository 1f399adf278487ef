/** @module What a server sends back, read without keys: the pure half of a session. */

export * from './evidence.ts';
export * from './flight.ts';
export * from './flight-reader.ts';
export * from './limits.ts';
export { type HelloFacts, helloFacts, type Offer } from './offer.ts';
export { messageName } from './server-messages.ts';
