/** Runs probes one after another against one target; a probe that fails or is stopped never loses the others. */

import type { Observation } from '../evidence/index.ts';
import { ProbeContext } from './context.ts';
import { observe, type Probe } from './define.ts';
import { isAnswered, type Run } from './run.ts';

/** Probes in the order they must run: each after those it uses, otherwise as given. */
export function inOrder(probes: readonly Probe[], all: readonly Probe[]): Probe[] {
  const ordered = new Set<Probe>();
  const visiting = new Set<Probe>();
  const add = (probe: Probe): void => {
    if (ordered.has(probe) || visiting.has(probe)) return;
    visiting.add(probe);
    for (const id of probe.uses) {
      const used = all.find((candidate) => candidate.id === id);
      if (used !== undefined) add(used);
    }
    ordered.add(probe);
  };
  probes.forEach(add);
  return [...ordered];
}

/**
 * Runs `probes` (and the ones they use, from `all`) and files their observations in the run.
 * Probes whose ability the machine lacks, and all that need an answering target when `connect` found none, are skipped with the reason.
 */
export async function runProbes(run: Run, probes: readonly Probe[], all: readonly Probe[] = probes): Promise<void> {
  const { observer } = run.settings;
  for (const probe of inOrder(probes, all)) {
    observer({ type: 'probe-started', probe: probe.id, title: probe.title });
    const observation = await runOne(run, probe);
    run.observations.set(probe.id, observation);
    observer({ type: 'probe-finished', probe: probe.id, observation });
    if (observation.attempts.length > 0 && run.control !== null) await checkControl(run, observation);
  }
}

async function runOne(run: Run, probe: Probe): Promise<Observation> {
  const missing = probe.needs.find((need) => need !== 'tcp');
  if (missing !== undefined) return without('skipped', `missing-ability: ${missing}`);
  if (run.stopped !== null) return without('inconclusive', run.stopped);
  if (probe.uses.includes('connect') && run.control === null)
    return without('skipped', 'no-answer: no hello was answered');
  return observe(probe, new ProbeContext(probe.id, run));
}

function without(status: Observation['status'], reason: string): Observation {
  return { status, reason, value: null, attempts: [] };
}

/**
 * When the last hello of a probe was not answered, the server may have been tired of us rather than of the hello: the control
 * hello is sent again, and where it fails too the rest of the run would only measure that.
 */
async function checkControl(run: Run, observation: Observation): Promise<void> {
  const last = observation.attempts.at(-1);
  if (
    last === undefined ||
    isAnswered(last) ||
    last.evidence.end === 'alert' ||
    run.stopped !== null ||
    run.control === null
  )
    return;
  const ctx = new ProbeContext('control', run);
  const check = await observe(
    {
      id: 'control',
      title: { en: 'Control hello', ja: '対照の hello' },
      needs: ['tcp'],
      uses: [],
      onRequest: false,
      run: async () => {
        const answers = [];
        for (let round = 0; round < 2; round++) {
          const { attempt } = await ctx.attempt({
            hello: (run.control as NonNullable<typeof run.control>).plan,
            alone: true,
          });
          answers.push(isAnswered(attempt));
          if (answers.at(-1) === true) break;
        }
        return answers.at(-1) === true;
      },
    },
    ctx,
  );
  const earlier = run.observations.get('control')?.attempts ?? [];
  run.observations.set('control', {
    ...check,
    status: check.status,
    value: { answered: check.value },
    attempts: [...earlier, ...check.attempts],
  });
  if (check.value === false) run.stop('target-lost');
}
