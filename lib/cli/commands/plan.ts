/** `sftunnel plan`: reads what there is, and writes the plan as text, JSON or Markdown. */

import { realpathSync } from 'node:fs';
import { type DescribedPlan, describePlan, type PlanInput } from '../../cisco/index.ts';
import { atLeast, type Finding, type Verdict } from '../../evidence/index.ts';
import { type FilePlan, type PlanFilesOptions, planFromFiles } from '../../renewalPlan.ts';
import { renderPlanMarkdown, renderPlanText } from '../../report/index.ts';
import { toolVersion } from '../../version.ts';
import { printable } from '../../wire/index.ts';
import { type Io, readAll } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { planOutputs, writeDocument } from '../outputs.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';
import { suggestion, usageError } from '../usage.ts';
import { given, instant } from './checkOptions.ts';
import { readKeyLogs } from './pcapOptions.ts';

export interface RawPlanOptions {
  readonly fmcVersion?: string;
  readonly hotfix?: string;
  readonly ha?: string;
  readonly ca?: readonly string[];
  readonly status?: readonly string[];
  readonly statusAfter?: readonly string[];
  readonly devices?: readonly string[];
  readonly tunnels?: string;
  readonly fmcUuid?: string;
  readonly keylog?: readonly string[];
  readonly now?: string;
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly lang?: string;
  readonly color: boolean;
  readonly debug?: boolean;
}

/** @returns the exit status. @throws HarnessError for mistakes on the command line, and for a file that cannot be read */
export async function planCommand(files: readonly string[], raw: RawPlanOptions, io: Io): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  const options = await optionsOf(files, raw, io.signal);
  const places = planOutputs({
    ...given('json', raw.json === true ? '-' : raw.json, String),
    ...given('markdown', raw.markdown === true ? '-' : raw.markdown, String),
  });
  refuseOverwriting(Object.values(places), options);
  const startedAt = new Date().toISOString();
  const read = await planFromFiles({ ...options, ...(await stdinOf(options, io)), language });
  const plan = describePlan(read.plan, language);
  const verdict = verdictOf(plan, read.findings);
  const found = { findings: read.findings, faults: faultsOf(read) };
  if (places.json !== undefined) {
    const document = {
      schemaVersion: 1,
      tool: { name: 'helloprobe', version: toolVersion },
      command: 'sftunnel plan',
      startedAt,
      finishedAt: new Date().toISOString(),
      verdict,
      findings: read.findings,
      sources: read.sources,
      plan,
    };
    writeDocument(places.json, `${JSON.stringify(document, null, 2)}\n`, io.stdout);
  }
  if (places.markdown !== undefined)
    writeDocument(places.markdown, renderPlanMarkdown(plan, language, found), io.stdout);
  if (!Object.values(places).includes('-')) {
    const page = { ...found, language, colour: colourOf(io.stdout, io.env, raw.color), width: widthOf(io.stdout) };
    io.stdout.write(renderPlanText(plan, page));
  }
  tellSources(read, io, cliMessages[language].plan);
  return verdict === 'inconclusive' ? 6 : 0;
}

/** `findings` where there is work to do, or something in the files to put right. */
function verdictOf({ leaf, phase, urgency }: DescribedPlan, findings: readonly Finding[]): Verdict {
  const clean = findings.some(({ severity }) => atLeast(severity, 'low')) ? 'findings' : 'clean';
  if (phase === 'done') return clean;
  if (leaf === null) return 'inconclusive';
  return phase === 'prepare' && urgency === 'none' ? clean : 'findings';
}

/** With the name of the tree where there are several sources. */
function faultsOf({ sources }: FilePlan): string[] {
  return sources.flatMap(({ name, faults }) =>
    faults.map((fault) => (sources.length > 1 ? `${name}: ${fault}` : fault)),
  );
}

/** What was of no use, and what of the rest could not be read, to standard error: a plan must not rest on it unnoticed. */
function tellSources({ sources }: FilePlan, { stderr }: Io, words: (typeof cliMessages)['en']['plan']): void {
  for (const { name, kinds, problems } of sources) {
    if (kinds.length === 0) stderr.write(`helloprobe: ${printable(words.unused(name))}\n`);
    if (problems.length === 0) continue;
    stderr.write(`helloprobe: ${printable(words.problems(name))}\n`);
    for (const problem of problems) stderr.write(`  ${printable(problem)}\n`);
  }
}

/** Read only where an input is called `-`. */
async function stdinOf(options: PlanFilesOptions, { stdin }: Io): Promise<Pick<PlanFilesOptions, 'stdin'>> {
  const { files = [], caFiles = [], status = [], statusAfter = [], devices = [] } = options;
  return [files, caFiles, status, statusAfter, devices].flat().includes('-') ? { stdin: await readAll(stdin) } : {};
}

async function optionsOf(
  files: readonly string[],
  raw: RawPlanOptions,
  signal: AbortSignal,
): Promise<PlanFilesOptions> {
  const { ca, status, statusAfter, devices, keylog } = raw;
  return {
    files,
    ...(ca === undefined ? {} : { caFiles: ca }),
    ...(status === undefined ? {} : { status }),
    ...(statusAfter === undefined ? {} : { statusAfter }),
    ...(devices === undefined ? {} : { devices }),
    ...(keylog === undefined ? {} : { keyLog: await readKeyLogs(keylog) }),
    ...given('now', raw.now, instant),
    given: givenOf(raw),
    signal,
  };
}

/** @throws HarnessError `bad-option` */
function givenOf(raw: RawPlanOptions): NonNullable<PlanInput['given']> {
  return {
    ...given('version', raw.fmcVersion, release),
    ...given('ha', raw.ha, (text) => oneOf(text, '--ha', ['primary', 'secondary'] as const)),
    ...given('hotfix', raw.hotfix, (text) => oneOf(text, '--hotfix', ['yes', 'no'] as const) === 'yes'),
    ...given('tunnels', raw.tunnels, (text) => oneOf(text, '--tunnels', ['up', 'partial', 'down'] as const)),
    ...given('fmcUuid', raw.fmcUuid, uuid),
  };
}

function release(text: string): string {
  if (/^\d{1,3}(?:\.\d{1,3}){1,3}(?:-\d{1,6})?$/.test(text)) return text;
  throw usageError(
    'bad-option',
    `--fmc-version ${quoted(text)} is not a release.`,
    'Give its numbers, as 7.2.5 or 7.2.5.1.',
  );
}

function uuid(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw usageError('bad-option', `--fmc-uuid ${quoted(text)} is not a UUID.`, 'It is the CN of the InternalCA.');
}

function oneOf<const Word extends string>(text: string, option: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw usageError(
    'bad-option',
    `${option} ${quoted(text)} is none of ${words.join(', ')}.`,
    suggestion(text, words, `Use one of ${words.join(', ')}.`),
  );
}

/** @throws HarnessError `output-conflict` for an output that is one of the inputs */
function refuseOverwriting(places: readonly string[], options: PlanFilesOptions): void {
  const { files = [], caFiles = [], status = [], statusAfter = [], devices = [] } = options;
  const inputs = new Set([...files, ...caFiles, ...status, ...statusAfter, ...devices].map(realPath));
  const place = places.find((output) => output !== '-' && inputs.has(realPath(output)));
  if (place === undefined) return;
  throw usageError(
    'output-conflict',
    `The file ${quoted(place)} is to be read and to be written.`,
    'Give the output another name.',
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function quoted(text: string): string {
  return JSON.stringify(printable(text.slice(0, 60)));
}
