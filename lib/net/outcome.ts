/** What a connection brought, and which of it a system error code stands for. */

import type { ConnectOutcome } from '../evidence/index.ts';
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
  /** Bytes of the writes that the kernel took whole. */
  readonly bytesSent: number;
  /** What came and when. After `maxChunks` entries the last one takes up the rest. */
  readonly chunks: readonly ReceivedChunk[];
  readonly end: DialEnd;
  /** True when the peer ended the connection before any byte of ours left. */
  readonly endedBeforeHello: boolean;
  /** One sentence: the system's error, or which deadline or limit was hit. Null where there is nothing to add. */
  readonly detail: string | null;
}

/** Longest list of chunks kept; a peer that sends single bytes would fill memory otherwise. */
export const maxChunks = 4096;

/** Lack of something on this machine; it says nothing about the target. */
const localLack = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * What a failed connect(2) means.
 * @throws HarnessError `out-of-resources` when this machine lacks descriptors or memory: that is no evidence.
 */
export function connectOutcomeOf(error: NodeJS.ErrnoException): ConnectOutcome {
  const code = error.code ?? '';
  if (localLack.has(code)) {
    throw new HarnessError('out-of-resources', `This machine could not open a connection: ${sentenceOf(error)}`, {
      hint: 'Lower --concurrency or raise the limit of open files (ulimit -n).',
      cause: error,
    });
  }
  // A connection reset while connecting is a RST that answered our SYN, as ECONNREFUSED is.
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  return 'unreachable';
}

/** How an established connection ended when the system reports `error`. */
export function endOf(error: NodeJS.ErrnoException): DialEnd {
  // EPIPE: a RST came after a FIN. The others mean that retransmissions, not the peer, ended it.
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED' ? 'reset' : 'silent';
}

/** The system's message as a sentence, e.g. `connect ECONNREFUSED 127.0.0.1:443.` */
export function sentenceOf(error: Error): string {
  return /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
}
