#!/usr/bin/env node
/** The executable: wires the process to `run`. `--version` is answered without loading anything else. */

import { toolVersion } from '../version.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${toolVersion}\n`);
else await main();

async function main(): Promise<void> {
  const [{ run }, { errorLanguage, reportError }] = await Promise.all([import('./run.ts'), import('./errors.ts')]);
  const debug = argv.includes('--debug');
  const internal = (error: unknown): void => {
    process.exit(reportError(error, process.stderr, debug, errorLanguage(argv, process.env)));
  };
  process.on('uncaughtException', internal);
  process.on('unhandledRejection', internal);
  // A reader that went away (`| head`) ends us as SIGPIPE would, without a word.
  const gone = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(141);
    internal(error);
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
    stdin: process.stdin,
    env: process.env,
    signal: controller.signal,
  }); // Nothing may hold the process up now: a name query of the system, say, that cannot be cancelled.
  process.stdout.write('', (error) => {
    // A reader that went away is the business of `gone`.
    if (error == null) process.exit(status);
  });
}
