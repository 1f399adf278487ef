/** One hello sent, one flight read: the unit that every probe is made of. */

import type { Attempt } from '../evidence/index.ts';
import { firstFlight, type HelloPlan, writesOf } from '../hello/index.ts';
import { type DialRequest, dialVia, type Endpoint } from '../net/index.ts';
import { createFlightReader, type Flight, type FlightGoal, type FlightLimits, helloFacts } from '../session/index.ts';
import { type AttemptOptions, attemptOf, dialTimeouts } from './attempt.ts';

export interface ExchangeOptions extends AttemptOptions {
  readonly goal: FlightGoal;
  readonly limits?: Partial<FlightLimits>;
  /** Cap on bytes read, default 1 MiB. */
  readonly maxBytes?: number;
  /** End early what is lost, as `DialRequest` says. */
  readonly stopWhenLost?: boolean;
}

export interface Exchange {
  readonly attempt: Attempt;
  readonly flight: Flight;
}

/**
 * Sends the hello of `plan` and reads what comes back, up to the goal. What the peer does is data.
 * @throws HarnessError as `dialVia` and `writesOf` do: for misuse, and where this machine lacks resources or the transport
 */
export async function exchange(endpoint: Endpoint, plan: HelloPlan, options: ExchangeOptions): Promise<Exchange> {
  const { goal, limits = {}, maxBytes, timeouts, signal, stopWhenLost, tap, via } = options;
  const writes = writesOf(plan);
  const facts = helloFacts(plan.message);
  const reader = createFlightReader({ goal, limits, offer: facts?.offer ?? null });
  const request: DialRequest = {
    writes,
    ...dialTimeouts(timeouts),
    ...(plan.gapMs === undefined ? {} : { gapMs: plan.gapMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(signal === undefined ? {} : { signal }),
    tap,
    ...(stopWhenLost === undefined ? {} : { stopWhenLost }),
    onBytes: (chunk, at) => reader.push(chunk, at),
  };
  const outcome = await dialVia(endpoint, request, via);
  const flight = reader.end(outcome.end);
  const attempt = attemptOf(firstFlight(plan), outcome, flight, facts, options, {
    preset: plan.preset,
    segments: writes.map(({ length }) => length),
    messageLength: plan.message.length,
  });
  return { attempt, flight };
}
