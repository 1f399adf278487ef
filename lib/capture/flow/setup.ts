/** How connections come up and are torn down: SYN, SYN-ACK and RST, and whether they belong to the flow that is known. */

import type { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import { coldNumber, coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import { countRetransmission } from './losses.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import type { TcpOptions } from './options.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

/** A RST may be so far above what was seen; scaled windows are larger, but no host uses them to the full before a RST. */
const maxResetAhead = 2 ** 24;

/** True when a SYN is of another connection on the same ports, so that a new flow begins. */
export function synStartsAnew(table: FlowTable, flow: number, direction: Direction, seq: number): boolean {
  const { words } = table;
  if ((words[wordsOf(flow, direction) + word.mark]! & mark.open) !== 0) {
    return firstSequence(table, flow, direction) !== ((seq + 1) | 0);
  }
  if (isAnsweredBefore(table, flow, direction, seq)) return false;
  // A SYN the other way at the same time (RFC 9293 §3.5) is of the same connection.
  const before = words[flow * word.stride + word.state]!;
  return (before & (state.dead | state.resetSeen | state.synSeen | state.synAckSeen)) !== state.synSeen;
}

/** True when all that is known of a flow is a RST that answers this SYN: the capture has the two in the wrong order. */
export function isAnsweredBefore(table: FlowTable, flow: number, direction: Direction, seq: number): boolean {
  const { words, coldWords } = table;
  const before = words[flow * word.stride + word.state]!;
  const known = state.dead | state.resetSeen | state.resetPlaced | state.synSeen | state.synAckSeen;
  if ((before & known) !== state.resetSeen || ((before & state.resetFromB) !== 0) === (direction === 1)) return false;
  return coldWords[flow * coldWord.stride + coldWord.resetSequence] === ((seq + 1) | 0);
}

/** The same for a SYN-ACK, whose SYN is not in the capture then. One that answers the known SYN may have any number. */
export function synAckStartsAnew(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  ack: number,
): boolean {
  const { words } = table;
  const other: Direction = direction === 0 ? 1 : 0;
  const answersSyn = (words[wordsOf(flow, other) + word.mark]! & mark.syn) !== 0;
  if (answersSyn && firstSequence(table, flow, other) === ack) return false;
  const marks = words[wordsOf(flow, direction) + word.mark]!;
  const over = (words[flow * word.stride + word.state]! & (state.dead | state.resetSeen)) !== 0;
  if ((marks & mark.open) === 0) return over;
  return firstSequence(table, flow, direction) !== ((seq + 1) | 0) && (over || (marks & mark.syn) === 0);
}

/** The first sequence number of a direction. @param bits `mark.syn` or `mark.provisional`, by how it is known */
export function begin(table: FlowTable, flow: number, direction: Direction, seq: number, bits: number): void {
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  const cold = coldWordsOf(flow, direction);
  words[side + word.high] = seq;
  coldWords[cold + coldWord.base] = seq;
  coldWords[cold + coldWord.wraps] = 0;
  const below = ((words[side + word.acked]! - seq) | 0) < 0;
  const forgotten = mark.provisional | (below ? mark.acked : 0);
  words[side + word.mark] = (words[side + word.mark]! & ~forgotten) | mark.open | bits;
  const row = flow * word.stride;
  words[row + word.state] = words[row + word.state]! & ~state.resetPlaced;
}

/** A SYN, with the options it has. */
export function takeSyn(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  packet: Packet,
  options: TcpOptions,
): void {
  openBySyn(table, flow, direction, seq, noteSyn(table, flow, direction, packet, options));
}

/** A SYN-ACK. @returns false when it cannot be of this connection: it does not acknowledge the SYN */
export function takeSynAck(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  ack: number,
  packet: Packet,
  d: Datagram,
  options: TcpOptions,
): boolean {
  const { words } = table;
  const other: Direction = direction === 0 ? 1 : 0;
  const side = wordsOf(flow, direction);
  if (!acknowledgesSyn(table, flow, other, ack)) return false;
  if ((words[side + word.mark]! & mark.open) !== 0 && words[side + word.high] !== ((seq + 1) | 0)) {
    // A listener without state may choose another number each time; the one that is acknowledged counts.
    const unused = highOffset(table, flow, direction) === 0 && ackedOffset(table, flow, direction) < 0;
    if (unused) begin(table, flow, direction, (seq + 1) | 0, mark.syn);
  }
  openBySyn(table, flow, direction, seq, noteSynAck(table, flow, direction, packet, d, options));
  if ((words[wordsOf(flow, other) + word.mark]! & mark.open) === 0) begin(table, flow, other, ack, mark.syn);
  return true;
}

function openBySyn(table: FlowTable, flow: number, direction: Direction, seq: number, first: boolean): void {
  const { words } = table;
  const side = wordsOf(flow, direction);
  if ((words[side + word.mark]! & mark.open) === 0) begin(table, flow, direction, (seq + 1) | 0, mark.syn);
  else words[side + word.mark] = words[side + word.mark]! | mark.syn;
  if (!first) countRetransmission(table, flow, direction);
}

/** @returns false when it was seen before */
function noteSyn(table: FlowTable, flow: number, direction: Direction, packet: Packet, options: TcpOptions): boolean {
  const { words, coldWords } = table;
  const row = flow * word.stride;
  const cold = flow * coldWord.stride;
  if ((words[row + word.state]! & state.initiator) === 0) setInitiator(words, row, direction);
  if (initiatorOf(table, flow) !== direction) {
    coldWords[cold + coldWord.mss + direction] = options.mss;
    return true;
  }
  const again = (words[row + word.state]! & state.synSeen) !== 0;
  coldWords[cold + coldWord.syns] = coldWords[cold + coldWord.syns]! + 1;
  if (again) return false;
  coldWords[cold + coldWord.synPacket] = packet.number;
  coldWords[cold + coldWord.mss + direction] = options.mss;
  words[row + word.state] =
    words[row + word.state]! |
    state.synSeen |
    (options.timestamps ? state.synTimestamps : 0) |
    (options.sackPermitted ? state.synSack : 0);
  return true;
}

/** @returns false when it was seen before */
function noteSynAck(
  table: FlowTable,
  flow: number,
  direction: Direction,
  packet: Packet,
  d: Datagram,
  options: TcpOptions,
): boolean {
  const { words, coldWords, coldNumbers } = table;
  const row = flow * word.stride;
  const cold = flow * coldWord.stride;
  if ((words[row + word.state]! & state.initiator) === 0) setInitiator(words, row, direction === 0 ? 1 : 0);
  coldWords[cold + coldWord.synAcks] = coldWords[cold + coldWord.synAcks]! + 1;
  if ((words[row + word.state]! & state.synAckSeen) !== 0) return false;
  coldWords[cold + coldWord.synAckPacket] = packet.number;
  coldWords[cold + coldWord.mss + direction] = options.mss;
  words[row + word.state] =
    words[row + word.state]! |
    state.synAckSeen |
    (options.timestamps ? state.synAckTimestamps : 0) |
    (options.sackPermitted ? state.synAckSack : 0);
  coldWords[cold + coldWord.synAckTtl] = d.ttl;
  coldWords[cold + coldWord.synAckId] = d.id;
  coldNumbers[flow * coldNumber.stride + coldNumber.synAckTime] = packet.time;
  return true;
}

/**
 * True when a RST fits what is known: in answer to a SYN it acknowledges it (RFC 9293 §3.10.7.3), else its number is not below what
 * was acknowledged and not far above what was seen. Others are ignored by their receiver, and by us.
 */
export function resetFits(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  ack: number | null,
): boolean {
  const { words } = table;
  const side = wordsOf(flow, direction);
  if ((words[side + word.mark]! & mark.open) === 0) {
    const other: Direction = direction === 0 ? 1 : 0;
    const peer = wordsOf(flow, other);
    if ((words[peer + word.mark]! & mark.syn) === 0) return true;
    return ack !== null && acknowledgesSyn(table, flow, other, ack);
  }
  const high = highOffset(table, flow, direction);
  const acked = ackedOffset(table, flow, direction);
  const offset = high + ((seq - words[side + word.high]!) | 0);
  return offset >= acked - 1 && offset <= Math.max(high, acked) + maxResetAhead;
}

/**
 * The RST of a closed socket takes its number from the segment that it answers (RFC 9293 §3.10.7.1), below what was sent already: only
 * bytes beyond both are such that its sender cannot have sent.
 */
export function noteReset(
  table: FlowTable,
  flow: number,
  direction: Direction,
  seq: number,
  ack: number | null,
  packet: Packet,
  d: Datagram,
  window: number,
): void {
  const { words, coldWords } = table;
  const row = flow * word.stride;
  const cold = flow * coldWord.stride;
  const before = words[row + word.state]!;
  const side = wordsOf(flow, direction);
  const opened = (words[side + word.mark]! & mark.open) !== 0;
  const high = words[side + word.high]!;
  // Data that came without the SYN follows a SYN-ACK that is not in the capture.
  const onlySyn = (before & state.synData) !== 0 || highOffset(table, flow, 1 - direction) === 0;
  const answersSyn = (before & state.synSeen) !== 0 && !opened && onlySyn && initiatorOf(table, flow) !== direction;
  coldWords[cold + coldWord.resetPacket] = packet.number;
  words[row + word.state] =
    before |
    state.resetSeen |
    (direction === 1 ? state.resetFromB : 0) |
    (answersSyn ? state.refused : 0) |
    (opened ? state.resetPlaced : 0);
  coldWords[cold + coldWord.resetHeader] = (window << 8) | d.ttl;
  coldWords[cold + coldWord.resetId] = d.id;
  coldWords[cold + coldWord.resetSequence] = opened ? (((seq - high) | 0) > 0 ? seq : high) : (ack ?? 0);
}

/** True when `ack` acknowledges the SYN of `direction` (with or without data in it), or anything as long as no SYN of it was seen. */
function acknowledgesSyn(table: FlowTable, flow: number, direction: Direction, ack: number): boolean {
  const { words } = table;
  const side = wordsOf(flow, direction);
  if ((words[side + word.mark]! & mark.syn) === 0) return true;
  const high = highOffset(table, flow, direction);
  const offset = high + ((ack - words[side + word.high]!) | 0);
  return offset >= 0 && offset <= high;
}

/** Direction of the SYN, as far as it is known. */
export function initiatorOf(table: FlowTable, flow: number): Direction | null {
  const initiator = table.words[flow * word.stride + word.state]! & state.initiator;
  return initiator === 0 ? null : initiator === 1 ? 0 : 1;
}

/** Sequence number of the first byte of a direction. */
function firstSequence(table: FlowTable, flow: number, direction: Direction): number {
  return table.coldWords[coldWordsOf(flow, direction) + coldWord.base]!;
}

function setInitiator(words: Int32Array, row: number, direction: Direction): void {
  words[row + word.state] = words[row + word.state]! | (direction + 1);
}
