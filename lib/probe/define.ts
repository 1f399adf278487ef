/** What a probe is: a measurement with a name, composed of the parts in `parts.ts`. */

import type { Finding, Language, Observation, ProbeValues } from '../evidence/index.ts';
import type { AbilityId } from '../net/index.ts';
import type { ProbeContext } from './context.ts';
import { stopOf } from './stop.ts';

/** What a probe cannot do without. Kernel TCP is always there; a machine may lack the others (`abilities`). */
export type Need = 'tcp' | Extract<AbilityId, 'tcp-mss' | 'raw'>;

/** What `run` may return when "completed, with this value" is not the whole story. */
export class Outcome<Value> {
  readonly status: Observation['status'];
  readonly reason: string | null;
  readonly value: Value | null;

  constructor(status: Observation['status'], reason: string | null, value: Value | null) {
    this.status = status;
    this.reason = reason;
    this.value = value;
  }
}

/** The measurement does not decide the question; `value` is what is known all the same. */
export function inconclusive<Value>(reason: string, value: Value | null = null): Outcome<Value> {
  return new Outcome<Value>('inconclusive', reason, value);
}

/** The question does not arise here (`reason` says why), or an ability is missing. */
export function skipped<Value>(reason: string): Outcome<Value> {
  return new Outcome<Value>('skipped', reason, null);
}

/** A probe. `Value` must be JSON data; sockets, deadlines, repeats and counting are the context's business. */
export interface Probe<Value = unknown> {
  /** Names the observation in the report; lower case with hyphens. */
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  readonly needs: readonly Need[];
  /** Probes whose observations this one reads; the runner runs them first, also when they were not asked for. */
  readonly uses: readonly string[];
  /** Those of them that it does without in a quick run that names it and not them. */
  readonly spares: readonly string[];
  /** True for probes that compare nothing, and may thus run beside their neighbours of the same kind: they share the run's connections. */
  readonly together: boolean;
  /** True for probes that only run when they are named. */
  readonly onRequest: boolean;
  /** True for probes that also run where `connect` found no hello that is answered. */
  readonly unanswered: boolean;
  /** True for probes that begin with what earlier ones were shown, and so run where the run was stopped too, though no connection is left. */
  readonly salvages: boolean;
  run(ctx: ProbeContext): Promise<Value | Outcome<Value>>;
  /** Findings of a user's own probe (built with `finding()`); the built-in probes leave judging to lib/diagnose/rules. */
  judge?(observation: Observation<Value>, language: Language): readonly Finding[];
}

/** A probe's definition; what is not given has the default of a plain kernel-TCP probe. */
export type ProbeDefinition<Value> = Pick<Probe<Value>, 'id' | 'title' | 'run' | 'judge'> &
  Partial<Pick<Probe<Value>, 'needs' | 'uses' | 'spares' | 'together' | 'onRequest' | 'unanswered' | 'salvages'>>;

/** Makes a probe; built-in ids get their value type from `ProbeValues`. */
export function defineProbe<Id extends keyof ProbeValues>(
  definition: ProbeDefinition<ProbeValues[Id]> & { id: Id },
): Probe<ProbeValues[Id]>;
export function defineProbe<Value>(definition: ProbeDefinition<Value>): Probe<Value>;
export function defineProbe<Value>(definition: ProbeDefinition<Value>): Probe<Value> {
  return {
    needs: ['tcp'],
    uses: ['connect'],
    spares: [],
    together: false,
    onRequest: false,
    unanswered: false,
    salvages: false,
    ...definition,
  };
}

/** Runs one probe to an observation; nothing that happens in it travels further. */
export async function observe<Value>(probe: Probe<Value>, ctx: ProbeContext): Promise<Observation<Value>> {
  const done = (status: Observation['status'], reason: string | null, value: unknown): Observation<Value> => ({
    status,
    reason,
    value: (value ?? null) as Value | null,
    attempts: ctx.attempts,
  });
  try {
    const result = await runToEnd(probe, ctx);
    return result instanceof Outcome
      ? done(result.status, result.reason, result.value)
      : done('completed', null, result);
  } catch (error) {
    const stop = stopOf(error);
    if (stop !== null) return done('inconclusive', stop, ctx.kept);
    return done('failed', `error: ${error instanceof Error ? error.message : String(error)}`, ctx.kept);
  }
}

/** No connection of the probe is left when it has ended, whichever way. */
async function runToEnd<Value>(probe: Probe<Value>, ctx: ProbeContext): Promise<Value | Outcome<Value>> {
  try {
    return await probe.run(ctx);
  } finally {
    await ctx.settled();
  }
}
