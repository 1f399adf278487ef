/** `pcap`: read captures, write what is in them while they are read, and say in an exit code what was found. */

import type { CaptureOptions } from '../../captureOptions.ts';
import type { Language } from '../../evidence/index.ts';
import {
  CaptureDigest,
  type CaptureEnd,
  captureExitCode,
  captureFields,
  defaultFields,
  displayWidth,
  type ExitCode,
  padColumns,
  renderCaptureDigest,
  renderCaptureVerdict,
  worstExit,
} from '../../report/index.ts';
import { toolVersion } from '../../version.ts';
import { HarnessError } from '../../wire/index.ts';
import { type CaptureInputFile, captureInputs } from '../captureInputs.ts';
import { captureProgress } from '../captureProgress.ts';
import { reportError } from '../errors.ts';
import { keepHeapSmall } from '../heap.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { compileWhatPays } from '../optimizer.ts';
import { planOutputs } from '../outputs.ts';
import type { Services } from '../services.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';
import { usageError } from '../usage.ts';
import { CaptureOutputs } from './captureOutputs.ts';
import { CaptureSelection } from './captureSelection.ts';
import { failOnOf } from './checkOptions.ts';
import { fieldsOf, pcapOptionsOf, type RawPcapOptions, type Selection, selectionOf } from './pcapOptions.ts';

/** Exit status after Ctrl-C, as shells have it: 128 + SIGINT. */
const interrupted = 130;

interface Session {
  readonly raw: RawPcapOptions;
  readonly language: Language;
  readonly options: Omit<CaptureOptions, 'name'>;
  readonly selection: Selection | null;
  /** Standard output carries a document, so the verdict goes to standard error. */
  readonly silent: boolean;
  readonly outputs: CaptureOutputs;
  readonly io: Io;
  readonly services: Pick<Services, 'captureEvents'>;
}

/** @returns the exit status. @throws HarnessError for mistakes on the command line, and for a single capture that cannot be read. */
export async function runPcap(
  words: readonly string[],
  raw: RawPcapOptions,
  io: Io,
  services: Pick<Services, 'captureEvents'>,
): Promise<number> {
  const language = languageOf(raw.lang, io.env);
  if (raw.fields === 'list' || raw.fields === 'help') {
    io.stdout.write(fieldList(language));
    return 0;
  }
  const failOn = failOnOf(raw.failOn);
  const names = namesOf(words, raw);
  const fields = fieldsOf(raw.fields, names.length > 1);
  const selection = selectionOf(raw);
  const options = await pcapOptionsOf(raw, language);
  const places = planOutputs(raw.fields !== undefined && raw.csv === undefined ? { ...raw, csv: '-' } : raw);
  const inputs = captureInputs(names, places, io);
  const outputs = new CaptureOutputs({
    places,
    stdout: io.stdout,
    fields,
    several: inputs.length > 1,
    failOn,
    language,
    certsOut: raw.certsOut,
    maxWaiting: options.limits?.maxConversations,
    more: selection === null ? {} : { selection },
  });
  const silent = Object.values(places).includes('-');
  const session: Session = { raw, language, options, selection, silent, outputs, io, services };
  const codes: ExitCode[] = [];
  let whole = true;
  let decrypted = 0;
  try {
    for (const input of inputs) {
      if (io.signal.aborted) break;
      const { digest, of, error } = await readCapture(session, input);
      if (digest.seen.source !== null) {
        if (digest.seen.summary !== null) codes.push(captureExitCode(digest.seen.summary, { failOn }));
        print(session, digest, input.name, of);
      } else if (inputs.length === 1 && error !== null && !io.signal.aborted) throw named(error, input.name, raw.ca);
      whole &&= error === null;
      decrypted += digest.decrypted;
      if (error !== null && !io.signal.aborted)
        codes.push(reportError(named(error, input.name, raw.ca), io.stderr, raw.debug === true, language));
    }
  } finally {
    outputs.close();
  }
  notes(session, whole, decrypted);
  return io.signal.aborted ? interrupted : worstExit(codes);
}

/** The captures to read; standard input also for `pcap --json -`, where the word stands behind an option. */
function namesOf(words: readonly string[], raw: RawPcapOptions): readonly string[] {
  if (words.length > 0) return words;
  if ([raw.json, raw.jsonl, raw.junit, raw.csv].includes('-')) return ['-'];
  throw usageError('bad-option', 'No capture was given.', 'Name a file, or - for standard input: helloprobe pcap FILE');
}

interface ReadCapture {
  readonly digest: CaptureDigest;
  /** Conversations in all, where only some are shown. */
  readonly of: number | null;
  readonly error: unknown;
}

