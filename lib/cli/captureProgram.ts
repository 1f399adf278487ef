/** The command `pcap` and its options. */

import type { Command } from 'commander';
import { limitOptions } from './commands/limitOptions.ts';
import type { RawPcapOptions } from './commands/pcapOptions.ts';
import type { Io } from './io.ts';
import type { Outcome } from './programHead.ts';
import type { Services } from './services.ts';

/** @param services null for the library's own */
export function addPcap(
  program: Command,
  io: Io,
  services: Pick<Services, 'captureEvents'> | null,
  outcome: Outcome,
): void {
  const command = program
    .command('pcap')
    .description('read captures: every TLS conversation, the certificates, and what went wrong')
    .argument('[file...]', 'pcap or pcapng, also gzip or zstd; - is standard input')
    .option('--json [file]', 'write the report as one JSON document, while the capture is read')
    .option('--jsonl [file]', 'write conversations, certificates and findings as JSON Lines')
    .option('--csv [file]', 'write a row for each conversation (or certificate, see --fields)')
    .option('--fields <list>', 'fields of the rows, comma-separated; list shows them all')
    .option('--junit [file]', 'write the findings as JUnit XML')
    .option('--certs-out <folder>', 'write each certificate as PEM, and a table of them')
    .option('--keylog <file>', 'decrypt with the secrets of this key log (repeatable)', collect)
    .option('--ca <file>', 'trust the certificates of this PEM file too (repeatable)', collect)
    .option('--host <ip>', 'show conversations of this address only (repeatable)', collect)
    .option('--port <port>', 'show conversations with this server port only, and judge it (repeatable)', collect)
    .option('--sftunnel', 'show conversations between FMC and FTD only')
    .option('--failed', 'show only conversations that ended in an alert, a reset, a close or a stall')
    .option('--sni <name>', 'the name that server certificates must be good for (default what each hello asks for)')
    .option('--client-versions <versions>', 'what the client in question speaks (default TLSv1.2-TLSv1.3)')
    .option('--expect-issuer <name>', 'pin: the issuer, RFC 4514 name or CN')
    .option('--expect-fingerprint <sha256>', 'pin: the SHA-256 fingerprint of the certificate')
    .option('--now <time>', 'clock of the judgement, ISO 8601; the time of the capture counts beside it')
    .option('--fail-on <severity>', 'exit with 1 for findings of info, low, medium or high and above (default medium)')
    .option('--lang <language>', 'en or ja (default by locale)')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected)')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', pcapHelp);
  for (const { name } of limitOptions)
    command.addOption(command.createOption(`${name} <n>`, 'a limit of what is kept in memory').hideHelp());
  command.action(async (files: string[], raw: RawPcapOptions) => {
    const { captureEvents, runPcap } = await import('./commands/captures.ts');
    outcome.exitCode = await runPcap(files, raw, io, services ?? { captureEvents });
  });
}

function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

const pcapHelp = `
Examples:
  helloprobe pcap ticket.pcapng                  verdict, proof and tables, for a ticket
  helloprobe pcap ticket.pcapng --sftunnel       only what FMC and FTD say to each other
  helloprobe pcap big.pcap --failed --csv        a row for each conversation that failed
  helloprobe pcap big.pcap --json | jq .findings
  tcpdump -i eth0 -w - tcp port 443 | helloprobe pcap -

The word after --json, --jsonl, --junit or --csv is an output file when it ends in
.json, .jsonl, .ndjson, .xml, .csv, .txt or .log; otherwise it is a capture, and the
document goes to standard output. --json=FILE is always an output file.

Limits of what is kept in memory, each with a number (docs/captures.md has the defaults):
${wrapped(limitOptions.map(({ name }) => name))}`;

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < 80) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}
