/** The embedded run: every faulty headend of the lab on loopback, probed as a stranger's server would be, and what should have been found. */

import { type CheckOptions, check } from './check.ts';
import type { CheckReport, ReportBundle } from './evidence/index.ts';
import type { HeadendSpec } from './lab/index.ts';
import { compareWithPlanted, type PlantedFault } from './planted.ts';
import { bundleOf } from './report/index.ts';
import { toolVersion } from './version.ts';

export interface EmbeddedRun {
  readonly bundle: ReportBundle;
  readonly planted: readonly PlantedFault[];
}

export interface EmbeddedOptions
  extends Pick<CheckOptions, 'language' | 'signal' | 'observer' | 'now' | 'quick' | 'only' | 'skip' | 'timeouts'> {
  /** Headends to run; default all of the lab. */
  readonly headends?: readonly HeadendSpec[];
  /** Headends at once, default 6: most of the time is spent waiting for silent ones. */
  readonly parallel?: number;
  /** Called when a headend's report is ready. */
  readonly onReport?: (planted: PlantedFault, report: CheckReport) => void;
}

/** On loopback a reply comes within milliseconds; a silent headend should not hold up the demonstration for the time a distant one is given. */
const loopbackTimeouts = { connectMs: 1000, firstReplyMs: 500, totalMs: 4000, deadlineMs: 60_000 };

/** Starts and checks every headend; nothing is left running. */
export async function checkEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedRun> {
  const startedAt = new Date().toISOString();
  const specs = options.headends ?? Object.values((await loadLab()).headends);
  const results: { planted: PlantedFault; report: CheckReport }[] = [];
  const queue = [...specs.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && options.signal?.aborted !== true; next = queue.shift()) {
      const [index, spec] = next;
      const result = await checkHeadend(spec, options);
      results[index] = result;
      options.onReport?.(result.planted, result.report);
    }
  };
  // Every worker is waited for, also when one fails: the headends of the others are still open then.
  const ended = await Promise.allSettled(Array.from({ length: options.parallel ?? 6 }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const done = results.filter((result) => result !== undefined);
  const head = {
    tool: { name: 'helloprobe', version: toolVersion },
    command: 'check',
    startedAt,
    finishedAt: new Date().toISOString(),
  };
  const bundle = bundleOf(
    done.map(({ report }) => report),
    head,
  );
  return { bundle, planted: done.map(({ planted }) => planted) };
}

/** Not before a run needs it: the lab's ASN.1 classes would be half of what the main entry point loads. */
const loadLab = (): Promise<typeof import('./lab/index.ts')> => import('./lab/index.ts');

async function checkHeadend(
  spec: HeadendSpec,
  options: EmbeddedOptions,
): Promise<{ planted: PlantedFault; report: CheckReport }> {
  const { startHeadend } = await loadLab();
  const headend = await startHeadend(spec);
  try {
    const { language, signal, observer, now, quick, only, skip } = options;
    const given = { language, signal, observer, now, quick, only, skip };
    const report = await check(
      { host: headend.host, port: headend.port },
      {
        ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as CheckOptions),
        sni: headend.sni,
        caPem: [headend.rootsPem],
        timeouts: { ...loopbackTimeouts, ...options.timeouts },
      },
    );
    return { planted: compareWithPlanted(spec, report.findings), report };
  } finally {
    await headend.close();
  }
}
