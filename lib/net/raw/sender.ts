/** What we send: which bytes go out when, and again when they are not acknowledged. Pure; offsets count from our first byte, times are milliseconds. */

import { concat } from '../../wire/index.ts';
import { type Range, Ranges } from './ranges.ts';
import { RoundTrip } from './round-trip.ts';

/** A segment of the plan, not sent before `due`. */
export interface Planned extends Range {
  readonly due: number;
  /** TTL or hop limit of its own. */
  readonly ttl?: number;
  /** Sent as the caller cut it, whatever fits the peer's window or the path. */
  readonly asAsked?: boolean;
}

export interface Transmission extends Range {
  readonly payload: Uint8Array;
  readonly ttl: number | undefined;
  /** False when the same segment went out before. */
  readonly first: boolean;
  /** True for the last bytes that there are at the time. */
  readonly push: boolean;
}

export interface SenderOptions {
  /** Payload of a segment at most. */
  readonly segmentSize: number;
  /** Window that the peer announced with its SYN, bytes. */
  readonly window: number;
  /** How often a segment is sent again. */
  readonly retransmissions: number;
  readonly roundTrip: RoundTrip;
}

interface Piece extends Planned {
  sends: number;
  /** Of its latest transmission; transmissions are counted. */
  order: number;
  at: number;
  /** To be sent again at once: a later one arrived. */
  overdue: boolean;
}

/** Segments that may be under way at first (RFC 6928). */
const initialWindow = 10;

export class Sender {
  readonly #retransmissions: number;
  readonly #roundTrip: RoundTrip;
  readonly #sacked = new Ranges();
  #segmentSize: number;
  #peerWindow: number;
  #stream: Uint8Array = new Uint8Array(0);
  #pieces: Piece[] = [];
  #acked = 0;
  #orders = 0;
  /** When `next` was called last. */
  #asked = Number.NEGATIVE_INFINITY;
  #timerAt: number | null = null;
  #sawHole = false;
  #retransmitted = 0;
  readonly #firstLengths: number[] = [];

  constructor(options: SenderOptions) {
    this.#segmentSize = options.segmentSize;
    this.#peerWindow = options.window;
    this.#retransmissions = options.retransmissions;
    this.#roundTrip = options.roundTrip;
  }

  /** Bytes whose time to leave came: what the kernel's TCP would have taken. */
  get handed(): number {
    return this.#pieces.reduce((end, { to, due }) => (due <= this.#asked ? Math.max(end, to) : end), 0);
  }

  /** Everything before this was acknowledged. */
  get acked(): number {
    return this.#acked;
  }

  /** End of what was sent at least once. */
  get sent(): number {
    return this.#pieces.reduce((end, { to, sends }) => (sends > 0 ? Math.max(end, to) : end), 0);
  }

  /** When the last segment may leave first. */
  get lastDue(): number {
    return this.#pieces.reduce((latest, { due }) => Math.max(latest, due), 0);
  }

  get retransmitted(): number {
    return this.#retransmitted;
  }

  /** True when the peer acknowledged bytes behind missing ones (RFC 2018). */
  get sawHole(): boolean {
    return this.#sawHole;
  }

  get segmentSize(): number {
    return this.#segmentSize;
  }

  /** Payload lengths in the order of first transmission. */
  get firstLengths(): readonly number[] {
    return this.#firstLengths;
  }

  /** How often the first missing byte went out. */
  get headSends(): number {
    return this.#head()?.sends ?? 0;
  }

  /** Payload of a segment that went out at least three times and never arrived; a segment whose TTL, or copy, explains it does not count. */
  get lostSegment(): number | null {
    const lost = this.#pieces.find((piece) => piece.sends >= 3 && !this.#arrived(piece) && this.#tellsSize(piece));
    return lost === undefined ? null : lost.to - lost.from;
  }

