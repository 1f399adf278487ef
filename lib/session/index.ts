/** @module The pure half of a session: what a server sends in clear, key logs, key schedules, and protected records. */

export * from './aead.ts';
export * from './client/index.ts';
export * from './compressed-certificate.ts';
export * from './evidence.ts';
export { type FirstBytes, judgeFirstBytes, longestLook } from './first-bytes.ts';
export * from './flight.ts';
export * from './flight-reader.ts';
export * from './key-log.ts';
export * from './key-schedule-tls12.ts';
export * from './key-schedule-tls13.ts';
export * from './limits.ts';
export { type HelloFacts, helloFacts, type Offer } from './offer.ts';
export * from './protection.ts';
export { certificateRequestFacts, messageName } from './server-messages.ts';
export { hashLength, suiteDigest } from './suite-hash.ts';
