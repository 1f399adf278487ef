/** What is kept of one direction that is out of order: which bytes were never seen, and the data that waits for them. */

import { RangeList } from './ranges.ts';

/** Columns of a waiting piece beside start and end: its place in the buffer, the bytes captured of it, its packet. */
const piece = { columns: 6, place: 2, captured: 3, packet: 4, time: 5 } as const;

/** What an object costs beside its buffers, roughly, in bytes: itself, two lists, and what V8 keeps of three buffers. */
const ownCost = 1_536;

/** Offsets are counted from the first byte of the stream, so that they do not wrap. */
export class Disorder {
  /** Ranges below the highest offset seen that were never seen. */
  readonly holes = new RangeList(2);
  /** Ranges of data that wait, each of one segment. They never overlap: what is seen again is not taken twice. */
  readonly pieces = new RangeList(piece.columns);
  /** `flow * 2 + direction` */
  readonly direction: number;
  /** First offset that was not handed over, with interest in the stream. */
  next = 0;
  /** Bytes of data that wait. */
  held = 0;
  /** Cost when it was last asked for by the owner, who keeps the sum. */
  counted = 0;
  /** Of the first piece, after `takeFirst`. */
  packet = 0;
  time = 0;
  bytes = none;
  bytesStart = 0;
  bytesEnd = 0;
  #used = 0;

  constructor(direction: number) {
    this.direction = direction;
  }

  /** Memory it takes, in bytes. */
  get cost(): number {
    return ownCost + this.holes.cost + this.pieces.cost + this.bytes.length;
  }

  addHole(start: number, end: number): void {
    const { holes } = this;
    const last = holes.count;
    holes.insert(last, 1);
    holes.set(last, 0, start);
    holes.set(last, 1, end);
  }

  /** Bytes of the holes below this offset. */
  missing(below: number): number {
    const { holes } = this;
    let sum = 0;
    for (let i = 0; i < holes.count; i++) sum += Math.max(0, Math.min(holes.end(i), below) - holes.start(i));
    return sum;
  }

  /** [start, end) was seen: appends to `parts` what of it was a hole, and makes it one no longer. */
  fill(start: number, end: number, parts: Parts): void {
    const { holes } = this;
    let from = holes.find(start);
    if (from < holes.count && holes.start(from) < start) {
      const holeEnd = holes.end(from);
      holes.set(from, 1, start);
      if (holeEnd > end) {
        parts.add(start, end);
        holes.insert(from + 1, 1);
        holes.set(from + 1, 0, end);
        holes.set(from + 1, 1, holeEnd);
        return;
      }
      parts.add(start, holeEnd);
      from++;
    }
    let to = from;
    for (; to < holes.count && holes.end(to) <= end; to++) parts.add(holes.start(to), holes.end(to));
    if (to < holes.count && holes.start(to) < end) {
      parts.add(holes.start(to), end);
      holes.set(to, 0, end);
    }
    if (to > from) holes.remove(from, to - from);
  }

  /**
   * Keeps `parts` from number `from` on: data of one segment, captured up to offset `capturedEnd`; the byte of offset 0 would be at
   * `bytes[origin]`. None of it is held yet.
   */
  hold(
    parts: Parts,
    from: number,
    bytes: Uint8Array,
    origin: number,
    capturedEnd: number,
    packet: number,
    time: number,
  ): void {
    const { pieces } = this;
    this.#reserve(parts, from, capturedEnd);
    let rest = parts.count - from;
    let at = pieces.find(parts.start(from));
    // One by one as long as they lie side by side, which is nearly always; in one sweep when they lie between others.
    const scattered = rest > 1 && at < pieces.count && pieces.start(at) < parts.end(parts.count - 1);
    if (!scattered) {
      pieces.insert(at, rest);
      for (let i = from; i < parts.count; i++) this.#setPiece(at++, parts, i, bytes, origin, capturedEnd, packet, time);
      return;
    }
    let old = pieces.count - 1;
    pieces.insert(pieces.count, rest);
    for (let to = pieces.count - 1; rest > 0; to--) {
      if (old >= 0 && pieces.start(old) > parts.start(from + rest - 1)) {
        for (let column = 0; column < piece.columns; column++) pieces.set(to, column, pieces.value(old, column));
        old--;
      } else {
        rest--;
        this.#setPiece(to, parts, from + rest, bytes, origin, capturedEnd, packet, time);
      }
    }
  }

