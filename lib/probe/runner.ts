/** Runs probes one after another against one target; a probe that fails or is stopped never loses the others. */

import type { Observation } from '../evidence/index.ts';
import { lackText } from '../net/index.ts';
import { ProbeContext } from './context.ts';
import { checkControl, confirmControl } from './control.ts';
import { observe, type Probe } from './define.ts';
import type { Run } from './run.ts';
import { notPermitted } from './safety.ts';

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
  run.confirmControl = () => confirmControl(run);
  for (const wave of wavesOf(inOrder(probes, all))) {
    const observed = await Promise.all(
      wave.map(async (probe) => {
        observer({ type: 'probe-started', probe: probe.id, title: probe.title });
        const observation = await runOne(run, probe);
        observer({ type: 'probe-finished', probe: probe.id, observation });
        return [probe.id, observation] as const;
      }),
    );
    for (const [id, observation] of observed) run.observations.set(id, observation);
    for (const [, observation] of observed) await checkControl(run, observation);
  }
}

/** Neighbours that may run together, in groups in which none uses another. */
function wavesOf(probes: readonly Probe[]): Probe[][] {
  const waves: Probe[][] = [];
  for (const probe of probes) {
    const wave = waves.at(-1);
    const joins = wave?.every((other) => other.together && !probe.uses.includes(other.id)) === true && probe.together;
    if (joins) wave.push(probe);
    else waves.push([probe]);
  }
  return waves;
}

async function runOne(run: Run, probe: Probe): Promise<Observation> {
  if (probe.needs.includes('raw') && !run.mayDisturb) return without('skipped', notPermitted);
  for (const need of probe.needs) {
    const ability = need === 'tcp' ? null : await run.ability(need);
    if (ability?.available === false) return without('skipped', `missing-ability: ${lackText(ability)}`);
  }
  if (run.stopped !== null && !(probe.salvages && run.control !== null)) return without('inconclusive', run.stopped);
  if (probe.uses.includes('connect') && run.control === null && !probe.unanswered)
    return without('skipped', 'no-answer: no hello was answered');
  return observe(probe, new ProbeContext(probe.id, run));
}

function without(status: Observation['status'], reason: string): Observation {
  return { status, reason, value: null, attempts: [] };
}
