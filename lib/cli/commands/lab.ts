/** `lab`: a faulty path on this machine, checked, or with a program of the user's on it. */

import { writeFileSync } from 'node:fs';
import type { Lab } from '../../lab/index.ts';
import type { ProbeEvent } from '../../probe/index.ts';
import { exitCodeOf, jsonLine, targetName, worstExit } from '../../report/index.ts';
import { printable } from '../../wire/index.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { lineWriter, planOutputs, writing } from '../outputs.ts';
import { createProgress } from '../progress.ts';
import type { Services } from '../services.ts';
import { languageOf } from '../terminal.ts';
import { usageError } from '../usage.ts';
import { checkOptionsOf, failOnOf, interrupted, type RawCheckOptions } from './checkOptions.ts';
import { writeReports } from './writeReports.ts';

export interface RawLabOptions extends RawCheckOptions {
  readonly list?: boolean;
  readonly ipv6?: boolean;
}

/**
 * @param words the program to run as the client; none: `check` runs there.
 * @returns the exit status: the program's, or the check's, or 4 when what was planted was not diagnosed.
 * @throws HarnessError `unknown-scenario`, `no-namespaces`, and for mistakes on the command line
 */
export async function labCommand(
  scenario: string | undefined,
  words: readonly string[],
  raw: RawLabOptions,
  io: Io,
  services: Services,
): Promise<number> {
  if (raw.list === true) {
    const { listCommand } = await import('./list.ts');
    await listCommand('scenarios', raw, io);
    return 0;
  }
  if (scenario === undefined)
    throw usageError('unknown-command', 'No scenario was given.', 'They are listed by: helloprobe lab --list');
  try {
    return await (words.length === 0
      ? checkInLab(scenario, raw, io, services)
      : runProgram(scenario, words, raw, io, services));
  } catch (error) {
    // Ctrl-C also ends the programs that were setting up the lab.
    if (io.signal.aborted) return interrupted;
    throw error;
  }
}

async function runProgram(
  scenario: string,
  words: readonly string[],
  raw: RawLabOptions,
  io: Io,
  services: Services,
): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  const idle = ofTheCheck.filter((option) => raw[option] !== undefined);
  if (idle.length > 0) {
    const options = idle.map((option) => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw usageError(
      'bad-option',
      `With a program there is no check, for which ${options.join(', ')} ${idle.length === 1 ? 'is' : 'are'} meant.`,
      'Options of the program stand behind it: helloprobe lab plain -- curl --json ...',
    );
  }
  const { pcap } = raw;
  if (pcap !== undefined) writing(pcap, () => writeFileSync(pcap, ''));
  return services.runInLab(scenario, words, {
    signal: io.signal,
    ...(pcap === undefined ? {} : { pcap }),
    onStart: (lab, place) => {
      if (raw.quiet === true) return;
      const { server, trust } = cliMessages[language].lab;
      const lines = [`  ${server(place)}`, `  ${trust(place.ca)}`];
      io.stderr.write(`${[...introduction(lab, language), ...lines].map(printable).join('\n')}\n`);
    },
  });
}

/** Options that a program's run has no use for. */
const ofTheCheck = [
  'json',
  'jsonl',
  'junit',
  'only',
  'skip',
  'quick',
  'timeout',
  'deadline',
  'failOn',
  'ipv6',
] as const;

async function checkInLab(scenario: string, raw: RawLabOptions, io: Io, services: Services): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  const failOn = failOnOf(raw.failOn);
  const parsed = checkOptionsOf(raw, language);
  await services.plan(parsed);
  const places = planOutputs(raw);
  const { pcap } = raw;
  if (pcap !== undefined) writing(pcap, () => writeFileSync(pcap, ''));
  const progress = createProgress(io.stderr, language, raw.quiet === true);
  const watch = progress.watch(scenario);
  const writeLine = places.jsonl === undefined ? null : lineWriter(places.jsonl, io.stdout);
  let name = scenario;
  const { report, planted, lacking } = await services.checkLab(scenario, {
    ...parsed,
    command: 'lab',
    ...(raw.ipv6 === true ? { ipv6: true } : {}),
    ...(pcap === undefined ? {} : { pcap }),
    signal: io.signal,
    onStart: (lab) => introduction(lab, language).forEach((line) => progress.note(line)),
    observer: (event: ProbeEvent) => {
      watch(event);
      if (event.type === 'run-started') name = targetName(event.target);
      if (writeLine !== null) writeLine(jsonLine(event, name));
    },
  });
  progress.end();
  const { quiet = false, color } = raw;
  writeReports(report, { io, language, places, failOn, quiet, color, detail: [], more: { planted: [planted] } });
  if (io.signal.aborted) return interrupted;
  const words = cliMessages[language].lab;
  progress.note(
    [words.planted(planted), ...(lacking.length === 0 ? [] : [words.lacking(lacking.join(', '))])].join(' '),
  );
  // A choice of probes is not expected to see everything, nor is a machine that lacks what it takes.
  const excused = parsed.only !== undefined || parsed.skip !== undefined || parsed.quick === true || lacking.length > 0;
  return worstExit([
    exitCodeOf(report, { failOn, named: parsed.only ?? [] }),
    ...(planted.ok || excused ? [] : ([4] as const)),
  ]);
}

/** What the lab is, for those who read along. */
function introduction({ scenario }: Lab, language: 'en' | 'ja'): string[] {
  const { id, title, description, expect } = scenario;
  const words = cliMessages[language];
  const expected = expect.length === 0 ? words.noFault : expect.join(', ');
  return [`${id}  ${title[language]}`, `  ${description[language]}`, `  ${words.lab.expected(expected)}`];
}
