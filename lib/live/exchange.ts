/** One hello sent, one flight read: the unit that every probe is made of. */

import type { Attempt } from '../evidence/index.ts';
import { firstFlight, type HelloPlan, writesOf } from '../hello/index.ts';
import { dial, type Endpoint } from '../net/index.ts';
import { createFlightReader, type Flight, type FlightGoal, type FlightLimits, helloFacts } from '../session/index.ts';
import { type AttemptOptions, attemptOf, dialTimeouts } from './attempt.ts';

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

/**
 * Sends the hello of `plan` and reads what comes back, up to the goal. What the peer does is data.
 * @throws HarnessError as `dial` and `writesOf` do: for misuse, and where this machine lacks resources
 */
export async function exchange(endpoint: Endpoint, plan: HelloPlan, options: ExchangeOptions): Promise<Exchange> {
  const { goal, limits = {}, maxBytes, timeouts, signal } = options;
  const writes = writesOf(plan);
  const facts = helloFacts(plan.message);
  const reader = createFlightReader({ goal, limits, offer: facts?.offer ?? null });
  const outcome = await dial(endpoint, {
    writes,
    ...dialTimeouts(timeouts),
    ...(plan.gapMs === undefined ? {} : { gapMs: plan.gapMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(signal === undefined ? {} : { signal }),
    onBytes: (chunk, at) => reader.push(chunk, at),
  });
  const flight = reader.end(outcome.end);
  const attempt = attemptOf(firstFlight(plan), outcome, flight, facts, options, {
    preset: plan.preset,
    segments: writes.map(({ length }) => length),
    messageLength: plan.message.length,
  });
  return { attempt, flight };
}
