/** The command that starts labs, and its options. */

import type { Command } from 'commander';
import type { RawLabOptions } from './commands/lab.ts';
import type { Io } from './io.ts';
import type { Outcome } from './programHead.ts';
import type { Services } from './services.ts';

export function addLab(program: Command, io: Io, services: Services, outcome: Outcome): void {
  program
    .command('lab')
    .description('start a faulty network path on this machine, without root, and check it or run a program on it')
    .argument('[scenario]', 'see helloprobe lab --list')
    .argument('[command...]', 'after --: the program that runs as the client, with its arguments')
    .option('--list', 'list the scenarios')
    .option('-6, --ipv6', 'check over IPv6')
    .option('--only <ids>', 'run these probes only (comma-separated)')
    .option('--skip <ids>', 'leave these probes out')
    .option('--quick', 'versions and certificate only, at most 6 connections')
    .option('--timeout <seconds>', 'wait so long for the first reply (default 3)')
    .option('--deadline <seconds>', 'most time for the check (default 120)')
    .option('--json [file]', 'write the report as one JSON document')
    .option('--jsonl [file]', 'write events as JSON Lines while the run goes on')
    .option('--junit [file]', 'write the report as JUnit XML')
    .option(
      '--pcap <file>',
      'write the packets of the check, and what decrypts them, or those of the program, as pcapng',
    )
    .option('--fail-on <severity>', 'exit with 1 for findings of info, low, medium or high and above (default medium)')
    .option('--lang <language>', 'en or ja (default by locale)')
    .option('--quiet', 'no progress, and not a word about the lab')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected)')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', labHelp)
    .action(async (scenario: string | undefined, words: string[], raw: RawLabOptions) => {
      const { labCommand } = await import('./commands/lab.ts');
      outcome.exitCode = await labCommand(scenario, words, raw, io, services);
    });
}

const labHelp = `
Examples:
  helloprobe lab pppoe-1454                              check the path, say what is wrong with it
  helloprobe lab pppoe-1454 -- curl --cacert {ca} --connect-to ::{host} https://{sni}/
  helloprobe lab sni-filtered -- sh -c 'openssl s_client -connect $LAB_HOST:$LAB_PORT </dev/null'

In the words of the program {host}, {host6}, {port}, {sni} and {ca} (a PEM file) are replaced by
where the server is; its environment has LAB_HOST, LAB_HOST6, LAB_PORT, LAB_SNI and LAB_CA.
The exit status is that of the program. Without a program it is that of the check, and 4 when
what was planted was not diagnosed. helloprobe doctor says what a lab needs.`;
