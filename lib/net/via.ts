/** The transports, from least to most privilege, behind one request: which one, and what it is told. JSON-able data. */

/** Kernel TCP. */
export interface KernelVia {
  readonly kind: 'tcp';
  /** TCP_MAXSEG before connect: the MSS that we announce, and the most we send in a segment (timestamps come off it). Needs the ability `tcp-mss`. */
  readonly mss?: number;
}

/** One TCP segment of the first flight, in the order of sending. */
export interface RawSegment {
  /** Bytes of the first flight, from `from` up to (not including) `to`. */
  readonly from: number;
  readonly to: number;
  /** TTL, or hop limit, of this segment only. */
  readonly ttl?: number;
  /** Milliseconds to wait before it is sent. */
  readonly afterMs?: number;
}

/** User-space TCP over raw sockets. Needs the ability `raw`. */
export interface RawVia {
  readonly kind: 'raw';
  /** MSS announced in the SYN; default what the interface's MTU allows; null announces none. */
  readonly mss?: number | null;
  /** Default 64,240. */
  readonly window?: number;
  /** Offer TCP timestamps (RFC 7323); default true. */
  readonly timestamps?: boolean;
  /** Offer SACK (RFC 2018); default true. */
  readonly sackPermitted?: boolean;
  /** TTL, or hop limit, of all packets; default 64. */
  readonly ttl?: number;
  /** Don't Fragment; default true. False lets routers (and `fragments`) cut the packets. */
  readonly dontFragment?: boolean;
  /** First flight in these segments, also out of order, overlapping or repeated; default: in order, as large as the peer's MSS allows. */
  readonly segments?: readonly RawSegment[];
  /** Cut each packet of the first flight into IP fragments with at most this many bytes of IP payload, a multiple of 8. */
  readonly fragmentPayload?: number;
  /** How often an unacknowledged segment is sent again; default 3. */
  readonly retransmissions?: number;
}

export type Via = KernelVia | RawVia;
