/** The segment that is simply the next of its direction, or its first, or only acknowledges: nearly all are. */

import type { Packet } from '../packet.ts';
import { interest, type StreamHandler } from './handler.ts';
import { mark, number, state, word } from './layout.ts';
import { acknowledge, noteLargest } from './losses.ts';
import { begin } from './setup.ts';
import type { FlowTable } from './table.ts';

// See layout.ts for why these are copied.
const stride = word.stride;
const stateWord = word.state;
const lastPacketWord = word.lastPacket;
const direction0 = word.direction0;
const directionWords = word.directionWords;
const highWord = word.high;
const ackedWord = word.acked;
const markWord = word.mark;
const limitsWord = word.limits;
const numberStride = number.stride;
const lastTimeNumber = number.lastTime;
/** Of pairs the one that a segment belongs to is chosen elsewhere. */
const apart = state.dead | state.paired;
const interestBits = mark.interest;
/** Of `handshakes` and `laterHandshakes`. */
const onlyHandshakes = interest.handshakes & interest.laterHandshakes;
const openMark = mark.open;
const seenMark = mark.seen;
const ackedMark = mark.acked;
const provisional = mark.provisional;
/** Where a direction begins is known, and not only from a segment without data. */
const settled = mark.open | mark.seen;
const settledBits = settled | mark.provisional;
/** What must be so for data to be simply the next: its place is known, and nothing is awaited before it. */
const nextBits = mark.open | mark.waiting | mark.fin;
/** The same for an acknowledgement: where the one before stands is known. */
const plainAckBits = mark.acked | mark.ackedFar;
const candidateBits = mark.candidates;

const minHeader = 20;
/** In the word of a TCP header that begins with its length. */
const finSynRst = 0x00070000;
const ackFlag = 0x00100000;
/** No-operation twice and timestamps (RFC 7323, appendix A): what nearly every segment has. */
const timestamps = 0x0101080a;
const withTimestamps = 32;
const handshakeRecord = 0x16;

/** What became of a segment. */
export const outcome = {
  /** It is of another kind; nothing was changed. */
  other: 0,
  done: 1,
  /** It was taken into account, and its data is wanted: `give` comes next. */
  wanted: 2,
} as const;

const other = outcome.other;
const done = outcome.done;

export class NextSegments {
  readonly #table: FlowTable;
  readonly #handler: StreamHandler;
  readonly #packet: Packet;

  constructor(table: FlowTable, handler: StreamHandler, packet: Packet) {
    this.#table = table;
    this.#handler = handler;
    this.#packet = packet;
  }

  /**
   * @param key `flow * 2 + direction`
   * @param at TCP header, of which 20 bytes are there @param end of the segment, all of which is there
   * @returns one of `outcome`
   */
  take(key: number, view: DataView, at: number, end: number): number {
    const flow = key >> 1;
    const direction = (key & 1) as 0 | 1;
    const opposite = (1 - direction) as 0 | 1;
    const table = this.#table;
    const { words } = table;
    const row = flow * stride;
    const side = row + direction0 + direction * directionWords;
    const peer = row + direction0 + opposite * directionWords;
    const marks = words[side + markWord]!;
    const control = view.getInt32(at + 12);
    const header = (control >>> 26) & 0x3c;
    const length = end - at - header;
    if ((control & finSynRst) !== 0 || (words[row + stateWord]! & apart) !== 0 || header < minHeader || length < 0)
      return other;
    const seq = view.getInt32(at + 4);
    const next = (seq + length) | 0;
    if (length > 0) {
      // Sequence numbers that pass a quarter of their range are told elsewhere.
      if ((seq ^ next) >>> 30 !== 0) return other;
      if ((marks & nextBits) !== openMark ? (marks & openMark) !== 0 : seq !== words[side + highWord]) return other;
    }
    // What may come late in a capture is computed from the beginning: V8 throws code away when a part of it runs for the first time.
    const ack = view.getInt32(at + 8);
    const options = view.getInt32(at + (header === withTimestamps ? minHeader : 0));
    const peerMarks = words[peer + markWord]!;
    const acked = words[peer + ackedWord]!;
    const high = words[peer + highWord]!;
    const left = (high - ack) | 0;
    const isKnown = left >= 0;
    const isBack = left > ((high - acked) | 0);
    const isFirst = (peerMarks & ackedMark) === 0;
    const isNews = ack !== acked || isFirst;
    const isPlain = (peerMarks & plainAckBits) === ackedMark;
    const isAwaited = (peerMarks & candidateBits) !== 0;
    if ((control & ackFlag) !== 0 && (peerMarks & openMark) !== 0) {
      if (left !== 0 && header > minHeader && (header !== withTimestamps || options !== timestamps)) return other;
      const simply = isPlain && isKnown && !isBack;
      words[peer + ackedWord] = simply ? ack : acked;
      // Whether it is news comes last: the processor cannot predict that.
      if ((!simply || isAwaited) && isNews) acknowledge(table, flow, opposite, ack, simply);
    }
    const packet = this.#packet;
    const largest = words[side + limitsWord]! & 0xffff;
    words[row + lastPacketWord] = packet.number;
    table.numbers[flow * numberStride + lastTimeNumber] = packet.time;
    words[side + limitsWord] = (control << 16) | largest;
    if ((marks & settledBits) !== settled) this.#begin(flow, direction, seq, side, length);
    if (length === 0) return done;
    words[side + highWord] = next;
    if (length > largest) noteLargest(table, flow, direction, length, next);
    const wanted = marks & interestBits;
    if (wanted === 0) return done;
    return (wanted & onlyHandshakes) !== 0 && view.getUint8(at + header) !== handshakeRecord ? done : outcome.wanted;
  }

  /** What `take` said is wanted. Apart from it, because V8 compiles the handler into this, and anew whenever that does something new. */
  give(key: number, bytes: Uint8Array, at: number, end: number): void {
    const flow = key >> 1;
    const direction = (key & 1) as 0 | 1;
    const now = this.#handler.bytes(flow, direction, bytes, at + ((bytes[at + 12]! >> 4) << 2), end);
    const { words } = this.#table;
    const marks = flow * stride + direction0 + direction * directionWords + markWord;
    words[marks] = (words[marks]! & ~interestBits) | now;
  }

  /** The first segment of a direction, or the first with data. */
  #begin(flow: number, direction: 0 | 1, seq: number, side: number, length: number): void {
    const { words } = this.#table;
    if ((words[side + markWord]! & openMark) === 0) begin(this.#table, flow, direction, seq, provisional);
    const marks = words[side + markWord]! | seenMark;
    words[side + markWord] = length === 0 ? marks : marks & ~provisional;
  }
}
