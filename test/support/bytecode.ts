/**
 * Runs a part of the built program and keeps the bytecode of what ran: `bytecode.ts SCRIPT WORD...`. A process of its own, whose V8 has the
 * flags that it has when users start the program; the program sets others as it runs, and with those V8 would refuse the bytecode.
 */

import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { keepBytecode, load } from '../../lib/cli/scripts.ts';

v8.setFlagsFromString = () => undefined;
const [script = '', ...words] = process.argv.slice(2);
const { main } = load(pathToFileURL(script)) as { main: (argv: readonly string[]) => Promise<void> };
process.on('exit', () => {
  keepBytecode();
  // It tells what was found, which is no failure of ours.
  process.exitCode = 0;
});
await main(words);
