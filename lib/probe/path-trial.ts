/** What one connection says of packets of one size: from the evidence of an attempt to a trial of the search. Pure. */

import { type Attempt, headerBytes, timestampBytes } from '../evidence/index.ts';
import type { Trial } from './path-search.ts';

/** A connection whose packets were limited to one size. */
export interface Tried {
  readonly attempt: Attempt;
  /** IP packet size that was asked for. */
  readonly asked: number;
  /** Address of the target, as dialled. */
  readonly address: string;
}

/**
 * The way there: the hello is longer than a packet of the size, so its first segment fills one. What acknowledges that segment, or
 * answers, has it; one that was sent again and again without an acknowledgement is lost. What the server thinks of the hello
 * does not matter.
 */
export function outboundTrial({ attempt, asked, address }: Tried): Trial {
  const { path, sent, received, end, reply } = attempt.evidence;
  const full = path.sendMss ?? asked - overheadOf(attempt, address);
  const head = Math.min(full, sent.bytes);
  const isHeard = received.length > 0 || end === 'alert' || end === 'not-tls' || end === 'malformed';
  const isAcked = sent.acked !== null && sent.acked >= head && head > 0;
  const common = {
    asked,
    size: Math.min(asked, full + overheadOf(attempt, address)),
    learned: learnedMtuOf(attempt),
    reply,
    acked: sent.acked === null ? null : sent.acked >= sent.bytes,
    attempt: attempt.id,
    alone: attempt.concurrent === 0,
  } as const;
  const undecided = undecidedConnection(attempt);
  if (undecided !== null) return { ...common, outcome: 'undecided', why: undecided };
  if (isHeard || isAcked) return { ...common, outcome: 'passed' };
  const wasResent = (sent.retransmitted ?? 0) > 0 || sent.lostSegment != null;
  if (end === 'silent' && sent.acked !== null && wasResent) return { ...common, outcome: 'lost' };
  return { ...common, outcome: 'undecided', why: end === 'silent' ? 'not-acknowledged' : 'hello-refused' };
}

/** What a trial of the way back tells beyond others. */
export interface InboundTrial extends Trial {
  /** Why a smaller packet than the one asked for was the largest that came. */
  readonly smaller?: 'flight-too-small' | 'smaller-segments';
}

/**
 * The way back: a small hello draws a flight of several packets, and the MSS that we announce says how large they may be. What
 * comes in order up to the end of a full packet has passed; a flight that does not come although the hello was acknowledged is lost.
 * @param flightBytes bytes of the server's records that were read, for transports that do not count
 */
export function inboundTrial({ attempt, asked, address }: Tried, flightBytes: number): InboundTrial {
  const { sent, inbound = null, end, reply } = attempt.evidence;
  const overhead = overheadOf(attempt, address);
  const full = asked - overhead;
  const came = Math.max(inbound?.bytes ?? 0, flightBytes);
  const isWhole = end === 'complete';
  const common = {
    asked,
    size: asked,
    learned: learnedMtuOf(attempt),
    reply,
    attempt: attempt.id,
    alone: attempt.concurrent === 0,
  } as const;
  const undecided = undecidedConnection(attempt);
  if (undecided !== null) return { ...common, acked: null, outcome: 'undecided', why: undecided };
  if (came >= full || isWhole || (end === 'stopped' && came > 0)) {
    const largest = largestSegment(attempt, full, came);
    const passed = { ...common, acked: true, outcome: 'passed', size: Math.min(asked, largest + overhead) } as const;
    if (largest >= full) return passed;
    return { ...passed, smaller: came < full ? 'flight-too-small' : 'smaller-segments' };
  }
  if (end !== 'silent') return { ...common, acked: null, outcome: 'undecided', why: 'flight-refused' };
  if (sent.acked !== null && sent.acked < sent.bytes) {
    return { ...common, acked: null, outcome: 'undecided', why: 'hello-lost' };
  }
  return { ...common, acked: false, outcome: 'lost' };
}

/** MTU of the route where it is smaller than our interface's: the system has learned it from ICMP. Null where it has not, or nobody knows. */
export function learnedMtuOf({ evidence: { path } }: Attempt): number | null {
  const { pathMtu, interfaceMtu = null } = path;
  return pathMtu !== null && interfaceMtu !== null && pathMtu < interfaceMtu ? pathMtu : null;
}

/** Bytes of headers and TCP options in each segment with payload. */
export function overheadOf({ evidence: { path } }: Attempt, address: string): number {
  return headerBytes(address) + (path.timestamps === true ? timestampBytes : 0);
}

function undecidedConnection({ evidence: { connect, endedBeforeHello } }: Attempt): string | null {
  if (connect !== 'ok') return 'not-connected';
  return endedBeforeHello ? 'hello-refused' : null;
}

/** Linux starts its estimate of the peer's segments here, so that it tells nothing of smaller ones. */
const firstEstimate = 536;

/** Payload of the largest segment that came; that of a full one where nothing speaks against it. */
function largestSegment({ evidence: { inbound = null } }: Attempt, full: number, came: number): number {
  const seen = inbound?.largestAcked ?? null;
  if (seen !== null) return Math.min(seen, full);
  const atMost = inbound === null ? full : Math.min(full, firstEstimate);
  return Math.min(atMost, came);
}
