/** What acknowledgements and repeated segments tell of a path: what was acknowledged, what is sent in vain, what arrived above a hole. */

import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

/** Sent without offload by a host whose peer announced no MSS: an Ethernet frame of IPv4 or IPv6. */
const ethernetPayload4 = 1460;
const ethernetPayload6 = 1440;
const maxCandidates = 3;
/** An acknowledgement may be so far above what was seen when the capture lost packets; above that it belongs to other data. */
const maxUnseen = 2 ** 26;

/**
 * `ack` acknowledges bytes of `direction`, whose first sequence number is known.
 * @param noted it is the highest so far, and was noted as that
 */
export function acknowledge(table: FlowTable, flow: number, direction: Direction, ack: number, noted = false): void {
  if (!noted && !noteAcked(table, flow, direction, ack)) return;
  const marks = table.words[wordsOf(flow, direction) + word.mark]!;
  if ((marks & mark.candidates) !== 0) creditCandidates(table, flow, direction, ack);
}

/** @returns false when it says nothing new */
function noteAcked(table: FlowTable, flow: number, direction: Direction, ack: number): boolean {
  const { words } = table;
  const side = wordsOf(flow, direction);
  const high = highOffset(table, flow, direction);
  const before = ackedOffset(table, flow, direction);
  const offset = high + ((ack - words[side + word.high]!) | 0);
  if (offset <= before || offset > Math.max(high, before) + maxUnseen) return false;
  words[side + word.acked] = ack;
  words[side + word.mark] = (words[side + word.mark]! & ~mark.ackedFar) | mark.acked;
  return true;
}

/**
 * A segment in order whose payload is larger than all that are in the running for `largestAcked`. Larger than the receiver's MSS (or an
 * Ethernet frame) means that the host's offload cut it up or put it together: it says nothing of the path.
 */
export function noteLargest(table: FlowTable, flow: number, direction: Direction, length: number, end: number): void {
  if (length > largestOnWire(table, flow, direction)) return;
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  const cold = coldWordsOf(flow, direction);
  const count = (words[side + word.mark]! & mark.candidates) >> mark.candidatesShift;
  const at = cold + coldWord.candidates + 2 * Math.min(count, maxCandidates - 1);
  coldWords[at] = end;
  coldWords[at + 1] = length;
  setLargest(words, side, length);
  setCandidates(words, side, Math.min(count + 1, maxCandidates));
}

/**
 * Bytes that were seen before, in a segment [start, end) (offsets in the stream) of sequence number `seq`.
 * @param seen how many of its bytes @param high end of what was seen before this segment
 */
export function noteRepeated(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  start: number,
  end: number,
  seen: number,
  high: number,
): void {
  const { coldNumbers } = table;
  const acked = ackedOffset(table, flow, direction);
  const length = end - start;
  if (seen === 1) {
    // A keep-alive (RFC 9293 §3.8.4); a probe of a zero window (§3.8.6.1), and the segment that follows it when it opens.
    const keepAlive = length === 1 && end === high && acked >= high;
    const probe = length === 1 && windowOf(table, flow, 1 - direction) === 0;
    if (keepAlive || probe || length > 1) return;
  }
  countRetransmission(table, flow, direction);
  const coldRow = coldNumbersOf(flow, direction);
  coldNumbers[coldRow + coldNumber.retransmittedBytes] = coldNumbers[coldRow + coldNumber.retransmittedBytes]! + seen;
  withdrawCandidates(table, flow, direction, seq, length);
  if (start !== acked || seen < length || length > largestOnWire(table, flow, direction)) return;
  noteRepeatedHead(table, flow, direction, seq, length);
}

/** The first bytes that were not acknowledged, again: in a segment of the same size or, cut anew or put together with what follows, of another. */
function noteRepeatedHead(table: FlowTable, flow: number, direction: Direction, seq: number, length: number): void {
  const { coldWords } = table;
  const cold = coldWordsOf(flow, direction);
  const lengths = coldWords[cold + coldWord.repeatedLengths]!;
  const again = coldWords[cold + coldWord.repeatedAt] === seq && lengths !== 0;
  const least = again
    ? Math.min(lengths & 0xffff, lengths >>> 16)
    : Math.min(length, firstLengthAt(table, flow, direction, seq) ?? length);
  coldWords[cold + coldWord.repeatedAt] = seq;
  coldWords[cold + coldWord.repeatedLengths] = (length << 16) | least;
  coldWords[cold + coldWord.repeatedTimes] = again ? coldWords[cold + coldWord.repeatedTimes]! + 1 : 2;
}

/** Length of the segment in the running that began at `seq`: two such may have been put together since. */
function firstLengthAt(table: FlowTable, flow: number, direction: Direction, seq: number): number | null {
  const { words, coldWords } = table;
  const first = coldWordsOf(flow, direction) + coldWord.candidates;
  const count = (words[wordsOf(flow, direction) + word.mark]! & mark.candidates) >> mark.candidatesShift;
  for (let at = first; at < first + 2 * count; at += 2) {
    if (((coldWords[at]! - coldWords[at + 1]!) | 0) === seq) return coldWords[at + 1]!;
  }
  return null;
}

