/** What every program of ours says of itself before its commands. */

import { Command } from 'commander';
import { toolVersion } from '../version.ts';
import type { Io } from './io.ts';
import { widthOf } from './terminal.ts';

/** Where a command leaves its exit status. */
export interface Outcome {
  exitCode: number;
}

/** A program without commands yet. */
export function newProgram(io: Io): Command {
  return new Command('helloprobe')
    .description('Says why a TLS handshake fails, and proves it.')
    .version(toolVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // run() prints errors, in the same form as all others.
      outputError: () => undefined,
      getOutHelpWidth: () => widthOf(io.stdout),
      getErrHelpWidth: () => widthOf(io.stderr),
    })
    .addHelpText('after', exitHelp);
}

const exitHelp = `
Exit codes:
  0  clean, or no finding at or above --fail-on; embedded lab: every planted fault was diagnosed
  1  findings at or above --fail-on
  2  a mistake on the command line
  3  a target was unreachable
  4  internal error; embedded lab, lab: a planted fault was not diagnosed
  5  a probe that was named lacks a privilege, or a lab its namespaces
  6  inconclusive; a capture without TLS
  lab SCENARIO -- PROGRAM: the program's own
  130  interrupted

Only probe what you run yourself or have permission to probe.`;
