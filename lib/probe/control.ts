/** The control hello between probes: is it still the hello that fails, or the server that has had enough of us? */

import type { Observation } from '../evidence/index.ts';
import { ProbeContext } from './context.ts';
import { defineProbe, observe } from './define.ts';
import { repeatsForClaim } from './parts.ts';
import { isAnswered, type Run } from './run.ts';

/** What became of the control hello after the last probe that ended without an answer. */
interface ControlValue {
  readonly answered: boolean;
}

const control = defineProbe<ControlValue>({
  id: 'control',
  title: { en: 'Control hello', ja: '対照の hello' },
  run: async (ctx) => {
    const send = async (patient: boolean): Promise<boolean> =>
      isAnswered((await ctx.attempt({ hello: ctx.control.plan, alone: true, patient })).attempt);
    if (await send(false)) return { answered: true };
    // A server that drops connections at random or is slow for a while is still there: that it is gone takes as many repeats as
    // any claim. They queue up together, so that no other connection of ours falls in step with them.
    const repeats = ctx.steadiness.wavered ? 2 * repeatsForClaim : repeatsForClaim;
    const more = await Promise.all(Array.from({ length: repeats - 1 }, (_, index) => send(index === repeats - 2)));
    return { answered: more.includes(true) };
  },
});

/**
 * Sends the control hello again, until it is answered or has failed as often as a claim takes, with nothing else open. If it is answered no more, the run ends here
 * (`target-lost`): the rest would only measure that. Filed as the observation `control`. Doubts that come together share one check.
 */
export function confirmControl(run: Run): Promise<void> {
  const known = underWay.get(run);
  if (known !== undefined) return known;
  const check = confirm(run).finally(() => underWay.delete(run));
  underWay.set(run, check);
  return check;
}

const underWay = new WeakMap<Run, Promise<void>>();

async function confirm(run: Run): Promise<void> {
  if (run.stopped !== null || run.control === null) return;
  const checked = await observe(control, new ProbeContext(control.id, run));
  const earlier = run.observations.get(control.id)?.attempts ?? [];
  run.observations.set(control.id, { ...checked, attempts: [...earlier, ...checked.attempts] });
  if (checked.value?.answered === false) run.stop('target-lost');
}

/** Confirms the control where the last hello of a probe was met with neither an answer nor an alert. */
export async function checkControl(run: Run, { attempts }: Observation): Promise<void> {
  const last = attempts.at(-1);
  if (last !== undefined && !isAnswered(last) && last.evidence.end !== 'alert') await confirmControl(run);
}
