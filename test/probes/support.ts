/** Built-in probes against one headend of the lab, without the judgement. */

import { randomBytes } from 'node:crypto';
import type { Observation, ProbeValues } from '../../lib/evidence/index.ts';
import { judgementOf } from '../../lib/judgement.ts';
import { type HeadendId, type HeadendSpec, type RunningHeadend, startHeadend } from '../../lib/lab/index.ts';
import { type ProbeEvent, Run, type RunSettings, runProbes } from '../../lib/probe/index.ts';
import { loadRoots, nodeVerify } from '../../lib/x509/node.ts';
import { builtinProbes } from '../../probes/index.ts';

/** On loopback an answer takes milliseconds. */
const timeouts = { connectMs: 1000, firstReplyMs: 400, totalMs: 2000, deadlineMs: 15_000 };

export interface Observed {
  readonly run: Run;
  readonly headend: RunningHeadend;
  readonly events: readonly ProbeEvent[];
  readonly value: <Id extends keyof ProbeValues>(id: Id) => ProbeValues[Id];
  readonly observation: (id: string) => Observation;
}

/** A run against a headend, closed by the caller. */
export function runAgainst(headend: RunningHeadend, overrides: Partial<RunSettings> = {}): Run {
  const target = { host: headend.host, port: headend.port, address: headend.host, sni: headend.sni };
  return new Run({
    target,
    addresses: [headend.host],
    resolveError: null,
    judgement: judgementOf({ target, now: new Date() }),
    timeouts,
    concurrency: 4,
    delayMs: 0,
    maxConnections: 400,
    quick: false,
    keepHex: false,
    random: (length) => randomBytes(length),
    trust: { roots: loadRoots({ caPem: [headend.rootsPem] }), verify: nodeVerify },
    observer: () => undefined,
    ...overrides,
  });
}

/** Starts the headend, runs the probes named (and those they use), and stops the headend. */
export async function observeAt(
  spec: HeadendId | HeadendSpec,
  ids: readonly (keyof ProbeValues)[],
  overrides: Partial<RunSettings> = {},
): Promise<Observed> {
  const headend = await startHeadend(spec);
  const events: ProbeEvent[] = [];
  const run = runAgainst(headend, { observer: (event) => events.push(event), ...overrides });
  try {
    await runProbes(
      run,
      builtinProbes.filter(({ id }) => (ids as readonly string[]).includes(id)),
      builtinProbes,
    );
  } finally {
    run.close();
    await headend.close();
  }
  return {
    run,
    headend,
    events,
    value: (id) => run.observations.get(id)?.value as ProbeValues[typeof id],
    observation: (id) => run.observations.get(id) as Observation,
  };
}
