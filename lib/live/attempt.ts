/** The Attempt of a connection: what was sent, in numbers, and the evidence of what came back. */

import { createHash } from 'node:crypto';
import type { Attempt } from '../evidence/index.ts';
import { announcedMssOf, type DialOutcome, type DialRequest, type Tap, transportOf, type Via } from '../net/index.ts';
import { evidenceOf, type Flight, type HelloFacts } from '../session/index.ts';
import { alertDescription, recordHeaderLength, toHex } from '../wire/index.ts';

/** Deadlines of one connection in milliseconds; defaults 5,000, 3,000 and 10,000. */
export interface ConnectionTimeouts {
  readonly connectMs?: number;
  readonly firstReplyMs?: number;
  readonly totalMs?: number;
}

/** What any attempt is told beside what it is to do. */
export interface AttemptOptions {
  /** Id of the attempt in the report. */
  readonly id: string;
  readonly timeouts?: ConnectionTimeouts;
  readonly signal?: AbortSignal;
  /** Attempt that is the control of this one. */
  readonly controlRef?: string | null;
  /** Other connections of ours to the same target that are open meanwhile; default 0. */
  readonly concurrent?: number;
  /** Keep the hello's bytes in the attempt. */
  readonly keepHex?: boolean;
  /** Transport, and what it is told; default the kernel's TCP. */
  readonly via?: Via;
  /** Is told what passes. */
  readonly tap?: Tap | undefined;
}

/** What the sender knows of the first flight. */
export interface SentHello {
  readonly preset: string | null;
  /** The handshake message with its header, bytes. */
  readonly messageLength: number;
  /** Lengths of the writes. */
  readonly segments: readonly number[];
}

/** @param firstFlight the bytes as sent, records included */
export function attemptOf(
  firstFlight: Uint8Array,
  outcome: DialOutcome,
  flight: Flight,
  facts: HelloFacts | null,
  options: AttemptOptions,
  { preset, messageLength, segments }: SentHello,
): Attempt {
  const { id, controlRef = null, concurrent = 0, keepHex = false, via } = options;
  return {
    id,
    transport: transportOf(via, segments.length),
    sentAt: outcome.startedAt.toISOString(),
    connectMs: outcome.connectMs,
    replyMs: outcome.replyMs,
    ...(outcome.waitedMs === null ? {} : { waitedMs: outcome.waitedMs }),
    hello: {
      preset,
      length: messageLength,
      firstFlight: firstFlight.length,
      sha256: createHash('sha256').update(firstFlight).digest('hex'),
      ...(keepHex ? { hex: toHex(firstFlight) } : {}),
    },
    records: recordLengthsOf(firstFlight),
    segments,
    segmentsConfirmed: outcome.wire?.segments ?? null,
    mss: announcedMssOf(via),
    concurrent,
    evidence: evidenceOf(flight, outcome, { ref: id, controlRef, hello: facts?.evidence ?? null }),
  };
}

/** Walks the record headers of our own bytes, whatever type and version they claim. */
function recordLengthsOf(firstFlight: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let offset = 0; offset + recordHeaderLength <= firstFlight.length; ) {
    const length = ((firstFlight[offset + 3] ?? 0) << 8) | (firstFlight[offset + 4] ?? 0);
    lengths.push(length);
    offset += recordHeaderLength + length;
  }
  return lengths;
}

/** In the words of `dial`, which has the defaults. */
export function dialTimeouts({ connectMs, firstReplyMs, totalMs }: ConnectionTimeouts = {}): Partial<DialRequest> {
  return {
    ...(connectMs === undefined ? {} : { connectTimeoutMs: connectMs }),
    ...(firstReplyMs === undefined ? {} : { firstReplyTimeoutMs: firstReplyMs }),
    ...(totalMs === undefined ? {} : { totalTimeoutMs: totalMs }),
  };
}

/** How long to wait, after a TLS 1.3 handshake, for a sign that the server accepted us: four times the round trip that the connection took, within reason. */
export function confirmMsFor(connectMs: number): number {
  return Math.min(Math.max(4 * connectMs, 150), 1000);
}

/** Alerts with which servers refuse a client without a certificate (RFC 8446 §6.2, RFC 5246 §7.2.2). */
export const refusals: ReadonlySet<number> = new Set([
  alertDescription.handshake_failure,
  alertDescription.no_certificate,
  alertDescription.bad_certificate,
  alertDescription.certificate_unknown,
  alertDescription.access_denied,
  alertDescription.certificate_required,
  // What GnuTLS 3.7, and so ocserv, answers to an empty list up to TLS 1.2.
  alertDescription.decode_error,
]);
