/** The library calls behind the commands, loaded when a command needs them; tests put their own in their place. */

import type { CaptureOptions } from '../captureOptions.ts';
import type { CheckOptions } from '../check.ts';
import type { EmbeddedOptions, EmbeddedRun } from '../embedded.ts';
import type { CaptureEvent, CheckReport, LogReport } from '../evidence/index.ts';
import type { LabCheck, LabCheckOptions } from '../labCheck.ts';
import type { LabRunOptions } from '../labRun.ts';
import type { LogOptions, NamedLog } from '../logs.ts';
import type { Ability } from '../net/index.ts';
import type { Plan } from '../planned.ts';
import type { Endpoint } from './target.ts';

export interface Services {
  /** What would run. @throws HarnessError `unknown-probe` */
  plan(options: CheckOptions): Promise<Plan>;
  check(target: Endpoint, options: CheckOptions): Promise<CheckReport>;
  /** False where the system says that there is no such host; true also where it cannot tell. */
  isKnownHost(name: string, signal: AbortSignal): Promise<boolean>;
  checkEmbedded(options: EmbeddedOptions): Promise<EmbeddedRun>;
  /** @throws HarnessError `unknown-scenario`, `no-namespaces` */
  checkLab(scenario: string, options: LabCheckOptions): Promise<LabCheck>;
  /** @returns the program's exit status. @throws HarnessError `unknown-scenario`, `no-namespaces`, `cannot-start` */
  runInLab(scenario: string, argv: readonly string[], options: LabRunOptions): Promise<number>;
  /** What this machine can do beyond plain TCP. */
  abilities(): Promise<readonly Ability[]>;
  /** @param source a path, or bytes as they come. @throws HarnessError `unreadable-file`, `not-a-capture` */
  captureEvents(source: string | AsyncIterable<Uint8Array>, options: CaptureOptions): AsyncIterable<CaptureEvent>;
  /** @throws HarnessError `unreadable-file` */
  analyzeLog(logs: readonly NamedLog[], options: LogOptions): Promise<LogReport>;
}

/** Codes of the system's resolver for a name without an address. */
const unknownHost: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EINVAL']);

export const libraryServices: Services = {
  plan: async (options) => (await import('../planned.ts')).planOfRun(options),
  check: async (target, options) => (await import('../check.ts')).check(target, options),
  isKnownHost: async (name, signal) => {
    const found = await (await import('../net/index.ts')).resolveTarget(name, { signal });
    return !('code' in found && unknownHost.has(found.code));
  },
  captureEvents: async function* (source, options) {
    yield* (await import('../captures.ts')).captureEvents(source, options);
  },
  analyzeLog: async (logs, options) => (await import('../logs.ts')).analyzeLog(logs, options),
  checkLab: async (scenario, options) => (await import('../labCheck.ts')).checkLab(scenario, options),
  runInLab: async (scenario, argv, options) => (await import('../labRun.ts')).runInLab(scenario, argv, options),
  abilities: async () => (await import('../net/index.ts')).abilities(),
  checkEmbedded: async (options) => (await import('../embedded.ts')).checkEmbedded(options),
};
