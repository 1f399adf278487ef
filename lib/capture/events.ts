/** What the engine tells while it runs, and what it knows at the end. */

import type {
  CaptureCounters,
  CaptureEvent,
  CaptureSource,
  FailedConnections,
  UnansweredArp,
} from '../evidence/index.ts';
import type { Likeness } from './tls/likeness.ts';

/** Conversations as they end, and hellos (where asked for) as they are read. */
export type EngineEvent = ConversationEvent | Extract<CaptureEvent, { readonly type: 'client-hello' }>;

export type ConversationEvent = Extract<CaptureEvent, { readonly type: 'conversation' }> & {
  /** The conversation stands for those that are like it. */
  like?: Likeness;
};

/** What is known when the capture is over. */
export interface EngineSummary {
  readonly failedConnections: readonly FailedConnections[];
  readonly unansweredArp: readonly UnansweredArp[];
  readonly counters: CaptureCounters;
}

/** The source without what only the caller knows. */
export type EngineSource = Omit<CaptureSource, 'name' | 'compression'>;
