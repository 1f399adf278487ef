/** The program with all its commands. */

import { runProcess } from './process.ts';
import { run } from './run.ts';

/** Runs a command line, and ends the process. @param argv words after the program's name */
export function main(argv: readonly string[]): Promise<void> {
  return runProcess(argv, run);
}
