/** Values of the probes that measure the path: sizes that pass in each direction, who answers, where it ends. JSON, as in the report. */

import type { Reply, RowAttempts } from './values.ts';

/** One packet size of a sweep. */
export interface PathRow extends RowAttempts {
  /** IP packet size in bytes, headers and options included: what is compared with an MTU. */
  readonly size: number;
  readonly reply: Reply;
  /** True when all payload of the packets of this size was acknowledged (outbound) or arrived (inbound); null where nobody could tell. */
  readonly acked: boolean | null;
  /** Attempts of this size. */
  readonly count: number;
}

/**
 * `clear`: the largest packet that this interface can send (or the peer was allowed to send) passes. `blackhole`: larger packets
 * disappear and nobody says so. `reduced`: the path is narrower than the interface, and packets are adjusted (ICMP or a learned
 * route MTU). `unknown`: `reason` says why.
 */
export type PathVerdict = 'clear' | 'blackhole' | 'reduced' | 'unknown';

/** One direction of the path. */
export interface PathSweep {
  readonly rows: readonly PathRow[];
  /** IP packet sizes; null where none passed or failed. */
  readonly largestPassing: number | null;
  readonly smallestFailing: number | null;
  /** Bytes; exact where the two neighbours are known, null otherwise. */
  readonly pathMtu: number | null;
  readonly verdict: PathVerdict;
  /** A stable id, or an id and a sentence (`flight-too-small: …`); null with a verdict that needs none. */
  readonly reason: string | null;
}

export interface MssValue {
  /** From here to the target. */
  readonly outbound: PathSweep;
  /** From the target to here. */
  readonly inbound: PathSweep;
}

/** One TTL of a trace. */
export interface TraceRow {
  /** TTL, or hop limit, with which the hello left; the connection itself was opened with the usual one. */
  readonly ttl: number;
  /** Who answered: the sender of the ICMP error, or the target's address; null when nobody did. */
  readonly from: string | null;
  readonly reply: Reply;
  readonly icmp: { readonly type: number; readonly code: number } | null;
}
export type TraceValue = readonly TraceRow[];

export interface PmtudValue {
  /** Whether an ICMP "fragmentation needed" (ICMPv6 "packet too big") came, or the route's MTU was seen to shrink; null when no packet was too large for the path. */
  readonly icmpSeen: boolean | null;
  /** Sender of the ICMP error; null where only its effect was seen. */
  readonly from: string | null;
  /** MTU it named, bytes. */
  readonly mtu: number | null;
  /** Packets that were too large for the path and went out with DF set; the claim `icmpSeen: false` needs three. */
  readonly oversize: number;
}

export interface FragmentsValue {
  /** Hellos sent as IP fragments. */
  readonly sent: number;
  /** Of those, how many were answered. */
  readonly answered: number;
  readonly verdict: 'pass' | 'dropped' | 'unknown';
}

export interface ResetOriginValue {
  readonly synAck: { readonly ttl: number; readonly ipId: number | null; readonly window?: number };
  /** Null when no RST came. */
  readonly reset: { readonly ttl: number; readonly ipId: number | null; readonly window: number } | null;
  /** False when the RST's TTL cannot be that of the machine that answered the SYN; null when it proves nothing. */
  readonly sameHost: boolean | null;
}
