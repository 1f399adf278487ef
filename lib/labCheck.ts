/** `check` from the client of a lab: the headend behind a faulty path, and whether the diagnosis found what was planted there. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { CheckOptions } from './check.ts';
import type { CheckReport } from './evidence/index.ts';
import type { Lab, LabHeadend, LabScenario } from './lab/index.ts';
import type { LabCheckLine, LabCheckRequest, PortableCheckOptions } from './labAgent.ts';
import { type AbilityId, abilityOf } from './net/index.ts';
import { compareWithPlanted, type PlantedFault } from './planted.ts';
import { HarnessError } from './wire/index.ts';

/** As for `check`; what is not JSON stays here, as the run is in another process. The lab says what to ask for and whom to trust. */
export interface LabCheckOptions
  extends Omit<PortableCheckOptions, 'address' | 'ownTarget'>,
    Pick<CheckOptions, 'now' | 'observer' | 'signal'> {
  /** Check over IPv6 instead of IPv4. */
  readonly ipv6?: boolean;
  /** File for the packets of all attempts, pcapng: exact ones, as they pass the client's interface. */
  readonly pcap?: string;
  /** Called when the lab runs, before the check. */
  readonly onStart?: (lab: Lab, headend: LabHeadend) => void;
}

export interface LabCheck {
  readonly scenario: LabScenario;
  readonly report: CheckReport;
  readonly planted: PlantedFault;
  /** Abilities without which a check cannot find all that was planted, and which were missing even in the lab. */
  readonly lacking: readonly AbilityId[];
}

/**
 * Starts a lab, checks its headend from its client, and removes the lab.
 * @example
 * const { report, planted } = await checkLab('pppoe-1454');
 * @throws HarnessError `unknown-scenario`, `no-namespaces` where this machine cannot have a lab; what `check` throws.
 */
export async function checkLab(
  scenario: string | LabScenario,
  { onStart, ipv6 = false, ...options }: LabCheckOptions = {},
): Promise<LabCheck> {
  const { startLab } = await import('./lab/index.ts');
  const lab = await startLab(scenario);
  try {
    const headend = await lab.serve();
    onStart?.(lab, headend);
    const { now, observer = () => undefined, signal, sni, caPem = [], pcap, ...rest } = options;
    const report = await checkFrom(
      lab,
      {
        target: { host: ipv6 ? headend.host6 : headend.host, port: headend.port },
        options: {
          // Nobody else's server is in a lab.
          delayMs: 0,
          ...rest,
          ...(now === undefined ? {} : { now: now.toISOString() }),
          sni: sni === undefined ? headend.sni : sni,
          caPem: [headend.rootsPem, ...caPem],
        },
        ...(pcap === undefined ? {} : { pcap }),
      },
      observer,
      signal,
    );
    observer({ type: 'run-finished', report });
    const planted = compareWithPlanted(lab.scenario, report.findings);
    return { scenario: lab.scenario, report, planted, lacking: await lackingOf(lab.scenario, report) };
  } finally {
    await lab.close();
  }
}

/**
 * A probe that lacks an ability says so in its reason: `missing-ability: raw: …`. Without `tcp-mss` a check does with less and does
 * not say so; that ability is the same inside a lab and outside.
 */
async function lackingOf({ needs = [] }: LabScenario, { observations }: CheckReport): Promise<AbilityId[]> {
  const reasons = Object.values(observations).map(({ reason }) => reason ?? '');
  const { available } = await abilityOf('tcp-mss');
  return needs.filter(
    (need) =>
      (need === 'tcp-mss' && !available) || reasons.some((reason) => reason.startsWith(`missing-ability: ${need}`)),
  );
}

/** Runs `check` in a process on the lab's client. When the signal fires it ends early, and what it has is its report. */
async function checkFrom(...[lab, request, observer, signal]: Parameters<typeof reportFrom>): Promise<CheckReport> {
  const first = await reportFrom(lab, request, observer, signal);
  // Ctrl-C reaches a process that has just been made before it has its own session: another one gives the report.
  const told = first.endedBy === 'SIGINT' ? await reportFrom(lab, request, observer, signal) : first;
  if (told.report !== null) return told.report;
  const { complaint } = told;
  throw new Error(`The check inside the lab ended without a report${complaint === '' ? '' : `: ${complaint}`}.`);
}

interface Told {
  readonly report: CheckReport | null;
  /** What the process said of errors, one line. */
  readonly complaint: string;
  readonly endedBy: NodeJS.Signals | null;
}

async function reportFrom(
  lab: Lab,
  request: LabCheckRequest,
  observer: NonNullable<CheckOptions['observer']>,
  signal: AbortSignal | undefined,
): Promise<Told> {
  const { ownProgram } = await import('./lab/index.ts');
  // A session of its own: after Ctrl-C it is asked for its report.
  const child = lab.spawn('client', ownProgram('lib/labAgent'), { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const { stdin, stdout, stderr } = child as ChildProcess & { stdin: NonNullable<ChildProcess['stdin']> };
  if (stdout === null || stderr === null) throw new Error('a child without pipes');
  const said = buffer(stderr);
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  // It may end before it has read all: how it ended is told below.
  stdin.on('error', () => undefined);
  stdin.write(`${JSON.stringify(request)}\n`);
  const stop = (): void => void stdin.end();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  let report: CheckReport | null = null;
  try {
    for await (const line of createInterface({ input: stdout })) {
      const told = JSON.parse(line) as LabCheckLine;
      if ('event' in told) observer(told.event);
      else if ('report' in told) report = told.report;
      else throw errorOf(told.error);
    }
    await ended;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    child.kill('SIGKILL');
  }
  const [, endedBy] = await ended;
  const lines = (await said).toString().trim().split('\n');
  const complaint = lines.find((line) => /Error\b/.test(line)) ?? lines.at(-1) ?? '';
  return { report, complaint, endedBy };
}

function errorOf({ code, message, hint }: { code: string | null; message: string; hint?: string }): Error {
  return code === null ? new Error(message) : new HarnessError(code, message, hint === undefined ? {} : { hint });
}
