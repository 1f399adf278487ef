/** Offsets in a stream, counted from its first byte without wrapping, from the sequence numbers that the table keeps. */

import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, word, wordsOf } from './layout.ts';
import type { FlowTable } from './table.ts';

/** Distance of an acknowledgement below `high` from which on it is kept as an offset: sequence numbers are compared over half of their range. */
const far = 2 ** 29;

/** Offset that `word.high` stands for. */
export function highOffset(table: FlowTable, flow: number, direction: number): number {
  const { words, coldWords } = table;
  const cold = coldWordsOf(flow, direction);
  const high = words[wordsOf(flow, direction) + word.high]! >>> 0;
  return high - (coldWords[cold + coldWord.base]! >>> 0) + coldWords[cold + coldWord.wraps]! * 2 ** 32;
}

/** Offset up to which all was acknowledged; -1: nothing was. */
export function ackedOffset(table: FlowTable, flow: number, direction: number): number {
  const { words } = table;
  const side = wordsOf(flow, direction);
  const marks = words[side + word.mark]!;
  if ((marks & mark.acked) === 0) return -1;
  if ((marks & mark.ackedFar) !== 0) return table.coldNumbers[coldNumbersOf(flow, direction) + coldNumber.ackedFar]!;
  return highOffset(table, flow, direction) + ((words[side + word.acked]! - words[side + word.high]!) | 0);
}

/**
 * Moves `high` up, by less than 2^32. May be written in place as long as the two uppermost bits stay the same, so that what follows from
 * passing 2^32, or from acknowledgements that stay behind, is looked at once in a GiB.
 */
export function advance(table: FlowTable, flow: number, direction: number, to: number): void {
  const { words, coldWords, coldNumbers } = table;
  const side = wordsOf(flow, direction);
  const high = words[side + word.high]!;
  if ((high ^ to) >>> 30 !== 0) {
    const marks = words[side + word.mark]!;
    const acked = ackedOffset(table, flow, direction);
    const distance = highOffset(table, flow, direction) + ((to - high) >>> 0) - acked;
    if ((marks & mark.acked) !== 0 && distance > far) {
      words[side + word.mark] = marks | mark.ackedFar;
      coldNumbers[coldNumbersOf(flow, direction) + coldNumber.ackedFar] = acked;
    }
    const wraps = coldWordsOf(flow, direction) + coldWord.wraps;
    if (to >>> 0 < high >>> 0) coldWords[wraps] = coldWords[wraps]! + 1;
  }
  words[side + word.high] = to;
}
