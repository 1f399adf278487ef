/** @module Ways to put bytes on a wire. Kernel TCP so far. */

export * from './dial.ts';
export * from './hold.ts';
export { type DialEnd, type DialOutcome, maxChunks, type ReceivedChunk } from './outcome.ts';
export * from './resolve.ts';
export * from './via.ts';
