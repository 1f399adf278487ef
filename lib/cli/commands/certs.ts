/** `certs`: the certificates of targets, or of files; which of the two, the words tell. */

import { statSync } from 'node:fs';
import type { CertificateFilesOptions } from '../../certificateFiles.ts';
import type { CertificatesReport, CheckReport, Language, Severity } from '../../evidence/index.ts';
import {
  captureExitCode,
  renderCaptureJunit,
  renderCertificates,
  renderCertificatesVerdict,
} from '../../report/index.ts';
import { printable } from '../../wire/index.ts';
import { certificateInputs, isFileWord } from '../certificateInputs.ts';
import { type Io, readAll } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { type Destinations, lineWriter, planOutputs, writeDocument } from '../outputs.ts';
import type { Services } from '../services.ts';
import { parseName, parseTarget } from '../target.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';
import { usageError } from '../usage.ts';
import { runCheck } from './check.ts';
import { failOnOf, fingerprint, given, instant, type RawCheckOptions } from './checkOptions.ts';

/** As commander hands them over. */
export interface RawCertsOptions extends RawCheckOptions {
  readonly fetchIssuers?: boolean;
}

/** @returns the exit status. @throws HarnessError for mistakes on the command line, and for files that cannot be read. */
export async function runCerts(
  words: readonly string[],
  raw: RawCertsOptions,
  io: Io,
  services: Services,
): Promise<number> {
  const files = words.filter((word) => word !== '-' && isFileWord(word));
  const targets = words.filter((word) => word !== '-' && !files.includes(word));
  const stdin = words.includes('-') ? await readAll(io.stdin) : null;
  // A list of targets has neither armour nor the first bytes of DER.
  const certificates = stdin !== null && (files.length > 0 || holdsCertificates(stdin));
  if ((files.length > 0 || certificates) && targets.length > 0)
    throw usageError(
      'bad-option',
      `Files and targets are two commands: ${JSON.stringify(files[0] ?? '-')} is a file, ${JSON.stringify(targets[0])} is a target.`,
      'To compare a server with what another place sees, save both with --json=FILE and give the two files.',
    );
  if (files.length === 0 && !certificates)
    return runLive(words, raw, stdin === null ? io : withStdin(io, stdin), services);
  const language = languageOf(raw.lang, io.env);
  const failOn = failOnOf(raw.failOn);
  const options = optionsOf(raw, language, io);
  const places = planOutputs(raw);
  refuseOverwriting(words, places);
  const { judgeCertificates } = await import('../../certificateFiles.ts');
  const passed: string[] = [];
  const report = await judgeCertificates(certificateInputs(words, stdin, passed), options);
  write(report, { raw, places, language, failOn, io });
  if (passed.length > 0) io.stderr.write(`${cliMessages[language].reportsPassed(passed.length, passed[0] ?? '')}\n`);
  return captureExitCode(report, { failOn });
}

/** The probe; what clients say of its findings, and the issuers if asked for, come with its reports. */
async function runLive(words: readonly string[], raw: RawCertsOptions, io: Io, services: Services): Promise<number> {
  if (raw.address === undefined && raw.dryRun !== true) await refuseNoFiles(words, io, services);
  const check: Services['check'] = async (target, options) => {
    const report = await services.check(target, options);
    const { fetchIssuers = false } = raw;
    const whole = fetchIssuers ? await fetched(report, options) : report;
    const { clientReactions } = await import('../../diagnose/index.ts');
    return { ...whole, says: clientReactions(whole.findings) };
  };
  return runCheck({ name: 'certs', only: ['certificates'] }, words, raw, io, { ...services, check });
}

/**
 * A word such as `chain` is a file as often as it is a host: where it is neither, that is said before anything is sent.
 * @throws HarnessError `bad-target`
 */
async function refuseNoFiles(words: readonly string[], { signal }: Io, services: Services): Promise<void> {
  for (const word of words) {
    if (word === '-' || /[.:/[\]]/.test(word) || (await services.isKnownHost(parseTarget(word).host, signal))) continue;
    throw usageError(
      'bad-target',
      `The target ${JSON.stringify(printable(word))} is neither a file that is there nor a host name that resolves.`,
      'Check the path of the file, or the name of the host.',
    );
  }
}

