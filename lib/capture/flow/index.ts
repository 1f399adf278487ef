/** TCP flows of a capture, and what they carry. */

export * from './facts.ts';
export * from './handler.ts';
export { type Lane, type LaneExits } from './lane.ts';
export { PlainFlow } from './plain.ts';
export type { Addresses } from './table.ts';
export { TcpTracker } from './tracker.ts';
