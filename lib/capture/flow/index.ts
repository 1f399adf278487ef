/** TCP flows of a capture, and what they carry. */

export * from './facts.ts';
export * from './handler.ts';
export { TcpTracker } from './tracker.ts';
