/** Where each form of the report goes: several at once, but only one on standard output. */

import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { systemReason } from '../wire/index.ts';
import type { Output } from './io.ts';
import { usageError } from './usage.ts';

export type Format = 'json' | 'jsonl' | 'junit' | 'csv' | 'markdown';
const formats: readonly Format[] = ['json', 'jsonl', 'junit', 'csv', 'markdown'];

/** `-` for standard output, else a file name; formats not asked for are absent. */
export type Destinations = Readonly<Partial<Record<Format, string>>>;

/** Ends of file names by which the word after `--json` is known to be a file and not the target. */
const fileLike = /(?:[/\\]|\.(?:json|jsonl|ndjson|xml|txt|log)$)/i;

/** The same for `pcap`, `logs` and `certs`, whose other words are files themselves: a slash says nothing there. */
const reportLike = /\.(?:json|jsonl|ndjson|xml|csv|txt|log)$/i;

/**
 * Settles what the word after `--json`, `--jsonl` or `--junit` is, so that `check --json vpn.example.com` means what it says:
 * it is a file when it has a slash or a usual ending, or is `-`; otherwise it is the target, and the document goes to
 * standard output. `--json=FILE` is always a file. After `pcap`, `logs` and `certs` only the ending counts, and a bare `--json` stays one, so that
 * a capture is never taken for an output; after `sftunnel plan`, which reads files of any kind, only `.md`.
 */
export function settleOutputWords(argv: readonly string[]): string[] {
  const capture = argv[0] === 'pcap' || argv[0] === 'logs' || argv[0] === 'certs';
  const plan = argv[0] === 'sftunnel' && argv[1] === 'plan';
  const like = capture ? reportLike : plan ? /\.md$/i : fileLike;
  const settled: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') return [...settled, ...argv.slice(index)];
    if (!formats.some((format) => word === `--${format}`)) {
      settled.push(word);
      continue;
    }
    const next = argv[index + 1];
    const isFile =
      next !== undefined && (next === '-' || (like.test(next) && !next.startsWith('-') && !/^https:/i.test(next)));
    settled.push(`${word}=${isFile ? next : capture ? '' : '-'}`);
    if (isFile) index++;
  }
  return settled;
}

/** @throws HarnessError `output-conflict` when two formats want the same place, `unwritable-file` when a file cannot be written. */
export function planOutputs(raw: Readonly<Partial<Record<Format, string | true>>>): Destinations {
  const destinations: Partial<Record<Format, string>> = {};
  const taken = new Map<string, Format>();
  for (const format of formats) {
    const value = raw[format];
    if (value === undefined) continue;
    const place = value === true || value === '' ? '-' : value;
    const other = taken.get(place);
    if (other !== undefined) {
      const where = place === '-' ? 'standard output' : `the file ${JSON.stringify(place)}`;
      throw usageError(
        'output-conflict',
        `--${other} and --${format} both want ${where}.`,
        `Give one of them a file: --${format}=FILE.`,
      );
    }
    taken.set(place, format);
    destinations[format] = place;
  }
  for (const place of taken.keys()) if (place !== '-') writing(place, () => appendFileSync(place, ''));
  return destinations;
}

/** Writes a whole document to its place. @throws HarnessError `unwritable-file` */
export function writeDocument(place: string, text: string, stdout: Output): void {
  if (place === '-') stdout.write(text);
  else writing(place, () => writeFileSync(place, text));
}

/**
 * A place that a document is streamed to, gathered into pieces of 64 KiB; on standard output also less, when the program waits for
 * input: who watches a live capture sees each conversation as it ends. A file is begun anew with its first piece, so that what fails
 * before it leaves the file as it was.
 */
export class Sink {
  readonly #place: string;
  readonly #stdout: Output;
  #file: number | null = null;
  #pending = '';
  #behind = false;
  #drained: Promise<void> = Promise.resolve();
  #soon: NodeJS.Immediate | null = null;

  constructor(place: string, stdout: Output) {
    this.#place = place;
    this.#stdout = stdout;
  }

  /** @throws HarnessError `unwritable-file` */
  readonly write = (text: string): void => {
    this.#pending += text;
    if (this.#pending.length >= pieceLength) this.#flush();
    else if (this.#place === '-') this.#soon ??= setImmediate(() => this.#flush());
  };

  /** True when the reader of standard output is behind; `caughtUp` then waits for it. */
  get behind(): boolean {
    return this.#behind;
  }

  caughtUp(): Promise<void> {
    return this.#drained;
  }

  /** Writes what is left. @throws HarnessError `unwritable-file` */
  close(): void {
    this.#flush();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** It may be drained before anybody waits for it. */
  #toStdout(text: string): void {
    const stdout = this.#stdout;
    if (stdout.write(text) !== false || this.#behind || stdout.once === undefined) return;
    this.#behind = true;
    this.#drained = new Promise((resolve) => {
      stdout.once?.('drain', () => {
        this.#behind = false;
        resolve();
      });
    });
  }

  #flush(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#soon = null;
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    if (this.#place === '-') this.#toStdout(text);
    else
      writing(this.#place, () => {
        this.#file ??= openSync(this.#place, 'w');
        writeFileSync(this.#file, text);
      });
  }
}

const pieceLength = 2 ** 16;

/** A writer of whole lines to a place; a file is begun anew. @throws HarnessError `unwritable-file` */
export function lineWriter(place: string, stdout: Output): (line: string) => void {
  if (place === '-') return (line) => stdout.write(line);
  writing(place, () => writeFileSync(place, ''));
  return (line) => writing(place, () => appendFileSync(place, line));
}

/** Does what writes `file`. @throws HarnessError `unwritable-file` when the system will not have it */
export function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw usageError('unwritable-file', `The file ${JSON.stringify(file)} cannot be written: ${systemReason(error)}.`);
  }
}
