/** From the table to facts. */

import { firstFinOf, sentAfterFin } from './closing.ts';
import type { DirectionFacts, TcpFacts } from './facts.ts';
import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, number, state, word, wordsOf } from './layout.ts';
import { largestAcked, lostSegment } from './losses.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import type { Reassembly } from './reassembly.ts';
import { initiatorOf } from './setup.ts';
import type { FlowTable } from './table.ts';

export function factsOf(table: FlowTable, reassembly: Reassembly, flow: number): TcpFacts {
  const { words, coldWords, numbers, coldNumbers } = table;
  const row = flow * word.stride;
  const cold = flow * coldWord.stride;
  const upper = cold + coldWord.upper;
  const coldTimes = flow * coldNumber.stride;
  const flowState = words[row + word.state]!;
  const has = (bits: number): boolean => (flowState & bits) !== 0;
  const ports = words[row + word.ports]!;
  const mss = (direction: number): number | null => coldWords[cold + coldWord.mss + direction]! || null;
  const fin = (direction: number): boolean => (words[wordsOf(flow, direction) + word.mark]! & mark.fin) !== 0;
  return {
    a0: coldWords[upper]! >>> 0,
    a1: coldWords[upper + 1]! >>> 0,
    a2: coldWords[upper + 2]! >>> 0,
    a3: words[row + word.a]! >>> 0,
    b0: coldWords[upper + 3]! >>> 0,
    b1: coldWords[upper + 4]! >>> 0,
    b2: coldWords[upper + 5]! >>> 0,
    b3: words[row + word.b]! >>> 0,
    portA: ports >>> 16,
    portB: ports & 0xffff,
    initiator: initiatorOf(table, flow),
    firstPacket: coldWords[cold + coldWord.firstPacket]! >>> 0,
    lastPacket: words[row + word.lastPacket]! >>> 0,
    firstTime: coldNumbers[coldTimes + coldNumber.firstTime]!,
    lastTime: numbers[flow * number.stride + number.lastTime]!,
    syns: coldWords[cold + coldWord.syns]!,
    synPacket: has(state.synSeen) ? coldWords[cold + coldWord.synPacket]! >>> 0 : null,
    synAck: has(state.synAckSeen)
      ? {
          packet: coldWords[cold + coldWord.synAckPacket]! >>> 0,
          time: coldNumbers[coldTimes + coldNumber.synAckTime]!,
          ttl: coldWords[cold + coldWord.synAckTtl]!,
          ipId: identification(coldWords[cold + coldWord.synAckId]!),
        }
      : null,
    synAcks: coldWords[cold + coldWord.synAcks]!,
    mss: [mss(0), mss(1)],
    timestamps: agreed(flowState, state.synTimestamps, state.synAckTimestamps),
    sackPermitted: agreed(flowState, state.synSack, state.synAckSack),
    reset: has(state.resetSeen)
      ? {
          from: has(state.resetFromB) ? 1 : 0,
          packet: coldWords[cold + coldWord.resetPacket]! >>> 0,
          ttl: coldWords[cold + coldWord.resetHeader]! & 0xff,
          ipId: identification(coldWords[cold + coldWord.resetId]!),
          window: coldWords[cold + coldWord.resetHeader]! >>> 8,
          refused: has(state.refused),
          contradicted: has(state.resetPlaced) && wentOn(table, flow, has(state.resetFromB) ? 1 : 0),
        }
      : null,
    fin: [fin(0), fin(1)],
    firstFin: firstFinOf(table, flow),
    sentAfterFin: sentAfterFin(table, flow),
    directions: [directionOf(table, reassembly, flow, 0), directionOf(table, reassembly, flow, 1)],
  };
}

/** What lies below the number of the RST may have been captured late. */
function wentOn({ words, coldWords }: FlowTable, flow: number, direction: 0 | 1): boolean {
  const resetSequence = coldWords[flow * coldWord.stride + coldWord.resetSequence]!;
  return ((words[wordsOf(flow, direction) + word.high]! - resetSequence) | 0) > 0;
}

function directionOf(table: FlowTable, reassembly: Reassembly, flow: number, direction: 0 | 1): DirectionFacts {
  const { words, coldWords, coldNumbers } = table;
  const marks = words[wordsOf(flow, direction) + word.mark]!;
  const cold = coldNumbersOf(flow, direction);
  const high = highOffset(table, flow, direction);
  const acked = ackedOffset(table, flow, direction);
  const snapped = coldNumbers[cold + coldNumber.snapped]!;
  const lost = coldNumbers[cold + coldNumber.lost]!;
  const holes = reassembly.holes(flow, direction, high);
  // One number above the last byte is the FIN, seen or not.
  const unseen = acked > high + 1 ? acked - high : 0;
  return {
    seen: (marks & mark.seen) !== 0,
    bytes: high - holes - lost,
    acked: acked < 0 ? null : Math.min(acked, high + unseen),
    retransmissions: coldWords[coldWordsOf(flow, direction) + coldWord.retransmissions]!,
    retransmittedBytes: coldNumbers[cold + coldNumber.retransmittedBytes]!,
    tailSacked: (marks & mark.tailSacked) !== 0,
    missing: holes + lost + snapped + unseen,
    missingAcked:
      reassembly.holes(flow, direction, acked) + coldNumbers[cold + coldNumber.lostAcked]! + snapped + unseen,
    lostSegment: lostSegment(table, flow, direction),
    largestAcked: largestAcked(table, flow, direction),
    snapped: (marks & mark.snapped) !== 0,
  };
}

/** An option that counts only when both SYNs have it. */
function agreed(flowState: number, inSyn: number, inSynAck: number): boolean | null {
  const has = (bits: number): boolean => (flowState & bits) !== 0;
  if (has(state.synSeen) && !has(inSyn)) return false;
  return has(state.synAckSeen) ? has(inSynAck) : null;
}

function identification(id: number): number | null {
  return id < 0 ? null : id;
}
