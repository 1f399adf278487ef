/** Round-trip time, and how long to wait before sending again (RFC 6298). Milliseconds. */

/** As Linux; RFC 6298 asks for a second, which probes cannot wait. */
const shortest = 200;
const longest = 60_000;
/** Before anything was measured (RFC 6298 §2.1). */
const initial = 1000;

export class RoundTrip {
  #smoothed: number | null = null;
  #variation = 0;
  #backOff = 1;

  /** Null before the first measurement. */
  get smoothed(): number | null {
    return this.#smoothed;
  }

  /** Until the next transmission of the same segment. */
  get timeout(): number {
    const base = this.#smoothed === null ? initial : Math.max(shortest, this.#smoothed + 4 * this.#variation);
    return Math.min(longest, base * this.#backOff);
  }

  /** A segment that was sent once was acknowledged after `ms`. */
  measured(ms: number): void {
    if (this.#smoothed === null) {
      this.#smoothed = ms;
      this.#variation = ms / 2;
      return;
    }
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - ms);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * ms;
  }

  /** Nothing came in time. */
  backOff(): void {
    this.#backOff *= 2;
  }

  /** Something was acknowledged. */
  reset(): void {
    this.#backOff = 1;
  }
}
