/** Segments that are not simply the next of their direction: late, early, seen before, snapped, or the first of a flow without SYN. */

import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { Delivery } from './delivery.ts';
import { type Disorder, Parts } from './disorder.ts';
import { Disorders } from './disorders.ts';
import { earlyBytes, type Interest, inOrder, interest, type StreamHandler } from './handler.ts';
import { coldNumber, coldNumbersOf, coldWord, coldWordsOf, mark, word, wordsOf } from './layout.ts';
import { noteLargest, noteRepeated } from './losses.ts';
import { ackedOffset, advance, highOffset } from './offsets.ts';
import { begin } from './setup.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

/** Pieces, and holes, that are kept of one direction. */
const maxRanges = 2 ** 15;
/** What a capture may have lost at once. A segment farther ahead must be followed by another that fits it. */
const maxAhead = 2 ** 28;
/** How far below its acknowledgements a side may begin to send again: more than it has in flight. */
const maxBelow = 2 ** 20;

/**
 * Overlaps: bytes that were handed over are never replaced, and of several copies that wait the first is taken. What waits is given up
 * only when a limit is reached or the flow is over: that the receiver acknowledged something says nothing about what the capture still brings.
 */
export class Reassembly {
  readonly #table: FlowTable;
  readonly #delivery: Delivery;
  readonly #packet: Packet;
  readonly #limits: CaptureLimits;
  readonly #counters: Counters;
  readonly #disorders = new Disorders();
  readonly #parts = new Parts();

  constructor(
    table: FlowTable,
    handler: StreamHandler,
    options: { packet: Packet; limits: CaptureLimits; counters: Counters },
  ) {
    this.#table = table;
    this.#delivery = new Delivery(table, handler, options.packet);
    this.#packet = options.packet;
    this.#limits = options.limits;
    this.#counters = options.counters;
  }

