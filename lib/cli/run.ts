/** The command line as a function: words in, output to the given streams, exit status back. */

import { runCommandLine } from './commandLine.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { libraryServices, type Services } from './services.ts';

/**
 * Runs one command line.
 * @param argv words after the program's name.
 * @returns the exit status; errors are printed, never thrown.
 */
export function run(argv: readonly string[], io: Io, services: Services = libraryServices): Promise<number> {
  return runCommandLine(argv, io, (outcome) => createProgram(io, services, outcome, argv[0]));
}
