/** What a run will do: which probes, in which order, with how many connections at most; checked before anything is sent. */

import { builtinProbes } from '../probes/index.ts';
import { sftunnelPort } from './evidence/index.ts';
import { inOrder, type Probe } from './probe/index.ts';
import { HarnessError, nearest, printable } from './wire/index.ts';

/** Probes of a quick run. */
const quickProbes: readonly string[] = ['connect', 'versions', 'certificates'];
/** Most connections of a run, and of a quick one. */
const usualConnections = 400;
const quickConnections = 6;

/** Most connections to a target at once. */
export const usualConcurrency = 4;
/** Least milliseconds between the starts of two connections to somebody else's server: at most 40 a second. */
export const foreignDelayMs = 25;

/** What the caller wants to run. */
export interface RunSelection {
  /** Ids of the probes to run (those they use run too). */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Versions and certificate only, in at most 6 connections. */
  readonly quick?: boolean;
  /** Most connections of the run, default 400. */
  readonly maxConnections?: number;
  /** Probes of the caller's own, run after the built-in ones. */
  readonly probes?: readonly Probe[];
  /** Port of the target: that of sftunnel adds its probe to a full run. */
  readonly port?: number;
}

export interface Plan {
  /** Those asked for and those they use, in the order they run. */
  readonly probes: readonly Probe[];
  readonly maxConnections: number;
}

/** @throws HarnessError `unknown-probe`, with the ids that look like it; `bad-option` when no probe is left. */
export function planOfRun({ only, skip = [], quick = false, probes = [], maxConnections, port }: RunSelection): Plan {
  const all = [...builtinProbes, ...probes];
  const known = all.map(({ id }) => id);
  for (const id of [...(only ?? []), ...skip]) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw new HarnessError('unknown-probe', `There is no probe ${JSON.stringify(printable(id.slice(0, 60)))}.`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'The probes are listed by: helloprobe list probes',
    });
  }
  const asked = port === sftunnelPort ? ['sftunnel'] : [];
  const full = all.filter(({ id, onRequest }) => !onRequest || asked.includes(id)).map(({ id }) => id);
  const wanted = only ?? (quick ? quickProbes : full);
  const chosen = all.filter(({ id }) => wanted.includes(id) && !skip.includes(id));
  if (chosen.length === 0) {
    throw new HarnessError('bad-option', 'No probe is left to run: every one was skipped or none was named.');
  }
  const isSpared = (id: string): boolean =>
    quick && chosen.every(({ uses, spares }) => !uses.includes(id) || spares.includes(id));
  return {
    probes: inOrder(
      chosen,
      all.filter((probe) => chosen.includes(probe) || !isSpared(probe.id)),
    ),
    maxConnections: Math.min(maxConnections ?? usualConnections, quick ? quickConnections : Number.POSITIVE_INFINITY),
  };
}
