/** Progress of reading a capture on standard error: bytes, speed and, where the size is known, how much of it. */

import type { CaptureEvent, Language } from '../evidence/index.ts';
import { cutColumns } from '../report/index.ts';
import { printable } from '../wire/index.ts';
import type { CaptureInputFile } from './captureInputs.ts';
import type { Output } from './io.ts';
import { cliMessages } from './messages.ts';
import { columnsOf } from './terminal.ts';

export interface CaptureProgress {
  event(event: CaptureEvent): void;
  /** Removes the live line; called before anything else is printed. */
  end(): void;
}

/** Files above it have progress from the start; smaller ones, and streams, after a second. */
const largeFile = 64 * 2 ** 20;
const patienceMs = 1000;
const liveEveryMs = 100;
const plainEveryMs = 10_000;

const clearLine = '\r\u001b[2K';

/** @param clock milliseconds, of any origin */
export function captureProgress(
  stderr: Output,
  language: Language,
  { name, size }: Pick<CaptureInputFile, 'name' | 'size'>,
  clock: () => number = () => performance.now(),
): CaptureProgress {
  const words = cliMessages[language];
  const live = stderr.isTTY === true;
  const started = clock();
  let next = started + (live ? (size !== null && size > largeFile ? 0 : patienceMs) : plainEveryMs);
  let shown = false;
  let plain = true;
  return {
    event(event) {
      // The size of a compressed file is not that of its bytes.
      if (event.type === 'source') plain = event.source.compression === null;
      if (event.type !== 'progress') return;
      const now = clock();
      if (now < next) return;
      next = now + (live ? liveEveryMs : plainEveryMs);
      const seconds = Math.max(0.001, (now - started) / 1000);
      const part = plain && size !== null && size > 0 && event.bytes <= size ? (event.bytes / size) * 100 : null;
      const text = `${name}  ${words.reading(megabytes(event.bytes), megabytes(event.bytes / seconds), part === null ? null : Math.floor(part))}`;
      if (live) stderr.write(clearLine + cutColumns(printable(text), Math.max(20, columnsOf(stderr) - 1)));
      else stderr.write(`${printable(text)}\n`);
      shown = live;
    },
    end() {
      if (shown) stderr.write(clearLine);
      shown = false;
    },
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
