/** The command that reads logs, and its options. */

import type { Command } from 'commander';
import type { RawLogOptions } from './commands/logs.ts';
import type { Io } from './io.ts';
import type { Outcome } from './programHead.ts';
import type { Services } from './services.ts';

export function addLogs(program: Command, io: Io, services: Services, outcome: Outcome): void {
  program
    .command('logs')
    .description('read logs of FTD, FMC, ASA and TLS clients: every attempt to connect, and what went wrong')
    .argument('[file...]', 'text, also gzip or zstd; - is standard input')
    .option('--json [file]', 'write the report as one JSON document')
    .option('--jsonl [file]', 'write attempts, findings and a summary as JSON Lines')
    .option('--junit [file]', 'write the findings as JUnit XML')
    .option('--year <year>', 'year of the first line, where the lines write none (default the latest that fits)')
    .option('--utc-offset <offset>', 'zone of times that write none, such as +09:00 (default UTC)')
    .option('--now <time>', 'clock of the judgement, ISO 8601: no line is later')
    .option('--fail-on <severity>', 'exit with 1 for findings of info, low, medium or high and above (default medium)')
    .option('--lang <language>', 'en or ja (default by locale)')
    .option('--quiet', 'no verdict on standard error where standard output has the document')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected)')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', logHelp)
    .action(async (files: string[], raw: RawLogOptions) => {
      const { runLogs } = await import('./commands/logs.ts');
      outcome.exitCode = await runLogs(files, raw, io, services);
    });
}

const logHelp = `
Examples:
  helloprobe logs messages messages.1.gz          /ngfw/var/log/messages of an FTD, /var/log/messages of an FMC
  helloprobe logs asa.log --utc-offset +09:00     lines of ASA or FTD syslog, written in local time
  openconnect vpn.example.com 2>&1 | helloprobe logs -
  helloprobe logs messages --json | jq .findings

Read are lines of sftunnel, ASA and FTD syslog, the FTD's VPN debug, openconnect, OpenSSL, GnuTLS,
Node.js and Schannel; all others are passed over (docs/logs.md has the tables).`;
