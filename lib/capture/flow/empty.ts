/** Flows without a byte: spare connections, health checks, servers that hang up at once, and SYN-ACKs that do not arrive. */

import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import { initiatorOf } from './setup.ts';
import type { FlowTable } from './table.ts';

/** See `TcpTracker`. */
export function isEmpty(table: FlowTable, flow: number): boolean {
  const flowState = table.words[flow * word.stride + word.state]!;
  if ((flowState & state.synAckSeen) === 0 || (flowState & (state.resetSeen | state.firstFin)) === 0) return false;
  return initiatorOf(table, flow) !== null && saidNothing(table, flow, 0) && saidNothing(table, flow, 1);
}

/** See `TcpTracker`. */
export function isUnacknowledged(table: FlowTable, flow: number): boolean {
  const flowState = table.words[flow * word.stride + word.state]!;
  const answered = state.synSeen | state.synAckSeen;
  if ((flowState & (answered | state.resetSeen | state.firstFin)) !== answered) return false;
  if (table.coldWords[flow * coldWord.stride + coldWord.synAcks]! < leastSynAcks) return false;
  const client = initiatorOf(table, flow);
  if (client === null || highOffset(table, flow, client) > 0) return false;
  return highOffset(table, flow, 1 - client) === 0 && ackedOffset(table, flow, 1 - client) < 0;
}

const leastSynAcks = 3;

/** FIN and RST bear the number that follows what their sender said, whether the capture has that or not. */
function saidNothing(table: FlowTable, flow: number, direction: 0 | 1): boolean {
  const { words, coldWords, coldNumbers } = table;
  const marks = words[wordsOf(flow, direction) + word.mark]!;
  const seenFromSyn = mark.seen | mark.open | mark.syn;
  if ((marks & seenFromSyn) !== seenFromSyn || highOffset(table, flow, direction) > 0) return false;
  const hasFin = (marks & mark.fin) !== 0;
  if (hasFin && coldNumbers[coldNumbersOf(flow, direction) + coldNumber.fin]! > 0) return false;
  if (ackedOffset(table, flow, direction) > (hasFin ? 1 : 0)) return false;
  const flowState = words[flow * word.stride + word.state]!;
  const resets = (flowState & state.resetSeen) !== 0 && ((flowState & state.resetFromB) !== 0) === (direction === 1);
  if (!resets || (flowState & state.resetPlaced) === 0) return true;
  const base = coldWords[coldWordsOf(flow, direction) + coldWord.base]!;
  return ((coldWords[flow * coldWord.stride + coldWord.resetSequence]! - base) | 0) <= (hasFin ? 1 : 0);
}