/** Reads one capture into the outputs and a digest. What breaks it off is returned; the outputs are whole documents all the same. */
async function readCapture(session: Session, { name, source, size }: CaptureInputFile): Promise<ReadCapture> {
  const { options, outputs, io, services, language, raw } = session;
  const startedAt = new Date().toISOString();
  const digest = new CaptureDigest();
  const watchHeap = keepHeapSmall();
  const tune = compileWhatPays();
  let told = 0;
  const selection = new CaptureSelection(session.selection);
  const documents = outputs.writers({ name, startedAt, tool: { name: 'helloprobe', version: toolVersion } });
  const writers = [digest, ...documents];
  // The text shows a few of each kind; documents have them all.
  const repeats = documents.length === 0 && session.selection === null ? { repeats: digest } : {};
  const progress = raw.quiet === true ? null : captureProgress(io.stderr, language, { name, size });
  // Standard input ends when it is interrupted; a file is given up.
  const signal = typeof source === 'string' ? { signal: io.signal } : {};
  let error: unknown = null;
  try {
    for await (const event of services.captureEvents(source, { ...options, ...repeats, name, ...signal })) {
      watchHeap();
      if (event.type === 'conversation') told++;
      else if (event.type === 'progress') tune(event.packets, told);
      progress?.event(event);
      const shown = selection.of(event);
      if (shown === null) continue;
      for (const writer of writers) writer.event(shown);
      const waiting = outputs.ready();
      if (waiting !== null) await waiting;
    }
  } catch (thrown) {
    error = io.signal.aborted ? new HarnessError('aborted', 'Reading was interrupted.') : thrown;
  }
  progress?.end();
  const finishedAt = new Date().toISOString();
  const end: CaptureEnd = { finishedAt, error: error === null ? null : failureOf(error) };
  for (const writer of writers) {
    try {
      writer.end(end);
    } catch (thrown) {
      // A full disk, say: the other documents are to be whole.
      error ??= thrown;
    }
  }
  const { source: known, summary } = digest.seen;
  if (known !== null)
    outputs.add({
      name,
      startedAt,
      finishedAt,
      verdict: summary?.verdict ?? 'inconclusive',
      findings: summary?.findings ?? [],
      error: end.error?.message ?? null,
    });
  return { digest, of: session.selection === null ? null : selection.all, error };
}

/** The error with the name of the capture in it: of several, the user is to know which. */
function named(error: unknown, name: string, others: readonly string[] = []): unknown {
  if (!(error instanceof HarnessError)) return error;
  // It is named already, or it is another file that cannot be read: that of --ca.
  const names = [name === '-' ? 'standard input' : name, ...(error.code === 'unreadable-file' ? others : [])];
  const said = error.message.replace(/^The file "?/, '');
  if (names.some((known) => said.startsWith(known))) return error;
  const { code, message, hint } = error;
  const shown = name === '-' ? 'standard input' : name;
  return new HarnessError(code, `${shown}: ${message}`, hint === undefined ? {} : { hint });
}

function failureOf(error: unknown): NonNullable<CaptureEnd['error']> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof HarnessError ? error.code : name, message };
}

/** The text report; its verdict alone where standard output carries a document. */
function print(
  { raw, language, silent, io, options: { now } }: Session,
  digest: CaptureDigest,
  name: string,
  of: number | null,
): void {
  const { stdout, stderr, env } = io;
  const page = {
    language,
    name: name === '-' ? cliMessages[language].standardInput : name,
    of,
    ...(now === undefined ? {} : { now: now.toISOString() }),
  };
  if (!silent)
    stdout.write(
      renderCaptureDigest(digest, { ...page, colour: colourOf(stdout, env, raw.color), width: pageWidth(stdout) }),
    );
  else if (raw.quiet !== true)
    stderr.write(renderCaptureVerdict(digest, { ...page, colour: colourOf(stderr, env, raw.color) }));
}

/** Tables want room: where no terminal says otherwise, the widest page there is. */
function pageWidth(stdout: Io['stdout']): number {
  return stdout.columns === undefined ? 100 : widthOf(stdout);
}

function notes({ raw, language, outputs, io, selection }: Session, whole: boolean, decrypted: number): void {
  const words = cliMessages[language];
  const { certificates, rowsLeft } = outputs;
  const lines = [
    ...(io.signal.aborted ? [whole ? words.interrupted : words.interruptedCapture] : []),
    // Of those that were chosen only: others may have been decrypted.
    ...(raw.keylog === undefined || decrypted > 0 || selection !== null ? [] : [words.nothingDecrypted]),
    ...(certificates === null ? [] : [words.certificatesWritten(certificates.count, certificates.folder)]),
  ];
  if (raw.quiet !== true) for (const line of lines) io.stderr.write(`${line}\n`);
  // Not to be overlooked in a pipeline.
  if (rowsLeft > 0) io.stderr.write(`${words.rowsLeft(rowsLeft)}\n`);
}

/** `--fields list`: each field and its meaning. */
function fieldList(language: Language): string {
  const words = cliMessages[language];
  const fields = [...captureFields.values()];
  const width = Math.max(...fields.map(({ name }) => displayWidth(name)));
  const lines = (of: 'conversation' | 'certificate'): string[] =>
    fields
      .filter((field) => field.of === of)
      .map(
        ({ name, about }) =>
          `${defaultFields.includes(name) ? '*' : ' '} ${padColumns(name, width)}  ${about[language]}`,
      );
  return [
    words.fieldsPerConversation,
    ...lines('conversation'),
    '',
    words.fieldsPerCertificate,
    ...lines('certificate'),
    '',
  ].join('\n');
}
