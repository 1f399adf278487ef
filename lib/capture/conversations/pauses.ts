/**
 * When the packets of a capture came, and times without any, which are no time that anybody waited: a capture that was put together from
 * several, or stopped in between, shows nothing of them.
 */

import type { Packet } from '../packet.ts';

/** A host that is heard of no more than once a day is in no handshake. */
const longEnough = 24 * 3600_000;
/** Of more, which no capture of a network has, the first ones count. */
const mostPauses = 1_000;

export class Pauses {
  /** Times of the packets around each pause, in milliseconds since 1970. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** The last of the starts. */
  #latest = Number.NEGATIVE_INFINITY;
  /** Time of the packet before; in an array, or else V8 makes an object of it for each packet. */
  readonly #last = Float64Array.of(Number.NaN);
  /** Of the first packet, in milliseconds since 1970. */
  first: number | null = null;

  /** A packet came. Small, so that V8 makes it part of what calls it. */
  packet({ time }: Pick<Packet, 'time'>): void {
    const last = this.#last[0] as number;
    this.#last[0] = time;
    // Nor is the first one.
    if (!(time - last <= longEnough)) this.#begins(time, last);
  }

  #begins(time: number, last: number): void {
    this.first ??= time;
    if (Number.isNaN(last) || this.#starts.length >= mostPauses) return;
    this.#starts.push(last);
    this.#ends.push(time);
    this.#latest = Math.max(this.#latest, last);
  }

  /** How long after `since` the capture is known to have gone on, up to `now`, in milliseconds. */
  watched(since: number, now: number): number {
    let until = now;
    // As a rule there was none since then.
    if (since > this.#latest) return until - since;
    for (let i = 0; i < this.#starts.length; i++) {
      const start = this.#starts[i] as number;
      // A single packet with a wrong time makes a pause that is not over afterwards, and none that matters.
      const isPast = start >= since && (this.#ends[i] as number) <= now;
      if (isPast && start < until) until = start;
    }
    return until - since;
  }
}
