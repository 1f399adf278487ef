/** Years of a log whose lines do not write them: counted from New Year to New Year, settled when the log is read. */

import type { LogClock } from '../../evidence/index.ts';
import type { Stamp } from './stamp.ts';

/** A time of a log as far as it is known while the log is read. */
export interface Moment {
  /** Milliseconds as if the log had begun in 2000: for distances between lines of the same log. */
  readonly ms: number;
  /** New Years since the first line; null where the year is written. */
  readonly turn: number | null;
  /** False where the zone is not written. */
  readonly zoned: boolean;
}

export interface ClockOptions {
  /** Year of the first line. */
  readonly year?: number | undefined;
  /** Minutes east of UTC of lines that do not say it. */
  readonly utcOffset?: number | undefined;
  /** No line is later than this, but for a day that clocks and zones may differ. */
  readonly now: Date;
}

const day = 24 * 60 * 60 * 1000;
/** A step back by more days than this is a New Year; less is a clock that was set, or lines that were sorted otherwise. */
const backward = 65;
/** A step forward by more is one over New Year back, in a log whose newest line is the first. */
const forward = 330;
/** The year that the first line counts as: a leap year, so that it has every day. */
const origin = 2000;

export class LogYears {
  readonly #options: ClockOptions;
  #turn = 0;
  #last: number | null = null;
  #newest = Number.NEGATIVE_INFINITY;
  /** Year of the first line, by lines that write theirs. */
  #written: number | null = null;
  #leapTurn: number | null = null;
  #any = false;
  #same: { readonly stamp: Stamp; readonly moment: Moment } | null = null;
  #unwritten = false;
  #unzoned = false;

  constructor(options: ClockOptions) {
    this.#options = options;
  }

  /** Takes the time of the next line in; every line counts, in their order. */
  next(stamp: Stamp): Moment {
    if (this.#same?.stamp === stamp) return this.#same.moment;
    const moment = this.#momentOf(stamp);
    this.#same = { stamp, moment };
    return moment;
  }

  #momentOf(stamp: Stamp): Moment {
    const { year, month, zone } = stamp;
    this.#any = true;
    const offset = (zone ?? this.#options.utcOffset ?? 0) * 60_000;
    if (zone === null) this.#unzoned = true;
    if (year !== null) {
      const ms = Date.UTC(year, month - 1, stamp.day) + stamp.time - offset;
      this.#written ??= year - this.#turn;
      return { ms, turn: null, zoned: zone !== null };
    }
    this.#unwritten = true;
    const inYear = (Date.UTC(origin, month - 1, stamp.day) - Date.UTC(origin, 0, 1)) / day;
    if (this.#last !== null) {
      const step = inYear - this.#last;
      if (step < -backward) this.#turn++;
      else if (step > forward) this.#turn--;
    }
    this.#last = inYear;
    if (month === 2 && stamp.day === 29) this.#leapTurn = this.#turn;
    const ms = Date.UTC(origin + this.#turn, month - 1, stamp.day) + stamp.time - offset;
    if (ms > this.#newest) this.#newest = ms;
    return { ms, turn: this.#turn, zoned: zone !== null };
  }

  get clock(): LogClock {
    if (!this.#any) return { year: null, zone: null };
    return {
      year: !this.#unwritten
        ? 'written'
        : this.#options.year !== undefined
          ? 'given'
          : this.#written === null
            ? 'inferred'
            : 'written',
      zone: !this.#unzoned ? 'written' : this.#options.utcOffset === undefined ? 'assumed-utc' : 'given',
    };
  }

  /** What a moment is, once all lines were told; ISO 8601, null where it is no date. */
  settled(): (moment: Moment | null) => string | null {
    const first = this.#first();
    return (moment) => {
      if (moment === null) return null;
      let { ms } = moment;
      if (moment.turn !== null) {
        const at = new Date(ms);
        ms = at.setUTCFullYear(at.getUTCFullYear() - origin + first);
      }
      return Number.isNaN(ms) || ms < 0 || ms > latest ? null : new Date(ms).toISOString();
    };
  }

  /** Year of the first line. */
  #first(): number {
    const { year, now } = this.#options;
    const known = year ?? this.#written;
    if (known !== null) return known;
    const limit = now.getTime() + day;
    const newest = new Date(this.#newest);
    let first = now.getUTCFullYear() + 1;
    for (let tries = 0; tries < tried; tries++, first--) {
      const at = new Date(newest);
      at.setUTCFullYear(newest.getUTCFullYear() - origin + first);
      if (at.getTime() <= limit && (this.#leapTurn === null || isLeap(first + this.#leapTurn))) break;
    }
    return first;
  }
}

/** Years that are looked back at most. */
const tried = 200;

/** The last moment that has a year of four digits. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
