/** Progress on standard error: one live line on a terminal, a line per finished probe elsewhere, nothing with `--quiet`. */

import type { Language } from '../evidence/index.ts';
import type { ProbeEvent } from '../probe/index.ts';
import { cutColumns } from '../report/index.ts';
import { printable } from '../wire/index.ts';
import type { Output } from './io.ts';
import { cliMessages } from './messages.ts';
import { columnsOf } from './terminal.ts';

export interface Progress {
  /** The observer of one target's run. */
  watch(targetName: string): (event: ProbeEvent) => void;
  /** A line of its own, above the live line. */
  note(text: string): void;
  /** Removes the live line; called before anything else is printed. */
  end(): void;
}

export function createProgress(stderr: Output, language: Language, quiet: boolean): Progress {
  if (quiet) return { watch: () => () => undefined, note: () => undefined, end: () => undefined };
  return stderr.isTTY === true ? liveProgress(stderr, language) : plainProgress(stderr, language);
}

const clearLine = '\r\u001b[2K';

/** Redrawn at each event; several targets at once share the line, the one that moved last is shown. */
function liveProgress(stderr: Output, language: Language): Progress {
  const words = cliMessages[language];
  let shown = false;
  const draw = (text: string): void => {
    stderr.write(clearLine + cutColumns(printable(text), Math.max(20, columnsOf(stderr) - 1)));
    shown = true;
  };
  const end = (): void => {
    if (shown) stderr.write(clearLine);
    shown = false;
  };
  return {
    end,
    note: (text) => {
      end();
      stderr.write(`${printable(text)}\n`);
    },
    watch: (targetName) => {
      let connections = 0;
      let title = '';
      return (event) => {
        if (event.type === 'attempt') connections++;
        else if (event.type === 'probe-started') title = event.title[language];
        else if (event.type !== 'run-started') return;
        draw([targetName, title, words.connections(connections)].filter((part) => part !== '').join('  '));
      };
    },
  };
}

function plainProgress(stderr: Output, language: Language): Progress {
  const words = cliMessages[language];
  const write = (text: string): void => void stderr.write(`${printable(text)}\n`);
  return {
    end: () => undefined,
    note: write,
    watch: (targetName) => (event) => {
      if (event.type !== 'probe-finished') return;
      const { status, attempts } = event.observation;
      // Why it was skipped is in the report.
      if (status === 'skipped') return;
      write(`${targetName}  ${words.finished(event.probe, words.status[status], words.connections(attempts.length))}`);
    },
  };
}