/** SACK blocks (RFC 2018 §3) at `bytes[at]`, `length` bytes, in a segment that acknowledges `ack` of `direction`. */
export function noteSack(
  table: FlowTable,
  flow: number,
  direction: Direction,
  ack: number,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  const { words } = table;
  const side = wordsOf(flow, direction);
  const high = words[side + word.high]!;
  const blocks = (length / 8) | 0;
  for (let block = 0; block < blocks; block++) {
    const left = u32(bytes, at + 8 * block);
    const right = u32(bytes, at + 8 * block + 4);
    const aboveHole = ((left - ack) | 0) > 0 && ((right - left) | 0) > 0 && ((right - high) | 0) <= 0;
    if (!aboveHole) continue;
    // RFC 2883 §4: a first block within the second tells of a duplicate.
    const within =
      block === 0 && blocks > 1 && ((left - u32(bytes, at + 8)) | 0) >= 0 && ((right - u32(bytes, at + 12)) | 0) <= 0;
    if (!within) words[side + word.mark] = words[side + word.mark]! | mark.tailSacked;
  }
}

/** See `DirectionFacts.lostSegment`. */
export function lostSegment(table: FlowTable, flow: number, direction: Direction): number | null {
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  const cold = coldWordsOf(flow, direction);
  const lengths = coldWords[cold + coldWord.repeatedLengths]!;
  const least = lengths & 0xffff;
  // A last one that is smaller may still be acknowledged: it counts neither as lost nor as one of the three.
  const smallerIsOut = lengths >>> 16 < least ? 1 : 0;
  if (coldWords[cold + coldWord.repeatedTimes]! - smallerIsOut < 3) return null;
  if (windowOf(table, flow, 1 - direction) === 0) return null;
  const at =
    highOffset(table, flow, direction) + ((coldWords[cold + coldWord.repeatedAt]! - words[side + word.high]!) | 0);
  return at === ackedOffset(table, flow, direction) ? least : null;
}

/** See `DirectionFacts.largestAcked`. */
export function largestAcked(table: FlowTable, flow: number, direction: Direction): number | null {
  return table.coldWords[coldWordsOf(flow, direction) + coldWord.largestAcked]! || null;
}

export function countRetransmission(table: FlowTable, flow: number, direction: Direction): void {
  const at = coldWordsOf(flow, direction) + coldWord.retransmissions;
  table.coldWords[at] = table.coldWords[at]! + 1;
}

function windowOf(table: FlowTable, flow: number, direction: number): number {
  return table.words[wordsOf(flow, direction) + word.limits]! >>> 16;
}

function largestOnWire(table: FlowTable, flow: number, direction: Direction): number {
  const mss = table.coldWords[flow * coldWord.stride + coldWord.mss + 1 - direction]!;
  if (mss !== 0) return mss;
  return (table.words[flow * word.stride + word.state]! & state.version6) !== 0 ? ethernetPayload6 : ethernetPayload4;
}

function creditCandidates(table: FlowTable, flow: number, direction: Direction, ack: number): void {
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  const cold = coldWordsOf(flow, direction);
  const first = cold + coldWord.candidates;
  const count = (words[side + word.mark]! & mark.candidates) >> mark.candidatesShift;
  let done = 0;
  while (done < count && ((ack - coldWords[first + 2 * done]!) | 0) >= 0) done++;
  if (done === 0) return;
  coldWords[cold + coldWord.largestAcked] = coldWords[first + 2 * done - 1]!;
  if (done < count) coldWords.copyWithin(first, first + 2 * done, first + 2 * count);
  setCandidates(words, side, count - done);
}

/**
 * What was sent again in other pieces may have arrived as these: a larger candidate that the segment overlaps is none any more, and the
 * segment itself becomes one, if it is the last.
 */
function withdrawCandidates(table: FlowTable, flow: number, direction: Direction, seq: number, length: number): void {
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  const cold = coldWordsOf(flow, direction);
  const first = cold + coldWord.candidates;
  const count = (words[side + word.mark]! & mark.candidates) >> mark.candidatesShift;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const end = coldWords[first + 2 * i]!;
    const size = coldWords[first + 2 * i + 1]!;
    const overlaps = ((end - seq) | 0) > 0 && ((seq + length - (end - size)) | 0) > 0;
    if (overlaps && size > length) continue;
    coldWords[first + 2 * kept] = end;
    coldWords[first + 2 * kept + 1] = size;
    kept++;
  }
  if (kept === count) return;
  setCandidates(words, side, kept);
  const largest = kept > 0 ? coldWords[first + 2 * kept - 1]! : coldWords[cold + coldWord.largestAcked]!;
  setLargest(words, side, largest);
  const last = kept === 0 || ((seq + length - coldWords[first + 2 * kept - 2]!) | 0) > 0;
  if (last && length > largest) noteLargest(table, flow, direction, length, (seq + length) | 0);
}

/** Never above 65,535, since no announced MSS is. */
function setLargest(words: Int32Array, side: number, length: number): void {
  words[side + word.limits] = (words[side + word.limits]! & ~0xffff) | length;
}

function setCandidates(words: Int32Array, side: number, count: number): void {
  words[side + word.mark] = (words[side + word.mark]! & ~mark.candidates) | (count << mark.candidatesShift);
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
