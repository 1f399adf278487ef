/** Flows to which nothing happened: they came up, and every byte went by once. Nearly all are like this, and little tells them apart. */

import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import type { Reassembly } from './reassembly.ts';
import type { FlowTable } from './table.ts';

/** Filled anew for each flow that is asked about. */
export class PlainFlow {
  /** Lowest 32 bits of the addresses of endpoints a and b. */
  a = 0;
  b = 0;
  portA = 0;
  portB = 0;
  /** Milliseconds since 1970. */
  firstTime = 0;
  /** MSS option of each direction's SYN; 0 when not announced. */
  mssA = 0;
  mssB = 0;
  /** Who opened it, and who ended it in which way; equal numbers mean the same. */
  course = 0;
}

/** Of the state, what `PlainFlow.course` tells. */
const courseBits = state.initiator | state.resetSeen | state.resetFromB | state.firstFin;

/**
 * @returns false for a flow of IPv6, one whose beginning was not seen, or one with anything that `TcpFacts` would tell of its path: repeated,
 * lost or snapped bytes, acknowledged ones that did not go by, SACKs above a hole, bytes after a RST
 */
export function readPlain(table: FlowTable, reassembly: Reassembly, flow: number, plain: PlainFlow): boolean {
  const { words, coldWords, coldNumbers } = table;
  const row = flow * word.stride;
  const flowState = words[row + word.state]!;
  const came = (flowState & (state.synSeen | state.synAckSeen)) !== 0 && (flowState & state.initiator) !== 0;
  if (!came || (flowState & (state.version6 | state.refused)) !== 0) return false;
  if (!isWhole(table, reassembly, flow, 0) || !isWhole(table, reassembly, flow, 1)) return false;
  const cold = flow * coldWord.stride;
  if ((flowState & state.resetSeen) !== 0) {
    const from = (flowState & state.resetFromB) !== 0 ? 1 : 0;
    const high = words[wordsOf(flow, from) + word.high]!;
    if (((high - coldWords[cold + coldWord.resetSequence]!) | 0) > 0) return false;
  }
  const ports = words[row + word.ports]!;
  plain.a = words[row + word.a]!;
  plain.b = words[row + word.b]!;
  plain.portA = ports >>> 16;
  plain.portB = ports & 0xffff;
  plain.firstTime = coldNumbers[flow * coldNumber.stride + coldNumber.firstTime]!;
  plain.mssA = coldWords[cold + coldWord.mss]!;
  plain.mssB = coldWords[cold + coldWord.mss + 1]!;
  plain.course = flowState & courseBits;
  return true;
}

function isWhole(table: FlowTable, reassembly: Reassembly, flow: number, direction: 0 | 1): boolean {
  const { words, coldWords, coldNumbers } = table;
  const marks = words[wordsOf(flow, direction) + word.mark]!;
  if ((marks & (mark.seen | mark.snapped | mark.tailSacked | mark.waiting)) !== mark.seen) return false;
  if (coldWords[coldWordsOf(flow, direction) + coldWord.retransmissions]! > 0) return false;
  const cold = coldNumbersOf(flow, direction);
  if (coldNumbers[cold + coldNumber.lost]! > 0 || coldNumbers[cold + coldNumber.snapped]! > 0) return false;
  const high = highOffset(table, flow, direction);
  const acked = ackedOffset(table, flow, direction);
  // One number above the last byte is a FIN; a FIN that was not captured is no plain end.
  const fin = (marks & mark.fin) === 0 ? 0 : 1;
  return acked <= high + fin && reassembly.holes(flow, direction, Math.max(high, acked)) === 0;
}
