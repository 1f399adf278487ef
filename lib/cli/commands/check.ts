/** `check` and the single-probe commands: run, watch, write the reports, and say it in an exit code. */

import type { CheckOptions } from '../../check.ts';
import type { CheckReport, Language } from '../../evidence/index.ts';
import { isLoopback } from '../../net/index.ts';
import { foreignDelayMs, type Plan, usualConcurrency } from '../../planned.ts';
import type { ProbeEvent } from '../../probe/index.ts';
import {
  bundleOf,
  type ExitCode,
  exitCodeOf,
  jsonLines,
  type ReportDocument,
  reportEvents,
  targetName,
  worstExit,
} from '../../report/index.ts';
import { toolVersion } from '../../version.ts';
import { reportError } from '../errors.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { type Destinations, writing as fileWriting, lineWriter, planOutputs } from '../outputs.ts';
import { createProgress, type Progress } from '../progress.ts';
import type { Services } from '../services.ts';
import { type Endpoint, parsePort } from '../target.ts';
import { readTargets } from '../targets.ts';
import { languageOf } from '../terminal.ts';
import { checkOptionsOf, failOnOf, interrupted, type RawCheckOptions } from './checkOptions.ts';
import { planText } from './dryRun.ts';
import { type ReportWriting, writeReports } from './writeReports.ts';

export interface CheckCommand {
  /** Name for the report: `check`, `versions`, … */
  readonly name: string;
  /** Probes of a single-probe command, the one it is named after first; null for `check`. */
  readonly only: readonly string[] | null;
  /** Where a target names no port; default 443. */
  readonly port?: number;
}

/** Targets that are probed at the same time; each has its own connections. */
const targetsAtOnce = 4;

interface Session {
  readonly command: CheckCommand;
  readonly raw: RawCheckOptions;
  readonly options: CheckOptions;
  readonly language: Language;
  readonly places: Destinations;
  readonly progress: Progress;
  readonly io: Io;
  readonly services: Services;
}

/** @returns the exit status. @throws HarnessError for mistakes on the command line. */
export async function runCheck(
  command: CheckCommand,
  words: readonly string[],
  raw: RawCheckOptions,
  io: Io,
  services: Services,
): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  const failOn = failOnOf(raw.failOn);
  const parsed = checkOptionsOf(raw, language);
  const options = {
    ...parsed,
    ...(command.only === null ? {} : { only: command.only }),
    ...(await credentialIn(raw)),
    command: command.name,
  };
  const defaultPort = raw.port === undefined ? (command.port ?? 443) : parsePort(raw.port);
  const targets = await readTargets({ words, files: raw.file ?? [], defaultPort }, io.stdin);
  await checkCaFiles(options.caFiles ?? []);
  const plan = await services.plan(options);
  if (raw.dryRun === true) {
    io.stdout.write(planText(targets, plan, language));
    return 0;
  }
  const places = planOutputs(raw);
  const progress = createProgress(io.stderr, language, raw.quiet === true);
  const session: Session = { command, raw, options, language, places, progress, io, services };
  const writing: ReportWriting = {
    io,
    language,
    places,
    failOn,
    quiet: raw.quiet === true,
    color: raw.color,
    detail: command.only ?? [],
  };
  const { pcap } = raw;
  if (pcap === undefined) return runAll(session, targets, plan, writing);
  const { openRecording } = await import('../../recordingFile.ts');
  const file = fileWriting(pcap, () => openRecording(pcap));
  try {
    return await runAll({ ...session, options: { ...options, recording: file.recording } }, targets, plan, writing);
  } finally {
    fileWriting(pcap, () => file.close());
  }
}

async function runAll(
  session: Session,
  targets: readonly Endpoint[],
  { maxConnections }: Plan,
  writing: ReportWriting,
): Promise<number> {
  const { io, language, options, progress } = session;
  if (targets.length === 0) return runEmbedded(session, writing);

  if (targets.some(({ host }) => !isOwnHost(host))) progress.note(notice(options, maxConnections, language));
  const { document, broken } = await runTargets(session, targets);
  progress.end();
  if (document !== null) writeReports(document, writing);
  if (io.signal.aborted) return interrupted;
  return worstExit([
    ...(document === null ? [] : [exitCodeOf(document, { failOn: writing.failOn, named: namedOf(session) })]),
    ...broken,
  ]);
}

