/** One check of a matrix cell. `lab.call` runs it in a process of the client's. */

import { check } from '../../lib/check.ts';
import type { CheckReport, MssValue, Observation } from '../../lib/evidence/index.ts';

export interface Task {
  readonly host: string;
  readonly port: number;
  readonly sni: string;
  readonly rootsPem: string;
  /** Ids of the probes to run. */
  readonly only: readonly string[];
}

export interface Measured {
  readonly ms: number;
  /** Attempts of the run, each one connection. */
  readonly connections: number;
  readonly mss: Observation<MssValue> | null;
  readonly findings: CheckReport['findings'];
}

export async function measure({ host, port, sni, rootsPem, only }: Task): Promise<Measured> {
  const started = performance.now();
  const report = await check({ host, port }, { sni, caPem: [rootsPem], only });
  const ms = Math.round(performance.now() - started);
  const attempts = Object.values(report.observations).flatMap((observation) => observation.attempts);
  return {
    ms,
    connections: new Set(attempts.map(({ id }) => id)).size,
    mss: (report.observations['mss'] as Observation<MssValue> | undefined) ?? null,
    findings: report.findings,
  };
}
