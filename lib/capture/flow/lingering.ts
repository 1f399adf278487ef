/** Flows that a RST ended, in the order of these, as long as something may still follow it. */

/** Milliseconds: what was in flight when the RST was sent has come by then. */
const patience = 2_000;
const capacity = 4_096;

/** Times are those of packets, so that what is found depends on the capture alone. */
export class Lingering {
  /** Of the first one, after `takeFirst`. */
  flow = 0;
  /** Tells whether `flow` still stands for the same flow. */
  firstPacket = 0;
  readonly #flows = new Int32Array(capacity);
  readonly #firstPackets = new Int32Array(capacity);
  readonly #times = new Float64Array(capacity);
  #head = 0;
  #count = 0;

  /** True when the first one has waited long enough, or too many wait. */
  due(time: number): boolean {
    return this.#count > 0 && (this.#count === capacity || time - this.#times[this.#head]! >= patience);
  }

  /** @param time of the RST; none may be due */
  add(flow: number, firstPacket: number, time: number): void {
    const at = (this.#head + this.#count++) % capacity;
    this.#flows[at] = flow;
    this.#firstPackets[at] = firstPacket;
    this.#times[at] = time;
  }

  takeFirst(): void {
    this.flow = this.#flows[this.#head]!;
    this.firstPacket = this.#firstPackets[this.#head]!;
    this.#head = (this.#head + 1) % capacity;
    this.#count--;
  }
}