/** Probes whose missing privilege is an error: those of `--only`, and the one that a command is named after. */
function namedOf({ command, options }: Session): readonly string[] {
  return command.only === null ? (options.only ?? []) : command.only.slice(0, 1);
}

/** A target that is plainly this machine; a name may lead anywhere. */
function isOwnHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

/** What strangers' servers are about to be sent, in one line. */
function notice({ concurrency, delayMs }: CheckOptions, maxConnections: number, language: Language): string {
  const words = cliMessages[language];
  return words.notice(words.connections(maxConnections), concurrency ?? usualConcurrency, delayMs ?? foreignDelayMs);
}

/**
 * A CA file that cannot be used is told once, before the first of several targets is probed.
 * @throws HarnessError `unreadable-file`
 */
async function checkCaFiles(caFiles: readonly string[]): Promise<void> {
  if (caFiles.length === 0) return;
  const { loadRoots } = await import('../../x509/node.ts');
  loadRoots({ caFiles });
}

/** @throws HarnessError `bad-option`, `unreadable-file`, `bad-credential`; none holds a word of the key */
async function credentialIn({ clientCert, clientKey }: RawCheckOptions): Promise<Pick<CheckOptions, 'credential'>> {
  if (clientCert === undefined && clientKey === undefined) return {};
  const { readCredential } = await import('../credential.ts');
  return { credential: readCredential(clientCert, clientKey) };
}

/** The reports of all targets, in their order; an internal error at one of them is told and does not lose the others. */
async function runTargets(
  session: Session,
  targets: readonly Endpoint[],
): Promise<{ document: ReportDocument | null; broken: ExitCode[] }> {
  const { options, places, progress, io, services, command, raw } = session;
  const startedAt = new Date().toISOString();
  const writeLine = places.jsonl === undefined ? null : lineWriter(places.jsonl, io.stdout);
  const reports: (CheckReport | undefined)[] = [];
  const broken: ExitCode[] = [];
  const queue = [...targets.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !io.signal.aborted; next = queue.shift()) {
      const [index, target] = next;
      const name = targetName(target);
      const watch = progress.watch(name);
      const record = writeLine === null ? null : jsonLines(name, writeLine);
      const observer = (event: ProbeEvent): void => {
        record?.(event);
        watch(event);
      };
      try {
        reports[index] = await services.check(target, { ...options, observer, signal: io.signal });
      } catch (error) {
        progress.end();
        broken.push(reportError(error, io.stderr, raw.debug === true));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(targetsAtOnce, targets.length) }, worker));
  const done = reports.filter((report) => report !== undefined);
  const [only] = done;
  if (only === undefined) return { document: null, broken };
  if (targets.length === 1) return { document: only, broken };
  const head = {
    tool: { name: 'helloprobe', version: toolVersion },
    command: command.name,
    startedAt,
    finishedAt: new Date().toISOString(),
  };
  return { document: bundleOf(done, head), broken };
}

/** The lab's headends on loopback, and a faulty path where there can be one: 0 when each planted fault was diagnosed, else 4. */
async function runEmbedded(session: Session, writing: ReportWriting): Promise<number> {
  const { options, places, progress, io, services, language } = session;
  const { timeouts, now, quick, only, skip, recording } = options;
  const writeLine = places.jsonl === undefined ? null : lineWriter(places.jsonl, io.stdout);
  const { bundle, planted, skipped } = await services.checkEmbedded({
    language,
    signal: io.signal,
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(now === undefined ? {} : { now }),
    ...(quick === undefined ? {} : { quick }),
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(recording === undefined ? {} : { recording }),
    onReport: ({ headend, ok }, report) => {
      progress.note(`${headend}  ${cliMessages[language].headend(ok)}`);
      // Several headends run at once behind one observer, so the lines are written when a headend is done.
      if (writeLine !== null) reportEvents(report).forEach(jsonLines(targetName(report.target), writeLine));
    },
  });
  progress.end();
  writeReports(bundle, {
    ...writing,
    planted,
    notes: skipped.map(cliMessages[language].skippedPath),
    more: { planted, skipped },
    names: planted.map(({ headend }) => headend),
  });
  if (io.signal.aborted) return interrupted;
  return planted.length > 0 && planted.every(({ ok }) => ok) ? 0 : 4;
}