  get largestAcked(): number | null {
    const lengths = this.#pieces
      .filter((piece) => piece.sends > 0 && this.#arrived(piece) && this.#tellsSize(piece))
      .map(({ from, to }) => to - from);
    return lengths.length === 0 ? null : Math.max(...lengths);
  }

  /** Adds bytes; without a `plan` they go out from `due` on, in segments of full size. */
  append(bytes: Uint8Array, due: number, plan?: readonly Planned[]): void {
    const start = this.#stream.length;
    this.#stream = concat(this.#stream, bytes);
    const planned = plan ?? this.#cut(start, this.#stream.length, due);
    this.#pieces.push(...planned.map((piece) => ({ ...piece, sends: 0, order: 0, at: 0, overdue: false })));
  }

  /** An acknowledgement up to `offset`, and of `sack` above it; false when it is for bytes that were never sent. */
  acknowledge(offset: number, sack: readonly Range[], window: number, now: number): boolean {
    const sent = this.sent;
    if (offset > sent) return false;
    this.#peerWindow = window;
    for (const { from, to } of sack) {
      if (from < to && from > offset && to <= sent) {
        this.#sacked.add(from, to);
        this.#sawHole = true;
      }
    }
    if (offset > this.#acked) {
      const measured = this.#pieces.findLast(({ sends, to }) => sends === 1 && to > this.#acked && to <= offset);
      if (measured !== undefined) this.#roundTrip.measured(now - measured.at);
      this.#acked = offset;
      this.#sacked.dropBelow(offset);
      this.#roundTrip.reset();
      this.#timerAt = this.#outstanding() ? now + this.#roundTrip.timeout : null;
    }
    this.#markOverdue();
    return true;
  }

  /** The next segment to send at `now`, null when there is none at this time. */
  next(now: number): Transmission | null {
    this.#asked = Math.max(this.#asked, now);
    const overdue = this.#pieces.find((piece) => piece.overdue && !this.#arrived(piece));
    if (overdue !== undefined) return this.#transmit(overdue, now);
    if (this.#timerAt !== null && now >= this.#timerAt) {
      const head = this.#head();
      this.#timerAt = null;
      if (head !== undefined && head.sends <= this.#retransmissions) {
        this.#roundTrip.backOff();
        return this.#transmit(head, now);
      }
    }
    const fresh = this.#pieces.find(({ sends }) => sends === 0);
    if (fresh === undefined || fresh.due > now || !this.#mayLeave(fresh)) return null;
    return this.#transmit(fresh, now);
  }

  /** When `next` may have something that it does not have now; null when only the peer can change that. */
  deadline(): number | null {
    const fresh = this.#pieces.find(({ sends }) => sends === 0);
    const due = fresh === undefined || !this.#mayLeave(fresh) ? null : fresh.due;
    if (due === null || this.#timerAt === null) return due ?? this.#timerAt;
    return Math.min(due, this.#timerAt);
  }

  /** The path carries less (RFC 1191): what did not arrive is cut anew and sent again. Segments that the caller cut stay as they are. */
  shrink(segmentSize: number): void {
    if (segmentSize >= this.#segmentSize || segmentSize < 1) return;
    this.#segmentSize = segmentSize;
    this.#pieces = this.#pieces.flatMap((piece) => {
      if (piece.asAsked === true || this.#arrived(piece) || piece.to - piece.from <= segmentSize) return [piece];
      const sent = piece.sends > 0;
      return this.#cut(piece.from, piece.to, piece.due).map((part) => ({ ...piece, ...part, sends: 0, overdue: sent }));
    });
  }

  #cut(start: number, end: number, due: number): Planned[] {
    const parts: Planned[] = [];
    for (let from = start; from < end; from += this.#segmentSize)
      parts.push({ from, to: Math.min(end, from + this.#segmentSize), due });
    return parts;
  }

  #transmit(piece: Piece, now: number): Transmission {
    const first = piece.sends === 0 && !piece.overdue;
    const { from, to, ttl } = piece;
    if (first) this.#firstLengths.push(to - from);
    else this.#retransmitted += to - from;
    piece.sends++;
    piece.order = ++this.#orders;
    piece.at = now;
    piece.overdue = false;
    this.#timerAt ??= now + this.#roundTrip.timeout;
    return { from, to, ttl, first, payload: this.#stream.subarray(from, to), push: to === this.#stream.length };
  }

  /** A segment that was sent once, before one that arrived, is taken for lost (as RFC 8985 does). */
  #markOverdue(): void {
    const newest = this.#pieces.reduce(
      (order, piece) => (this.#arrived(piece) ? Math.max(order, piece.order) : order),
      0,
    );
    for (const piece of this.#pieces) {
      if (piece.sends === 1 && piece.order < newest && !this.#arrived(piece) && this.#retransmissions > 0)
        piece.overdue = true;
    }
  }

  /** The segment with the first byte that the peer lacks, or the first that it lacks of those that were sent. */
  #head(): Piece | undefined {
    const lacking = this.#pieces.filter((piece) => piece.sends > 0 && !this.#arrived(piece));
    return (
      lacking.find(({ from, to }) => from <= this.#acked && to > this.#acked) ??
      lacking.reduce<Piece | undefined>(
        (low, piece) => (low === undefined || piece.from < low.from ? piece : low),
        undefined,
      )
    );
  }

  #outstanding(): boolean {
    return this.#pieces.some((piece) => piece.sends > 0 && !this.#arrived(piece));
  }

  #arrived({ from, to }: Range): boolean {
    return to <= this.#acked || this.#sacked.covers(Math.max(from, this.#acked), to);
  }

  #tellsSize(piece: Piece): boolean {
    if (piece.ttl !== undefined) return false;
    return !this.#pieces.some((other) => other !== piece && other.from < piece.to && other.to > piece.from);
  }

  #mayLeave(piece: Piece): boolean {
    if (piece.asAsked === true) return true;
    const underWay = this.sent - this.#acked;
    const congestion = initialWindow * this.#segmentSize + this.#acked;
    // A window that has no room for a whole segment is filled by one all the same: what is asked here is whether it arrives.
    return underWay === 0
      ? this.#peerWindow > 0
      : underWay + piece.to - piece.from <= Math.min(this.#peerWindow, congestion);
  }
}
