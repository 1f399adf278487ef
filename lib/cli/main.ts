#!/usr/bin/env node
/** The executable: wires the process to a command line. `--version` is answered without loading anything else. */

import { toolVersion } from '../version.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${toolVersion}\n`);
else {
  // Bundles of their own: what reads captures loads half as much, in a tenth of the files.
  const loaded = argv[0] === 'pcap' ? import('./mainOfCaptures.ts') : import('./mainOfAll.ts');
  void loaded.then(({ main }) => main(argv));
}