async function fetched(
  report: CheckReport,
  { caFiles = [], language = 'en', signal }: Parameters<Services['check']>[1],
) {
  const { withFetchedIssuers } = await import('../../issuerFetch.ts');
  return withFetchedIssuers(report, { caFiles, language, ...(signal === undefined ? {} : { signal }) });
}

/** @throws HarnessError `bad-option` */
function optionsOf(raw: RawCertsOptions, language: Language, { signal }: Io): CertificateFilesOptions {
  return {
    language,
    signal,
    ...(raw.ca === undefined ? {} : { caFiles: raw.ca }),
    ...(typeof raw.sni === 'string' ? { expectName: parseName(raw.sni, '--sni') } : {}),
    ...given('expectIssuer', raw.expectIssuer, (text) => text),
    ...given('expectFingerprint', raw.expectFingerprint, fingerprint),
    ...given('now', raw.now, instant),
    ...(raw.fetchIssuers === true ? { fetchIssuers: true } : {}),
  };
}

interface Writing {
  readonly raw: RawCertsOptions;
  readonly places: Destinations;
  readonly language: Language;
  readonly failOn: Severity;
  readonly io: Io;
}

function write(report: CertificatesReport, { raw, places, language, failOn, io }: Writing): void {
  const { stdout, stderr, env } = io;
  if (places.json !== undefined) writeDocument(places.json, `${JSON.stringify(report, null, 2)}\n`, stdout);
  if (places.jsonl !== undefined) {
    const line = lineWriter(places.jsonl, stdout);
    for (const certificate of report.certificates) line(`${JSON.stringify({ type: 'certificate', certificate })}\n`);
    for (const chain of report.chains) line(`${JSON.stringify({ type: 'chain', chain })}\n`);
    for (const finding of report.findings) line(`${JSON.stringify({ type: 'finding', finding })}\n`);
    const { certificates: _c, chains: _h, findings: _f, ...summary } = report;
    line(`${JSON.stringify({ type: 'summary', ...summary })}\n`);
  }
  if (places.junit !== undefined) {
    const [only] = report.files;
    const name = report.files.length === 1 && only !== undefined ? only.name : 'certificates';
    writeDocument(places.junit, renderCaptureJunit([{ ...report, name, error: null }], failOn, language), stdout);
  }
  if (!Object.values(places).includes('-')) {
    const width = stdout.columns === undefined ? 100 : widthOf(stdout);
    stdout.write(renderCertificates(report, { language, colour: colourOf(stdout, env, raw.color), width }));
  } else if (raw.quiet !== true)
    stderr.write(renderCertificatesVerdict(report, { language, colour: colourOf(stderr, env, raw.color) }));
}

/** `certs --json a.json b.json` would lose the first of two reports that were to be compared. @throws HarnessError `output-conflict` */
function refuseOverwriting(words: readonly string[], places: Destinations): void {
  const taken = Object.values(places).find((place) => words.includes(place) && place !== '-');
  if (taken !== undefined)
    throw usageError(
      'output-conflict',
      `The file ${JSON.stringify(taken)} is to be read and to be written.`,
      'Give the output another name.',
    );
  const [only] = words;
  if (words.length !== 1 || only === undefined || !/\.(?:jsonl?|ndjson)$/i.test(only)) return;
  for (const format of ['json', 'jsonl'] as const) {
    const place = places[format] ?? '-';
    if (place === '-' || (statSync(place, { throwIfNoEntry: false })?.size ?? 0) === 0) continue;
    throw usageError(
      'output-conflict',
      `The file ${JSON.stringify(place)} behind --${format} would be overwritten.`,
      `To compare two reports, put --${format} behind both of them; else name a new file.`,
    );
  }
}

function holdsCertificates(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80) return true;
  return /BEGIN [A-Z]|^\s*MI[A-Za-z0-9+/]{60}|^\s*\{/.test(
    new TextDecoder('latin1').decode(bytes.subarray(0, 1 << 20)),
  );
}

function withStdin(io: Io, bytes: Uint8Array): Io {
  return {
    ...io,
    stdin: (async function* () {
      yield bytes;
    })(),
  };
}
