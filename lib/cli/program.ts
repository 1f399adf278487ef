/** The commands and their options. Each command's code is loaded when it runs. */

import type { Command } from 'commander';
import { sftunnelPort } from '../evidence/index.ts';
import { addPcap } from './captureProgram.ts';
import { certsOptions } from './certsProgram.ts';
import type { RawCertsOptions } from './commands/certs.ts';
import type { CheckCommand } from './commands/check.ts';
import type { RawCheckOptions } from './commands/checkOptions.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { ExplainOptions } from './commands/explain.ts';
import type { BuildOptions, ShowOptions } from './commands/hello.ts';
import { addHelloFromPcap } from './helloProgram.ts';
import type { Io } from './io.ts';
import { addLab } from './labProgram.ts';
import { addLogs } from './logProgram.ts';
import { addPlan } from './planProgram.ts';
import { newProgram, type Outcome } from './programHead.ts';
import type { Services } from './services.ts';

/** @param word the first of the command line: where it is `pcap`, the other commands need not be made. */
export function createProgram(io: Io, services: Services, outcome: Outcome, word?: string): Command {
  const program = newProgram(io);
  // Else the options of `sftunnel plan` that sftunnel has too would go to sftunnel.
  program.enablePositionalOptions(word === 'sftunnel');
  if (word === 'pcap') {
    addPcap(program, io, services, outcome);
    return program;
  }

  const probing = (command: Command, kind: CheckCommand): Command =>
    probeOptions(command, kind.only === null).action(async (given: string | string[], raw: RawCheckOptions) => {
      const { runCheck } = await import('./commands/check.ts');
      outcome.exitCode = await runCheck(kind, typeof given === 'string' ? [given] : given, raw, io, services);
    });
  probing(
    sub(program, 'check', 'probe a target with everything and say what is wrong; without a target, the embedded lab')
      .argument('[target...]', 'host, host:port, [IPv6]:port, or - for a list on standard input')
      .option('-f, --file <file>', 'read targets from a file, one a line (repeatable)', collect)
      .option('--only <ids>', 'run these probes only (comma-separated)')
      .option('--skip <ids>', 'leave these probes out')
      .option('--quick', 'versions and certificate only, at most 6 connections')
      .option('--client-cert <file>', 'certificate to show to a server that asks for one, with its intermediates, PEM')
      .option('--client-key <file>', 'its private key, PEM (default: in the same file); it is used, and never shown'),
    { name: 'check', only: null },
  );
  for (const { name, only, about } of singleProbes) {
    probing(sub(program, name, about).argument('<target...>', 'host, host:port or [IPv6]:port'), {
      name,
      only,
    });
  }
  probeOptions(
    certsOptions(sub(program, 'certs', 'the certificates of a target, or of files, and what is wrong with them')),
    false,
  ).action(async (words: string[], raw: RawCertsOptions) => {
    const { runCerts } = await import('./commands/certs.ts');
    outcome.exitCode = await runCerts(words, raw, io, services);
  });
  const sftunnel = probing(
    sub(program, 'sftunnel', 'the peer of a management channel between FMC and FTD: certificate, CA, what it asks for')
      .argument('<target...>', 'host (port 8305), host:port or [IPv6]:port')
      // Options of a subcommand are its own, also where this one has the same.
      .enablePositionalOptions(),
    { name: 'sftunnel', only: ['sftunnel'], port: sftunnelPort },
  );
  addPlan(sftunnel, io, outcome);
  addPcap(program, io, services, outcome);
  addLogs(program, io, services, outcome);
  addHelloFromPcap(addHello(program, io), io, services);
  sub(program, 'explain', 'explain a finding: what it means, what proves it, what to do; or a table of facts')
    .argument('<id>', 'for example cert.expired, or cisco.hotfixes (see helloprobe list facts)')
    .option('--lang <language>', 'en or ja')
    .option('--no-color', 'no colours')
    .option(...debugOption)
    .action(async (id: string, options: ExplainOptions) => {
      const { explainCommand } = await import('./commands/explain.ts');
      explainCommand(id, options, io);
    });
  addLab(program, io, services, outcome);
  sub(program, 'doctor', 'say what this machine can do (namespaces, nft, raw sockets, koffi), and how to get the rest')
    .option('--json [file]', 'write it as one JSON document')
    .option('--lang <language>', 'en or ja')
    .option('--no-color', 'no colours')
    .option(...debugOption)
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      await doctorCommand(options, io, services);
    });
  sub(program, 'list', 'list probes, findings, presets, headends, scenarios, ciphers, groups and more')
    .argument('[kind]', 'what to list')
    .option('--lang <language>', 'en or ja')
    .option(...debugOption)
    .action(async (kind: string | undefined, options: { lang?: string }) => {
      const { listCommand } = await import('./commands/list.ts');
      await listCommand(kind, options, io);
    });
  return program;
}