  /** Takes the first piece out and points `bytes`, `bytesStart`, `bytesEnd`, `packet`, `time` at it; valid until the next `hold`. */
  takeFirst(): void {
    const { pieces } = this;
    this.bytesStart = pieces.value(0, piece.place);
    this.bytesEnd = this.bytesStart + pieces.value(0, piece.captured);
    this.packet = pieces.value(0, piece.packet);
    this.time = pieces.value(0, piece.time);
    this.held -= this.bytesEnd - this.bytesStart;
    pieces.remove(0, 1);
    if (pieces.count === 0) this.#used = 0;
  }

  /** Packet of the first piece; none may be missing. */
  get firstPacket(): number {
    return this.pieces.value(0, piece.packet);
  }

  /** Forgets the data that waits and gives its memory back. */
  dropPieces(): void {
    this.pieces.clear();
    this.bytes = none;
    this.held = 0;
    this.#used = 0;
  }

  #setPiece(
    index: number,
    parts: Parts,
    part: number,
    bytes: Uint8Array,
    origin: number,
    capturedEnd: number,
    packet: number,
    time: number,
  ): void {
    const { pieces } = this;
    const start = parts.start(part);
    const end = parts.end(part);
    const captured = capturedOf(start, end, capturedEnd);
    this.bytes.set(bytes.subarray(origin + start, origin + start + captured), this.#used);
    pieces.set(index, 0, start);
    pieces.set(index, 1, end);
    pieces.set(index, piece.place, this.#used);
    pieces.set(index, piece.captured, captured);
    pieces.set(index, piece.packet, packet);
    pieces.set(index, piece.time, time);
    this.#used += captured;
    this.held += captured;
  }

  /** Room in the buffer: the pieces are moved together, into a larger one unless half of this is free. */
  #reserve(parts: Parts, from: number, capturedEnd: number): void {
    let needed = 0;
    for (let i = from; i < parts.count; i++) needed += capturedOf(parts.start(i), parts.end(i), capturedEnd);
    if (this.#used + needed <= this.bytes.length) return;
    const old = this.bytes;
    const { pieces } = this;
    const grown = new Uint8Array(Math.max(old.length, 2 * (this.held + needed)));
    let used = 0;
    for (let i = 0; i < pieces.count; i++) {
      const place = pieces.value(i, piece.place);
      const captured = pieces.value(i, piece.captured);
      grown.set(old.subarray(place, place + captured), used);
      pieces.set(i, piece.place, used);
      used += captured;
    }
    this.bytes = grown;
    this.#used = used;
  }
}

function capturedOf(start: number, end: number, capturedEnd: number): number {
  return Math.max(0, Math.min(end, capturedEnd) - start);
}

/** Ranges within one segment, in rising order. */
export class Parts {
  count = 0;
  #bounds = new Float64Array(16);

  add(start: number, end: number): void {
    if (2 * this.count === this.#bounds.length) {
      const grown = new Float64Array(4 * this.count);
      grown.set(this.#bounds);
      this.#bounds = grown;
    }
    this.#bounds[2 * this.count] = start;
    this.#bounds[2 * this.count + 1] = end;
    this.count++;
  }

  /** Bytes in all of them. */
  get length(): number {
    let sum = 0;
    for (let i = 0; i < this.count; i++) sum += this.end(i) - this.start(i);
    return sum;
  }

  /** Bytes of them from this offset on. */
  beyond(offset: number): number {
    let sum = 0;
    for (let i = 0; i < this.count; i++) sum += Math.max(0, this.end(i) - Math.max(this.start(i), offset));
    return sum;
  }

  start(index: number): number {
    return this.#bounds[2 * index]!;
  }

  end(index: number): number {
    return this.#bounds[2 * index + 1]!;
  }
}

const none = new Uint8Array(0);
