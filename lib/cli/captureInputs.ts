/** The captures of a command line: files, and standard input for `-`. */

import { realpathSync, statSync } from 'node:fs';
import type { Io } from './io.ts';
import type { Destinations } from './outputs.ts';
import { usageError } from './usage.ts';

export interface CaptureInputFile {
  /** As the user wrote it; `-` for standard input. */
  readonly name: string;
  readonly source: string | AsyncIterable<Uint8Array>;
  /** Bytes of the file; null where not known. */
  readonly size: number | null;
}

/** @throws HarnessError `bad-option` for standard input twice, `output-conflict` for an output that is one of the captures */
export function captureInputs(words: readonly string[], outputs: Destinations, stdin: Io['stdin']): CaptureInputFile[] {
  if (words.filter((word) => word === '-').length > 1)
    throw usageError('bad-option', 'Standard input can be read once only.', 'Give - once.');
  const places = Object.values(outputs).filter((place) => place !== '-');
  return words.map((word) => {
    if (word === '-') return { name: word, source: bytesOf(stdin), size: null };
    const place = places.find((output) => realPath(output) === realPath(word));
    if (place !== undefined)
      throw usageError(
        'output-conflict',
        `The file ${JSON.stringify(place)} is to be read and to be written.`,
        'Give the output another name.',
      );
    return { name: word, source: word, size: sizeOf(word) };
  });
}

async function* bytesOf(stdin: Io['stdin']): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for await (const chunk of stdin) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Null also for what is no plain file. */
function sizeOf(path: string): number | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : null;
}
