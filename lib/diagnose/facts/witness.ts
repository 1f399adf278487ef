/** Witness: one handshake as the rules see it, be it a live attempt or a conversation of a capture. */

import type { Attempt, AttemptHello, Endpoint, FindingEvidence } from '../../evidence/index.ts';
import type { Say } from '../messages/index.ts';

/** Where it stands in a capture. */
export interface Captured {
  /** Packet that shows it best, counted from 1. */
  readonly packet: number;
  /** Null for connections that are counted by their server. */
  readonly client: Endpoint | null;
  readonly server: Endpoint;
  /** Milliseconds from the last message to its end; null or absent where not known. */
  readonly waitedMs?: number | null;
  /** Of a SYN that was not answered: nor sent again. */
  readonly sentOnce?: boolean;
  /** Of a SYN that was not answered: other connections to that port came up. */
  readonly portUp?: boolean;
}

export interface Witness
  extends Pick<Attempt, 'id' | 'replyMs' | 'waitedMs' | 'records' | 'segments' | 'concurrent' | 'evidence'> {
  readonly hello: Pick<AttemptHello, 'length' | 'firstFlight'>;
  /** MSS that we announced on purpose, which also limits what we send; null or absent for the usual one. */
  readonly mss?: number | null;
  /** Payload lengths of the segments that went out; null or absent where not known. */
  readonly segmentsConfirmed?: readonly number[] | null;
  /** Absent for a live attempt. */
  readonly captured?: Captured;
  /** The line of a log that tells it best: where it stands, and its words. */
  readonly logged?: { readonly ref: string; readonly text: string };
}

/** The witness as evidence; `text` says what it shows where that is not the whole story. */
export function witnessEvidence(say: Say, witness: Witness, text: string = say.witness(witness)): FindingEvidence {
  const { id, captured, logged } = witness;
  if (logged !== undefined) return { kind: 'log-line', ...logged };
  return captured === undefined
    ? { kind: 'attempt', ref: id, text }
    : { kind: 'packet', ref: String(captured.packet), text };
}

/** `192.0.2.1:443`, `[2001:db8::1]:443`. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
