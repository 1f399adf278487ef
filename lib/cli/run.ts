/** The command line as a function: words in, output to the given streams, exit status back. */

import { isHelp, reportError } from './errors.ts';
import type { Io } from './io.ts';
import { settleOutputWords } from './outputs.ts';
import { createProgram, type Outcome } from './program.ts';
import { libraryServices, type Services } from './services.ts';
import { usageError } from './usage.ts';

/**
 * Runs one command line.
 * @param argv words after the program's name.
 * @returns the exit status; errors are printed, never thrown.
 */
export async function run(argv: readonly string[], io: Io, services: Services = libraryServices): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  try {
    const program = createProgram(io, services, outcome);
    if (argv.length === 0) {
      io.stderr.write(program.helpInformation());
      throw usageError('unknown-command', 'No command was given.', 'Try: helloprobe check vpn.example.com');
    }
    await program.parseAsync(argv[0] === 'hello' ? argv : settleOutputWords(argv), { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    return isHelp(error) ? 0 : reportError(error, io.stderr, argv.includes('--debug'));
  }
}