const singleProbes = [
  { name: 'versions', only: ['versions'], about: 'which TLS versions a target supports' },
  { name: 'ciphers', only: ['ciphers'], about: "which cipher suites a target supports, in the server's order" },
  { name: 'groups', only: ['groups'], about: 'which groups a target supports' },
  { name: 'mss', only: ['mss', 'pmtud'], about: 'the packet size at which the path loses a handshake, each way' },
  { name: 'trace', only: ['trace'], about: 'the hop at which a hello is answered, reset or swallowed (raw sockets)' },
] as const;

/** What every command has; run.ts looks for it. */
const debugOption = ['--debug', 'print the stack of an error'] as const;

/** A subcommand; commander's settings are inherited. */
function sub(parent: Command, name: string, about: string): Command {
  return parent.command(name).description(about);
}

function probeOptions(command: Command, failing: boolean): Command {
  command
    .option(
      '--port <port>',
      `port of targets that name none (default ${command.name() === 'sftunnel' ? sftunnelPort : 443})`,
    )
    .option('--timeout <seconds>', 'wait so long for the first reply (default 3)')
    .option('--connect-timeout <seconds>', 'wait so long for the connection (default 5)')
    .option('--deadline <seconds>', 'most time for a target (default 120)')
    .option('--concurrency <n>', 'most connections to a target at once (default 4)')
    .option('--max-connections <n>', 'most connections to a target in all (default 400)')
    .option('--delay <ms>', 'least time between the starts of two connections (default 25, on loopback 0)')
    .option('--sni <name>', "server name to send and to expect (default the target's host)")
    .option('--no-sni', 'send no server name')
    .option('--address <ip>', 'dial this address; names are still matched against the host')
    .option('--ca <file>', 'trust the certificates of this PEM file too (repeatable)', collect)
    .option('--client-versions <versions>', 'what the client in question speaks (default TLSv1.2-TLSv1.3)')
    .option('--client-ciphers <names>', 'its cipher suites, IANA names or codes')
    .option('--client-groups <names>', 'its groups, IANA names or codes')
    .option('--expect-issuer <name>', 'pin: the issuer, RFC 4514 name or CN')
    .option('--expect-fingerprint <sha256>', 'pin: the SHA-256 fingerprint of the certificate')
    .option('--now <time>', 'clock of the judgement, ISO 8601')
    .option('--json [file]', 'write the report as one JSON document')
    .option('--jsonl [file]', 'write events as JSON Lines while the run goes on')
    .option('--junit [file]', 'write the report as JUnit XML')
    .option('--pcap <file>', 'write the packets of all connections, and what decrypts them, as pcapng')
    .option('--fail-on <severity>', 'exit with 1 for findings of info, low, medium or high and above (default medium)')
    .option('--lang <language>', 'en or ja (default by locale)')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected)')
    .option(
      '--i-own-this-target',
      'send raw packets (fragments, short TTLs, odd segments) beyond loopback and labs too',
    )
    .option('--dry-run', 'print the probes that would run and the most connections')
    .option(...debugOption);
  return failing ? command.addHelpText('after', outputHelp) : command;
}

function addHello(program: Command, io: Io): Command {
  const hello = program
    .command('hello')
    .description('build ClientHellos, look into them, take them from captures')
    .helpCommand(false);
  sub(hello, 'build', 'build a ClientHello from a preset')
    .option('--preset <name>', 'see helloprobe list presets', 'openssl-3')
    .option('--sni <name>', 'server name')
    .option('--versions <versions>', 'offer these versions')
    .option('--ciphers <names>', 'offer these cipher suites')
    .option('--pad-to <bytes>', 'pad the handshake message, its 4-byte header included, to this size')
    .option('--json', 'print the spec as JSON')
    .option('--hex', 'print hex, records included (default)')
    .option('--raw', 'print the bytes, records included')
    .option('--lang <language>', 'en or ja')
    .option(...debugOption)
    .action(async (options: BuildOptions) => {
      const { buildCommand } = await import('./commands/hello.ts');
      buildCommand(options, io);
    });
  sub(hello, 'show', 'show a ClientHello as annotated hex, with JA3 and JA4')
    .argument('<hello>', 'a preset, a file (bytes, hex or JSON spec), hex digits, or - for standard input')
    .option('--sni <name>', 'server name, for a preset')
    .option('--json', 'print the spec as JSON')
    .option('--lang <language>', 'en or ja')
    .option(...debugOption)
    .action(async (source: string, options: ShowOptions) => {
      const { showCommand } = await import('./commands/hello.ts');
      await showCommand(source, options, io);
    });
  return hello;
}

function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

const outputHelp = `
The word after --json, --jsonl or --junit is a file when it has a slash or ends in .json, .jsonl,
.ndjson, .xml, .txt or .log; otherwise it is a target, and the document goes to standard output.
--json=FILE is always a file.`;
