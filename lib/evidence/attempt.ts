/** Attempt and Observation: what one connection, and what one probe, brought to light. JSON, as in the report. */

import type { HandshakeEvidence } from './handshake.ts';

/** The way the bytes went on the wire. */
export type Transport = 'tcp' | 'tcp-sliced' | 'tcp-mss' | 'raw' | 'udp';

export interface AttemptHello {
  /** Name of the preset the hello was made from, null for one the caller built. */
  readonly preset: string | null;
  /** Handshake message with its 4-byte header, in bytes (RFC 7685 counts the same way). */
  readonly length: number;
  /** `length` plus 5 bytes per record. */
  readonly firstFlight: number;
  /** Of the bytes as sent, records included. */
  readonly sha256: string;
  /** The bytes themselves, only where asked for. */
  readonly hex?: string;
}

/** One live connection. */
export interface Attempt {
  /** Unique in the report: `a1`, `a2`, … in the order they started. */
  readonly id: string;
  readonly transport: Transport;
  /** ISO 8601: when the connection was started. */
  readonly sentAt: string;
  readonly connectMs: number | null;
  /** From the last byte of the hello sent to the first byte received. */
  readonly replyMs: number | null;
  /** From the last byte of the hello sent to the end, where no byte was received; absent otherwise. */
  readonly waitedMs?: number | null;
  readonly hello: AttemptHello;
  /** Lengths of the TLS records of the first flight, without their headers. */
  readonly records: readonly number[];
  /** Lengths of the writes asked for. */
  readonly segments: readonly number[];
  /** Segments that a capture or TCP_INFO showed. */
  readonly segmentsConfirmed: readonly number[] | null;
  readonly mss: number | null;
  /** Other connections of ours to the same target that were open at some moment of this one (rule 3 of inference). */
  readonly concurrent: number;
  readonly evidence: HandshakeEvidence;
}

export type ObservationStatus = 'completed' | 'inconclusive' | 'skipped' | 'failed';

/** A probe's result. `value` is null unless the probe got as far as one; `attempts` are always there. */
export interface Observation<Value = unknown> {
  readonly status: ObservationStatus;
  /** Why it is not `completed`; a stable id, or an id and a sentence (`target-silent`, `budget-exhausted: …`). */
  readonly reason: string | null;
  readonly value: Value | null;
  readonly attempts: readonly Attempt[];
}

/** Name and code of a registry entry, as reports show it. */
export interface NamedCode {
  readonly code: `0x${string}`;
  readonly name: string;
}
