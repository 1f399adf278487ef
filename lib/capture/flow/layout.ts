/**
 * Where the table keeps what. A flow has one row of 64 bytes, a cache line, with all that a plain segment touches, since with 16,000
 * flows nearly every access is a cache miss and their number is what counts; the rest is in two more arrays.
 *
 * Hot code copies the numbers it needs into constants of its own module: those the compiler folds, imported ones it loads each time
 * (measured: 7 instead of 3.5 ns for eight accesses).
 */

/** `words` (32-bit, signed); those of a direction are at `direction0 + direction * directionWords`. */
export const word = {
  stride: 16,
  /** Lowest 32 bits of the addresses, and both ports as `a << 16 | b`. */
  a: 0,
  b: 1,
  ports: 2,
  /** See `state`. */
  state: 3,
  lastPacket: 4,
  direction0: 8,
  directionWords: 4,
  /** Within a direction: sequence number that follows the highest one seen. */
  high: 0,
  /** Highest acknowledgement number of the other side; means nothing without `mark.acked`, or with `mark.ackedFar`. */
  acked: 1,
  /** See `mark`. */
  mark: 2,
  /** Upper half: window that this side announced last. Lower half: payload length above which a segment is of interest for `largestAcked`. */
  limits: 3,
} as const;

/** `numbers` (64-bit floating point), the same memory as `words`. */
export const number = {
  stride: 8,
  lastTime: 3,
} as const;

/** `coldWords` (32-bit, signed). */
export const coldWord = {
  stride: 50,
  /** Upper words of the addresses: a0, a1, a2, b0, b1, b2. */
  upper: 0,
  hash: 6,
  firstPacket: 7,
  syns: 8,
  synPacket: 9,
  synAckPacket: 10,
  synAcks: 11,
  synAckTtl: 12,
  synAckId: 13,
  /** Two: by direction; 0 when not announced. */
  mss: 14,
  resetPacket: 16,
  /** Window and TTL as `window << 8 | ttl`. */
  resetHeader: 17,
  resetId: 18,
  /** Its own sequence number, or `high` at that time where that is more; without `state.resetPlaced` what it acknowledges. */
  resetSequence: 19,
  direction0: 20,
  directionWords: 14,
  /**
   * Within a direction: where the segment begins that was sent again last, its length (upper half) and the least that it had before (lower
   * half), and how often it was seen.
   */
  repeatedAt: 0,
  repeatedLengths: 1,
  repeatedTimes: 2,
  largestAcked: 3,
  /** Up to three segments that may become the largest acknowledged one: their end and their length, both growing. */
  candidates: 4,
  /** Sequence number of the first byte, and how often 2^32 was passed since. */
  base: 10,
  wraps: 11,
  retransmissions: 12,
  /** Sequence number at which a segment that was out of window would go on. */
  stray: 13,
  /** Not of a direction: `high` of the side that did not send the first FIN, when that was sent, and what the FIN captured first acknowledges. */
  peerAtFin: 48,
  ackAtFin: 49,
} as const;

/** `coldNumbers` (64-bit floating point). */
export const coldNumber = {
  stride: 14,
  firstTime: 0,
  synAckTime: 1,
  direction0: 2,
  directionNumbers: 6,
  /** Within a direction. */
  retransmittedBytes: 0,
  /** Holes that are not followed any more, and what was acknowledged of them. */
  lost: 1,
  lostAcked: 2,
  snapped: 3,
  /** Where the FIN stands. */
  fin: 4,
  /** With `mark.ackedFar`: offset up to which all was acknowledged. */
  ackedFar: 5,
} as const;

/** Bits of a flow's state. */
export const state = {
  /** 0 unknown, 1 endpoint a, 2 endpoint b. */
  initiator: 3,
  /** It ended; what still comes is counted only. */
  dead: 1 << 2,
  synSeen: 1 << 3,
  synAckSeen: 1 << 4,
  synTimestamps: 1 << 5,
  synAckTimestamps: 1 << 6,
  synSack: 1 << 7,
  synAckSack: 1 << 8,
  version6: 1 << 9,
  resetSeen: 1 << 10,
  resetFromB: 1 << 11,
  refused: 1 << 12,
  /** 0 unknown, 1 << 13 direction 0, 1 << 14 direction 1. */
  firstFin: 3 << 13,
  firstFinShift: 13,
  /** The sequence numbers of the RST's sender were known when it came, and are the same since. */
  resetPlaced: 1 << 15,
  /** Another flow between the same ports goes on beside it, see pairs.ts. */
  paired: 1 << 16,
  /** The SYN had data (TCP Fast Open, RFC 7413). */
  synData: 1 << 17,
} as const;

/** Bits of a direction's mark. */
export const mark = {
  /** An `Interest`. */
  interest: 7,
  /** The first sequence number is known. */
  open: 1 << 3,
  /** It is known from a SYN. */
  syn: 1 << 4,
  /** It was taken from a segment without data, which may have been a keep-alive. */
  provisional: 1 << 5,
  /** With interest in the stream: bytes are awaited below `high`. */
  waiting: 1 << 6,
  fin: 1 << 7,
  snapped: 1 << 8,
  tailSacked: 1 << 9,
  /** Number of candidates. */
  candidates: 3 << 10,
  candidatesShift: 10,
  /** It sent a segment. */
  seen: 1 << 12,
  /** Something of it was acknowledged. */
  acked: 1 << 13,
  /** That is so far below `high` that sequence numbers cannot tell. */
  ackedFar: 1 << 14,
} as const;

/** Where a direction's part of `words` begins. */
export function wordsOf(flow: number, direction: number): number {
  return flow * word.stride + word.direction0 + direction * word.directionWords;
}

export function coldWordsOf(flow: number, direction: number): number {
  return flow * coldWord.stride + coldWord.direction0 + direction * coldWord.directionWords;
}

export function coldNumbersOf(flow: number, direction: number): number {
  return flow * coldNumber.stride + coldNumber.direction0 + direction * coldNumber.directionNumbers;
}
