/** All targets of a command line: arguments, files given with `-f`, and standard input for `-`. */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HarnessError, systemReason } from '../wire/index.ts';
import { type Io, readAll } from './io.ts';
import { type Endpoint, parseTarget } from './target.ts';
import { usageError } from './usage.ts';

export interface TargetSources {
  readonly words: readonly string[];
  readonly files: readonly string[];
  readonly defaultPort: number;
}

/**
 * Every target once, in the order written. In files and on standard input a line is a target; empty lines and what follows
 * a `#` are skipped.
 * @throws HarnessError `bad-target`, `bad-port` (naming file and line), `unreadable-file`, `no-targets`.
 */
export async function readTargets(
  { words, files, defaultPort }: TargetSources,
  stdin: Io['stdin'],
): Promise<Endpoint[]> {
  const targets = new Map<string, Endpoint>();
  const add = (endpoint: Endpoint): void => void targets.set(`${endpoint.host} ${endpoint.port}`, endpoint);
  for (const word of words) {
    if (word === '-') for (const endpoint of await fromStdin(stdin, defaultPort)) add(endpoint);
    else add(parseTarget(word, defaultPort));
  }
  for (const file of files) {
    const found =
      file === '-' ? await fromStdin(stdin, defaultPort) : parseLines(await readText(file), file, defaultPort);
    for (const endpoint of found) add(endpoint);
  }
  if (targets.size === 0 && (words.length > 0 || files.length > 0)) {
    throw usageError(
      'no-targets',
      'The list of targets is empty.',
      'Write one target a line: host, host:port or [IPv6 address]:port.',
    );
  }
  return [...targets.values()];
}

/** The text of a file. @throws HarnessError `unreadable-file` */
async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(file));
}

/** The bytes of a file. @throws HarnessError `unreadable-file` */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError('unreadable-file', `The file ${JSON.stringify(file)} cannot be read: ${systemReason(error)}.`);
  }
}

/** A file of any size, piece by piece. @throws HarnessError `unreadable-file` */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 2 ** 18 });
  } catch (error) {
    throw usageError('unreadable-file', `The file ${JSON.stringify(file)} cannot be read: ${systemReason(error)}.`);
  }
}

async function fromStdin(stdin: Io['stdin'], defaultPort: number): Promise<Endpoint[]> {
  return parseLines(new TextDecoder().decode(await readAll(stdin)), 'standard input', defaultPort);
}

function parseLines(text: string, source: string, defaultPort: number): Endpoint[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const target = line.replace(/#.*$/, '').trim();
    if (target === '') return [];
    try {
      return [parseTarget(target, defaultPort)];
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      throw new HarnessError(
        error.code,
        `Line ${index + 1} of ${source}: ${error.message}`,
        error.hint === undefined ? {} : { hint: error.hint },
      );
    }
  });
}
