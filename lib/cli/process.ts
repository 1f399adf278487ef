/** A command line as a process: its streams, Ctrl-C, readers that go away, and errors that nobody caught. */

import { systemReason } from '../wire/index.ts';
import { errorLanguage, reportError } from './errors.ts';
import type { Io } from './io.ts';
import { usageError } from './usage.ts';

/** Runs a command line with the streams of the process, and ends it with the exit status. @param argv words after the program's name */
export async function runProcess(
  argv: readonly string[],
  run: (argv: readonly string[], io: Io) => Promise<number>,
): Promise<void> {
  const debug = argv.includes('--debug');
  const internal = (error: unknown): void => {
    process.exit(reportError(error, process.stderr, debug, errorLanguage(argv, process.env)));
  };
  process.on('uncaughtException', internal);
  process.on('unhandledRejection', internal);
  // A reader that went away (`| head`) ends us as SIGPIPE would, without a word.
  const gone = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(141);
    internal(usageError('unwritable-file', `Standard output cannot be written: ${systemReason(error)}.`));
  };
  process.stdout.on('error', gone);
  process.stderr.on('error', gone);
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  const status = await run(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    // Made when it is asked for, which takes Node 3 ms where it is a file.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    signal: controller.signal,
  });
  // Nothing may hold the process up now: a name query of the system, say, that cannot be cancelled.
  process.stdout.write('', (error) => {
    // A reader that went away is the business of `gone`.
    if (error == null) process.exit(status);
  });
}
