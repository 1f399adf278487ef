/** One hello sent, one flight read: the unit that every probe is made of. */

import type { Attempt } from '../evidence/index.ts';
import type { HelloPlan } from '../hello/index.ts';
import type { Endpoint } from '../net/index.ts';
import type { Flight, FlightGoal, FlightLimits } from '../session/index.ts';

/** Deadlines of one connection in milliseconds; defaults 5,000, 3,000 and 10,000. */
export interface ConnectionTimeouts {
  readonly connectMs?: number;
  readonly firstReplyMs?: number;
  readonly totalMs?: number;
}

/** What any attempt is told beside what it is to do. */
export interface AttemptOptions {
  /** Id of the attempt in the report. */
  readonly id: string;
  readonly timeouts?: ConnectionTimeouts;
  readonly signal?: AbortSignal;
  /** Attempt that is the control of this one. */
  readonly controlRef?: string | null;
  /** Other connections of ours to the same target that are open meanwhile; default 0. */
  readonly concurrent?: number;
  /** Keep the hello's bytes in the attempt. */
  readonly keepHex?: boolean;
}

export interface ExchangeOptions extends AttemptOptions {
  readonly goal: FlightGoal;
  readonly limits?: Partial<FlightLimits>;
  /** Cap on bytes read, default 1 MiB. */
  readonly maxBytes?: number;
}

export interface Exchange {
  readonly attempt: Attempt;
  readonly flight: Flight;
}

/** Sends the hello of `plan` and reads what comes back. What the peer does is data. */
export declare function exchange(endpoint: Endpoint, plan: HelloPlan, options: ExchangeOptions): Promise<Exchange>;