  /**
   * @param at index of its first byte @param end of the captured ones @param missing bytes after these that were snapped;
   * the segment is not empty
   */
  segment(
    flow: number,
    direction: Direction,
    seq: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void {
    const { words, coldWords, coldNumbers } = this.#table;
    const side = wordsOf(flow, direction);
    const length = end - at + missing;
    const known = words[side + word.mark]!;
    if ((known & mark.open) === 0) begin(this.#table, flow, direction, seq, 0);
    else if ((known & mark.provisional) !== 0) {
      // So far there were acknowledgements only: of keep-alives, or of a side that now sends again what went by before the capture.
      const below = (words[side + word.high]! - seq) | 0;
      if (below === 1 && length === 1) return;
      if (below === -1 || (below > 0 && below <= maxBelow)) begin(this.#table, flow, direction, seq, 0);
      words[side + word.mark] = words[side + word.mark]! & ~mark.provisional;
    }
    const high = highOffset(this.#table, flow, direction);
    if (high >= earlyBytes && (known & mark.interest) === interest.handshakes) {
      words[side + word.mark] = (words[side + word.mark]! & ~mark.interest) | interest.laterHandshakes;
    }
    let from = high + ((seq - words[side + word.high]!) | 0);
    let to = from + length;
    const origin = at - from;
    if (from < 0) {
      // One byte before the first is a keep-alive.
      if (length > 1) this.#counters.drop('before-start');
      if (to <= 0) return;
      from = 0;
    }
    if ((known & mark.fin) !== 0) {
      const fin = coldNumbers[coldNumbersOf(flow, direction) + coldNumber.fin]!;
      if (to > fin) {
        if (length > 1) this.#counters.drop('data-after-fin');
        to = fin;
        if (from >= to) return;
      }
    }
    const stray = coldWordsOf(flow, direction) + coldWord.stray;
    if (from > Math.max(high, ackedOffset(this.#table, flow, direction)) + maxAhead && coldWords[stray] !== seq) {
      coldWords[stray] = seq + length;
      this.#counters.drop('out-of-window');
      return;
    }
    this.#place(flow, direction, from, to, bytes, origin, end - origin);
  }

  /** A FIN that follows the byte before `seq`. @returns false when it does not fit what is known */
  fin(flow: number, direction: Direction, seq: number): boolean {
    const { words, coldNumbers } = this.#table;
    const side = wordsOf(flow, direction);
    const cold = coldNumbersOf(flow, direction) + coldNumber.fin;
    if ((words[side + word.mark]! & mark.open) === 0) begin(this.#table, flow, direction, seq, 0);
    const high = highOffset(this.#table, flow, direction);
    const offset = high + ((seq - words[side + word.high]!) | 0);
    // A host that gives up before its SYN is answered may give the FIN the number of the SYN.
    const at = offset === -1 && high === 0 ? 0 : offset;
    if ((words[side + word.mark]! & mark.fin) !== 0) return at === coldNumbers[cold];
    if (at < high || at > Math.max(high, ackedOffset(this.#table, flow, direction)) + maxAhead) return false;
    words[side + word.mark] = (words[side + word.mark]! & ~mark.provisional) | mark.fin;
    coldNumbers[cold] = at;
    if (at > high) this.#place(flow, direction, at, at, none, 0, at);
    return true;
  }

  /** Is told what the handler wants of a direction from now on. */
  want(flow: number, direction: Direction, wanted: Interest): void {
    this.#delivery.want(flow, direction, wanted);
    const disorder = this.#disorders.of(flow, direction);
    if (disorder === undefined) return;
    const waiting = (this.#table.words[wordsOf(flow, direction) + word.mark]! & mark.waiting) !== 0;
    if (!waiting) disorder.next = highOffset(this.#table, flow, direction);
    this.#settle(disorder);
  }

  /** What waits is handed over, holes and all: nothing more will come. */
  flush(flow: number): void {
    if (this.#disorders.size === 0) return;
    const a = this.#disorders.of(flow, 0);
    const b = this.#disorders.of(flow, 1);
    for (;;) {
      const aWaits = a !== undefined && a.pieces.count > 0;
      const bWaits = b !== undefined && b.pieces.count > 0;
      if (aWaits && !(bWaits && b.firstPacket < a.firstPacket)) this.#giveUpHole(a);
      else if (bWaits) this.#giveUpHole(b);
      else return;
    }
  }

  /** Forgets what is kept of a flow. */
  forget(flow: number): void {
    this.#disorders.forget(flow);
  }

  /** True when nothing that was seen, and that is wanted, still waits or may have to. */
  settled(flow: number, direction: Direction): boolean {
    const marked = this.#table.words[wordsOf(flow, direction) + word.mark]!;
    if ((marked & mark.interest) === interest.none) return true;
    return (
      (marked & mark.waiting) === 0 && ((marked & inOrder) !== 0 || this.#disorders.of(flow, direction) === undefined)
    );
  }

  /** Bytes of holes that are followed. @param below only what lies below this offset */
  holes(flow: number, direction: Direction, below: number): number {
    return this.#disorders.of(flow, direction)?.missing(below) ?? 0;
  }

  /** Takes [from, to) of a direction; the byte of offset 0 would be at `bytes[origin]`. */
  #place(
    flow: number,
    direction: Direction,
    from: number,
    to: number,
    bytes: Uint8Array,
    origin: number,
    capturedEnd: number,
  ): void {
    const { words } = this.#table;
    const side = wordsOf(flow, direction);
    const high = highOffset(this.#table, flow, direction);
    const highSeq = words[side + word.high]!;
    const parts = this.#parts;
    parts.count = 0;
    let disorder = this.#disorders.of(flow, direction);
    let next = disorder !== undefined && (words[side + word.mark]! & mark.waiting) !== 0 ? disorder.next : high;
    if (from < high && disorder !== undefined) disorder.fill(from, Math.min(to, high), parts);
    if (to > high) {
      if (from > high) {
        disorder ??= this.#disorders.add(flow, direction);
        disorder.addHole(high, from);
      }
      if (to > from) parts.add(Math.max(from, high), to);
      advance(this.#table, flow, direction, (highSeq + (to - high)) | 0);
    }
    const seen = to - from - parts.length;
    if (seen > 0) noteRepeated(this.#table, flow, direction, (highSeq + (from - high)) | 0, from, to, seen, high);
    else if (to > high && to - from > (words[side + word.limits]! & 0xffff)) {
      noteLargest(this.#table, flow, direction, to - from, words[side + word.high]!);
    }
    if (parts.count === 0 && to <= high) return;
    const snapped = coldNumbersOf(flow, direction) + coldNumber.snapped;
    const cut = parts.beyond(capturedEnd);
    // Another interface may have whole what is cut here.
    if (cut > 0) words[side + word.mark] = words[side + word.mark]! | mark.snapped;
    this.#table.coldNumbers[snapped] = this.#table.coldNumbers[snapped]! + cut;
    let part = 0;
    for (; part < parts.count && this.#delivery.interest(flow, direction) !== interest.none; part++) {
      const start = parts.start(part);
      if ((this.#delivery.interest(flow, direction) & inOrder) !== 0) {
        if (start > next) break;
        // It was given up before it came.
        if (start < next) continue;
      }
      const end = parts.end(part);
      this.#delivery.give(
        flow,
        direction,
        bytes,
        origin + start,
        origin + Math.min(end, Math.max(start, capturedEnd)),
        end - start,
      );
      next = this.#delivery.drain(
        flow,
        direction,
        disorder,
        end,
        part + 1 < parts.count ? parts.start(part + 1) : Math.max(high, to),
      );
    }
    if (disorder === undefined) return;
    if (part < parts.count && (this.#delivery.interest(flow, direction) & inOrder) !== 0) {
      disorder.hold(parts, part, bytes, origin, capturedEnd, this.#packet.number, this.#packet.time);
    }
    disorder.next = next;
    this.#settle(disorder);
    this.#enforceLimits(disorder);
  }

  /** The bytes before the first piece will not come. */
  #giveUpHole(disorder: Disorder): void {
    const flow = disorder.direction >> 1;
    const direction = (disorder.direction & 1) as Direction;
    const first = disorder.pieces.start(0);
    if (first > disorder.next) this.#delivery.hole(flow, direction, first - disorder.next);
    const high = highOffset(this.#table, flow, direction);
    disorder.next = this.#delivery.drain(flow, direction, disorder, first, high);
    this.#settle(disorder);
  }

  /** Brings marks and sums up to date after anything changed. */
  #settle(disorder: Disorder): void {
    const { words } = this.#table;
    const flow = disorder.direction >> 1;
    const direction = (disorder.direction & 1) as Direction;
    const side = wordsOf(flow, direction);
    const ordered = (this.#delivery.interest(flow, direction) & inOrder) !== 0;
    const waiting = ordered && disorder.next < highOffset(this.#table, flow, direction);
    words[side + word.mark] = (words[side + word.mark]! & ~mark.waiting) | (waiting ? mark.waiting : 0);
    this.#disorders.settle(disorder, ordered);
    if (!waiting && disorder.holes.count === 0) this.#disorders.discard(disorder);
  }

  #enforceLimits(disorder: Disorder): void {
    const { unorderedBytesPerDirection, unorderedBytes } = this.#limits;
    if (holdsTooMuch(disorder, unorderedBytesPerDirection)) this.#delivery.waits(disorder.direction >> 1);
    while (holdsTooMuch(disorder, unorderedBytesPerDirection)) {
      this.#counters.drop('unordered-limit');
      this.#giveUpHole(disorder);
    }
    while (disorder.holes.count > maxRanges) this.#forgetHole(disorder);
    if (this.#disorders.cost > unorderedBytes) this.#disorders.tellOfAll(this.#delivery);
    while (this.#disorders.cost > unorderedBytes) {
      const { longest } = this.#disorders;
      if (longest !== undefined) {
        this.#counters.drop('unordered-limit');
        this.#giveUpHole(longest);
      } else if (disorder.holes.count > 0) this.#forgetHole(disorder);
      else return;
    }
  }

  /** The first hole is not followed any more: it counts as lost, also if it is filled later. */
  #forgetHole(disorder: Disorder): void {
    const { coldNumbers } = this.#table;
    const flow = disorder.direction >> 1;
    const direction = (disorder.direction & 1) as Direction;
    this.#counters.drop('unordered-limit');
    while (disorder.pieces.count > 0 && disorder.next <= disorder.holes.start(0)) this.#giveUpHole(disorder);
    const start = disorder.holes.start(0);
    const end = disorder.holes.end(0);
    const row = coldNumbersOf(flow, direction);
    const acked = Math.max(0, Math.min(end, ackedOffset(this.#table, flow, direction)) - start);
    coldNumbers[row + coldNumber.lost] = coldNumbers[row + coldNumber.lost]! + end - start;
    coldNumbers[row + coldNumber.lostAcked] = coldNumbers[row + coldNumber.lostAcked]! + acked;
    disorder.holes.remove(0, 1);
    if ((this.#delivery.interest(flow, direction) & inOrder) !== 0) {
      const high = highOffset(this.#table, flow, direction);
      disorder.next = this.#delivery.drain(flow, direction, disorder, disorder.next, high);
    }
    this.#settle(disorder);
  }
}

function holdsTooMuch({ held, pieces }: Disorder, bytes: number): boolean {
  return held > bytes || pieces.count > maxRanges;
}

const none = new Uint8Array(0);
