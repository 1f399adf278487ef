/** TCP flows of a capture, and what they carry. */

export * from './facts.ts';
export * from './handler.ts';
export { PlainFlow } from './plain.ts';
export { TcpTracker } from './tracker.ts';
