/** The command `hello from-pcap` and its options. */

import type { Command } from 'commander';
import type { FromPcapOptions } from './commands/helloFromPcap.ts';
import type { Io } from './io.ts';
import type { Services } from './services.ts';

export function addHelloFromPcap(hello: Command, io: Io, services: Services): void {
  hello
    .command('from-pcap')
    .description('print a ClientHello of a capture as a spec, which gives its bytes again')
    .argument('<file>', 'pcap or pcapng, also gzip or zstd; - is standard input')
    .argument('[n]', 'which one, counted from 1 in the order of the packets', undefined)
    .option('--list', 'list the ClientHellos')
    .option('--hex', 'print hex, records included')
    .option('--raw', 'print the bytes, records included')
    .option('--lang <language>', 'en or ja')
    .option('--debug', 'print the stack of an error')
    .action(async (file: string, n: string | undefined, options: FromPcapOptions) => {
      const { fromPcapCommand } = await import('./commands/helloFromPcap.ts');
      await fromPcapCommand(file, n, options, io, services);
    });
}
