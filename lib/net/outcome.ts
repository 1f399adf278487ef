/** What a connection brought, and which of it a system error code stands for. */

import type { ConnectOutcome, WireView } from '../evidence/index.ts';
import { HarnessError } from '../wire/index.ts';

/**
 * How a dialled connection ended. `enough`: `onBytes` said so. `reset`: RST. `closed`: FIN. `silent`: a deadline passed;
 * `limit`: the peer sent `maxBytes` and `onBytes` still wanted more. `not-connected`: see `connect`.
 */
export type DialEnd = 'enough' | 'reset' | 'closed' | 'silent' | 'limit' | 'aborted' | 'not-connected';

/** One delivery from the kernel. */
export interface ReceivedChunk {
  /** Milliseconds since `startedAt`. */
  readonly at: number;
  readonly length: number;
}

export interface DialOutcome {
  /** `unseen` when the caller aborted before the connection was decided. */
  readonly connect: ConnectOutcome;
  /** From the call to the connection; null when there was none. */
  readonly connectMs: number | null;
  readonly startedAt: Date;
  /** From the last byte of the last write to the first byte received; null when none came, or it came before that. */
  readonly replyMs: number | null;
  /** From the same to the end, where no byte came at all; null otherwise. */
  readonly waitedMs: number | null;
  /** Bytes of the writes that the kernel took whole. */
  readonly bytesSent: number;
  /** What came and when. After `maxChunks` entries the last one takes up the rest. */
  readonly chunks: readonly ReceivedChunk[];
  readonly end: DialEnd;
  /** True when the peer ended the connection before any byte of ours left. */
  readonly endedBeforeHello: boolean;
  /** One sentence: the system's error, or which deadline or limit was hit. Null where there is nothing to add. */
  readonly detail: string | null;
  /** What was seen of the packets; null where this transport sees none. */
  readonly wire: WireView | null;
}

/** Longest list of chunks kept; a peer that sends single bytes would fill memory otherwise. */
export const maxChunks = 4096;

/** What is said of a connection that ends by `stopWhenLost`, by the direction in which something is lost. */
export const lossTexts = {
  outbound: 'The same bytes were sent three times, and four round trips later not acknowledged.',
  inbound: 'Bytes came, those before them did not, and none of the retransmissions closed the gap.',
} as const;

/** Lack of something on this machine; it says nothing about the target. */
const localLack = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * What a failed connect(2) means. `ok`: the connection stood, and had already been reset when the system told us; a RST that
 * answers a SYN is ECONNREFUSED. A HarnessError `out-of-resources` when this machine lacks descriptors or memory, which is no
 * evidence of anything.
 */
export function connectOutcomeOf(error: NodeJS.ErrnoException): ConnectOutcome | HarnessError<'out-of-resources'> {
  const code = error.code ?? '';
  if (localLack.has(code)) {
    return new HarnessError('out-of-resources', `This machine could not open a connection: ${sentenceOf(error)}`, {
      hint: 'Lower --concurrency or raise the limit of open files (ulimit -n).',
      cause: error,
    });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'ok';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  return 'unreachable';
}

/** How an established connection ended when the system reports `error`. */
export function endOf(error: NodeJS.ErrnoException): DialEnd {
  if (error.code === 'ECONNRESET' || error.code === 'ECONNABORTED') return 'reset';
  // Linux: a RST after a FIN, as the answer to bytes of ours that came too late. The peer had closed.
  if (error.code === 'EPIPE') return 'closed';
  // Retransmissions, or an ICMP error while retransmitting, ended it; not the peer.
  return 'silent';
}

/** The system's message as a sentence, e.g. `connect ECONNREFUSED 127.0.0.1:443.` */
export function sentenceOf(error: Error): string {
  return /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
}
