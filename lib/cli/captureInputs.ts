/** The captures of a command line: files, and standard input for `-`. */

import { realpathSync, statSync } from 'node:fs';
import { collectChunks } from './heap.ts';
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
export function captureInputs(
  words: readonly string[],
  outputs: Destinations,
  io: Pick<Io, 'stdin' | 'signal'>,
): CaptureInputFile[] {
  if (words.filter((word) => word === '-').length > 1)
    throw usageError('bad-option', 'Standard input can be read once only.', 'Give - once.');
  const places = Object.values(outputs).filter((place) => place !== '-');
  return words.map((word) => {
    if (word === '-') return { name: word, source: bytesOf(io.stdin, io.signal), size: null };
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

/** Ctrl-C is the end of a live capture: what came before it is a whole report. */
async function* bytesOf(stdin: Io['stdin'], signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const collect = collectChunks();
  const chunks = stdin[Symbol.asyncIterator]();
  let wake = (): void => undefined;
  const abort = (): void => wake();
  signal.addEventListener('abort', abort);
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<Uint8Array | string> | null>((resolve, reject) => {
        wake = () => resolve(null);
        chunks.next().then(resolve, reject);
      });
      if (next === null || next.done === true) return;
      const chunk = typeof next.value === 'string' ? encoder.encode(next.value) : next.value;
      yield chunk;
      collect(chunk.length);
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Null also for what is no plain file, and for what cannot be looked at: opening it says why. */
function sizeOf(path: string): number | null {
  try {
    const stats = statSync(path);
    return stats.isFile() ? stats.size : null;
  } catch {
    return null;
  }
}
