/** Progress of reading a capture on standard error: bytes, speed and, where the size is known, how much of it. */

import type { CaptureEvent, Language } from '../evidence/index.ts';
import { cutColumns, displayWidth } from '../report/index.ts';
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
  // `performance` would load 2 ms of modules.
  clock: () => number = () => process.uptime() * 1000,
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
      const told = printable(
        words.reading(
          megabytes(event.bytes),
          megabytes(event.bytes / seconds),
          part === null ? null : Math.floor(part),
        ),
      );
      if (live) {
        // Of a long name the end is what tells captures apart; the figures are what is wanted.
        const room = Math.max(20, columnsOf(stderr) - 1);
        const shownName = cutStart(printable(name), room - displayWidth(told) - 2);
        stderr.write(clearLine + cutColumns(`${shownName}  ${told}`, room));
      } else stderr.write(`${printable(name)}  ${told}\n`);
      shown = live;
    },
    end() {
      if (shown) stderr.write(clearLine);
      shown = false;
    },
  };
}

/** `text` cut to at most `columns`, its end kept; nothing of it where there is no room. */
function cutStart(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let end = '';
  for (const character of Array.from(text).reverse()) {
    if (displayWidth(character + end) > columns - 1) break;
    end = character + end;
  }
  return end === '' ? '' : `…${end}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
