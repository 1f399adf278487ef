/** The program with the one command that is often run on little: what else there is takes longer to load than a short capture to read. */

import { addPcap } from './captureProgram.ts';
import { runCommandLine } from './commandLine.ts';
import { runProcess } from './process.ts';
import { newProgram } from './programHead.ts';

/** Runs a command line that begins with `pcap`, and ends the process. @param argv words after the program's name */
export function main(argv: readonly string[]): Promise<void> {
  return runProcess(argv, (words, io) =>
    runCommandLine(words, io, (outcome) => {
      const program = newProgram(io);
      addPcap(program, io, null, outcome);
      return program;
    }),
  );
}
