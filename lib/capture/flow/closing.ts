/** Which side closed first. Captures of several queues or interfaces may have a FIN late, or not at all: the other side's FIN acknowledges it. */

import { coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

/**
 * The first FIN of a direction.
 * @param end number that follows it @param ack what it acknowledges; null: nothing
 */
export function noteFin(table: FlowTable, flow: number, direction: Direction, end: number, ack: number | null): void {
  const { words, coldWords } = table;
  const row = flow * word.stride;
  const cold = flow * coldWord.stride;
  const other: Direction = direction === 0 ? 1 : 0;
  if ((words[row + word.state]! & state.firstFin) === 0) {
    const high = words[wordsOf(flow, other) + word.high]!;
    setFirst(words, row, direction);
    // What it acknowledges had come, though the capture has it later.
    const later = ack !== null && ((ack - high) | 0) > 0;
    coldWords[cold + coldWord.peerAtFin] = later ? ack : high;
    coldWords[cold + coldWord.ackAtFin] = ack ?? high;
  } else if (((coldWords[cold + coldWord.ackAtFin]! - end) | 0) >= 0) {
    // It comes second in the capture alone. What it does not acknowledge had not come when it was sent.
    setFirst(words, row, direction);
    if (ack !== null) coldWords[cold + coldWord.peerAtFin] = ack;
  }
}

/** Direction that closed first, though its FIN may not be in the capture; null as long as no FIN is. */
export function firstFinOf(table: FlowTable, flow: number): Direction | null {
  const first = noted(table, flow);
  if (first === null || !answersUnseenFin(table, flow, first)) return first;
  return first === 0 ? 1 : 0;
}

/** See `TcpFacts.sentAfterFin`. Behind a FIN that is not in the capture everything may have been. */
export function sentAfterFin(table: FlowTable, flow: number): number {
  const first = noted(table, flow);
  if (first === null) return 0;
  const unseen = answersUnseenFin(table, flow, first);
  const direction = unseen ? first : 1 - first;
  const { words, coldWords } = table;
  const side = wordsOf(flow, direction);
  if ((words[side + word.mark]! & mark.open) === 0) return 0;
  const from = unseen
    ? coldWords[coldWordsOf(flow, direction) + coldWord.base]!
    : coldWords[flow * coldWord.stride + coldWord.peerAtFin]!;
  return Math.max(0, (words[side + word.high]! - from) | 0);
}

/** A FIN takes one number: all that is missing of a direction is what the FIN of the other acknowledges above its last byte. */
function answersUnseenFin({ words, coldWords }: FlowTable, flow: number, first: Direction): boolean {
  const side = wordsOf(flow, 1 - first);
  if ((words[side + word.mark]! & (mark.open | mark.fin)) !== mark.open) return false;
  return ((coldWords[flow * coldWord.stride + coldWord.ackAtFin]! - words[side + word.high]!) | 0) === 1;
}

function noted({ words }: FlowTable, flow: number): Direction | null {
  const first = (words[flow * word.stride + word.state]! & state.firstFin) >> state.firstFinShift;
  return first === 0 ? null : first === 1 ? 0 : 1;
}

function setFirst(words: Int32Array, row: number, direction: Direction): void {
  words[row + word.state] = (words[row + word.state]! & ~state.firstFin) | ((direction + 1) << state.firstFinShift);
}
