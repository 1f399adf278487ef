/** A command line in any program of ours: words in, output to the given streams, exit status back. */

import type { Command } from 'commander';
import { printable } from '../wire/index.ts';
import { errorLanguage, isHelp, reportError } from './errors.ts';
import type { Io } from './io.ts';
import { settleOutputWords } from './outputs.ts';
import type { Outcome } from './programHead.ts';
import { usageError } from './usage.ts';

/**
 * Runs one command line.
 * @param argv words after the program's name.
 * @param createProgram makes the commands; they leave the exit status in the outcome.
 * @returns the exit status; errors are printed, never thrown.
 */
export async function runCommandLine(
  argv: readonly string[],
  io: Io,
  createProgram: (outcome: Outcome) => Command,
): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  try {
    const program = createProgram(outcome);
    if (argv.length === 0) {
      io.stderr.write(program.helpInformation());
      throw usageError('unknown-command', 'No command was given.', 'Try: helloprobe check vpn.example.com');
    }
    const names = program.commands.map((command) => command.name());
    refuseWithoutCommand(argv[0] ?? '', names);
    await program.parseAsync(argv[0] === 'hello' ? argv : settleOutputWords(argv), { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    return isHelp(error) ? 0 : reportError(error, io.stderr, argv.includes('--debug'), errorLanguage(argv, io.env));
  }
}

/** Told better than by commander: a target or an option of a command where the command should be. */
function refuseWithoutCommand(word: string, commands: readonly string[]): void {
  if (commands.includes(word) || /^(?:-h|--help|-V|--version)$/.test(word)) return;
  const shown = JSON.stringify(printable(word.slice(0, 80)));
  if (word.startsWith('-'))
    throw usageError(
      'unknown-command',
      `A command must come before ${shown}.`,
      'For example: helloprobe check --lang ja',
    );
  if (/[.:]/.test(word) || word === 'localhost') {
    const hint = `To probe it: helloprobe check ${printable(word.slice(0, 80))}`;
    throw usageError('unknown-command', `There is no command ${shown}.`, hint);
  }
}
