/**
 * The embedded run: every faulty headend of the lab on loopback, probed as a stranger's server would be, and a faulty path where this
 * machine can have one; what should have been found, and what was.
 */

import { type CheckOptions, check } from './check.ts';
import type { CheckReport, ReportBundle } from './evidence/index.ts';
import type { HeadendSpec, LabScenario } from './lab/index.ts';
import { abilityOf } from './net/index.ts';
import { compareWithPlanted, type PlantedFault } from './planted.ts';
import { bundleOf } from './report/index.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';

export interface EmbeddedRun {
  readonly bundle: ReportBundle;
  /** In the order of the bundle's reports: headends, then paths. */
  readonly planted: readonly PlantedFault[];
  /** Paths that this machine cannot have. */
  readonly skipped: readonly SkippedPath[];
}

/** A path that was not checked. */
export interface SkippedPath {
  readonly scenario: string;
  /** Code of the error, such as `no-namespaces`. */
  readonly reason: string;
  /** One sentence. */
  readonly detail: string;
  /** What to do about it; null where nothing is known to help. */
  readonly help: string | null;
}

export interface EmbeddedOptions
  extends Pick<
    CheckOptions,
    'language' | 'signal' | 'observer' | 'now' | 'quick' | 'only' | 'skip' | 'timeouts' | 'recording'
  > {
  /** Headends to run; default all of the lab. */
  readonly headends?: readonly HeadendSpec[];
  /** Faulty paths to run; default the PPPoE line, and none where headends are chosen. The recording has none of their packets. */
  readonly paths?: readonly (string | LabScenario)[];
  /** Headends at once, default 6: most of the time is spent waiting for silent ones. */
  readonly parallel?: number;
  /** Called when the report of a headend or a path is ready. */
  readonly onReport?: (planted: PlantedFault, report: CheckReport) => void;
}

/** On loopback a reply comes within milliseconds; a silent headend should not hold up the demonstration for the time a distant one is given. */
const loopbackTimeouts = { connectMs: 1000, firstReplyMs: 500, totalMs: 4000, deadlineMs: 60_000 };

/** FLET'S PPPoE with ICMP dropped: the fault that costs most time in the field. */
const usualPaths = ['pppoe-1454'];

interface Result {
  readonly planted: PlantedFault;
  readonly report: CheckReport;
}

/** Starts and checks every headend and path; nothing is left running. */
export async function checkEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedRun> {
  const startedAt = new Date().toISOString();
  const headends = options.headends ?? Object.values((await loadLab()).headends);
  const paths = options.paths ?? (options.headends === undefined ? usualPaths : []);
  const skipped: SkippedPath[] = [];
  const jobs = [
    ...headends.map((spec) => () => checkHeadend(spec, options)),
    ...paths.map((scenario) => () => checkPath(scenario, options, skipped)),
  ];
  const results: (Result | null)[] = [];
  // The paths first: they take longest.
  const queue = [...jobs.entries()].sort(([a], [b]) => Number(b >= headends.length) - Number(a >= headends.length));
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && options.signal?.aborted !== true; next = queue.shift()) {
      const [index, job] = next;
      const result = await job();
      results[index] = result;
      if (result !== null) options.onReport?.(result.planted, result.report);
    }
  };
  // Every worker is waited for, also when one fails: the headends of the others are still open then.
  const ended = await Promise.allSettled(Array.from({ length: options.parallel ?? 6 }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const done = results.filter((result) => result !== undefined && result !== null);
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
  return { bundle, planted: done.map(({ planted }) => planted), skipped };
}

/** Not before a run needs it: the lab's ASN.1 classes would be half of what the main entry point loads. */
const loadLab = (): Promise<typeof import('./lab/index.ts')> => import('./lab/index.ts');

/** What the caller said, for one check. */
function given({ language, signal, observer, now, quick, only, skip }: EmbeddedOptions) {
  const all = { language, signal, observer, now, quick, only, skip };
  type Given = Pick<CheckOptions, keyof typeof all>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given;
}

async function checkHeadend(spec: HeadendSpec, options: EmbeddedOptions): Promise<Result> {
  const { startHeadend } = await loadLab();
  const headend = await startHeadend(spec);
  try {
    const report = await check(
      { host: headend.host, port: headend.port },
      {
        ...given(options),
        ...(options.recording === undefined ? {} : { recording: options.recording }),
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

/** Errors that say what this machine lacks. */
const cannotHaveLabs: readonly string[] = ['no-namespaces', 'lab-setup'];

async function checkPath(
  scenario: string | LabScenario,
  options: EmbeddedOptions,
  skipped: SkippedPath[],
): Promise<Result | null> {
  const { checkLab } = await import('./labCheck.ts');
  const { timeouts } = options;
  const id = typeof scenario === 'string' ? scenario : scenario.id;
  try {
    const { planted, report, lacking } = await checkLab(scenario, {
      ...given(options),
      ...(timeouts === undefined ? {} : { timeouts }),
    });
    const [ability] = planted.ok ? [] : lacking;
    if (ability === undefined) return { planted, report };
    const { detail, help } = await abilityOf(ability);
    skipped.push({ scenario: id, reason: 'missing-ability', detail: `${ability}: ${detail ?? 'missing'}`, help });
    return null;
  } catch (error) {
    if (!(error instanceof HarnessError) || !cannotHaveLabs.includes(error.code)) throw error;
    const { code, message, hint } = error;
    skipped.push({ scenario: id, reason: code, detail: message, help: hint ?? null });
    return null;
  }
}
