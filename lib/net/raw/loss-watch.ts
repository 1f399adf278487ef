/** From when on something counts as lost (`DialRequest.stopWhenLost`). Pure; times are milliseconds. */

import type { Receiver } from './receiver.ts';
import type { Sender } from './sender.ts';

export interface Loss {
  readonly time: number;
  readonly direction: 'outbound' | 'inbound';
}

/** The first missing byte went out so often, */
const sends = 3;
/** and so many round trips passed, each taken for so much at least. */
const roundTrips = 4;
const leastRoundTripMs = 5;
/** Beside those, a gap in the peer's bytes stays open for its retransmissions after 0.2 and 0.6 s (Linux). */
const gapMs = 700;

export class LossWatch {
  #headSends = 0;
  #headAt = 0;
  #gapAt: number | null = null;
  #next = 0;

  /** After segments were sent or heard. */
  look(sender: Sender, receiver: Receiver, now: number): void {
    if (sender.headSends !== this.#headSends) {
      this.#headSends = sender.headSends;
      this.#headAt = now;
    }
    if (receiver.missing === 0 || receiver.next !== this.#next) this.#gapAt = null;
    if (receiver.missing > 0) this.#gapAt ??= now;
    this.#next = receiver.next;
  }

  /** When a loss is certain unless a packet comes before; null: none is foreseen. */
  foreseen(roundTripMs: number): Loss | null {
    const patience = roundTrips * Math.max(leastRoundTripMs, roundTripMs);
    if (this.#headSends >= sends) return { time: this.#headAt + patience, direction: 'outbound' };
    return this.#gapAt === null ? null : { time: this.#gapAt + patience + gapMs, direction: 'inbound' };
  }
}
