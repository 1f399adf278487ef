/** The attempt of a hello that never left, because there was no address to connect to. */

import type { Attempt } from '../evidence/index.ts';
import { firstFlight, type HelloPlan, writesOf } from '../hello/index.ts';
import { createFlightReader, helloFacts } from '../session/index.ts';
import { type AttemptOptions, attemptOf } from './attempt.ts';

/** @param detail why the name has no address, one sentence */
export function unresolvedAttempt(plan: HelloPlan, detail: string | null, options: AttemptOptions): Attempt {
  const facts = helloFacts(plan.message);
  const end = 'not-connected';
  const flight = createFlightReader({ goal: 'reply', offer: facts?.offer ?? null }).end(end);
  return attemptOf(
    firstFlight(plan),
    {
      connect: 'resolve-failed',
      connectMs: null,
      startedAt: new Date(),
      replyMs: null,
      waitedMs: null,
      bytesSent: 0,
      chunks: [],
      end,
      endedBeforeHello: false,
      detail,
      wire: null,
    },
    flight,
    facts,
    options,
    { preset: plan.preset, messageLength: plan.message.length, segments: writesOf(plan).map(({ length }) => length) },
  );
}
