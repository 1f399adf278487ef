/** `sftunnel plan` and its options. */

import type { Command } from 'commander';
import type { RawPlanOptions } from './commands/plan.ts';
import type { Io } from './io.ts';
import type { Outcome } from './programHead.ts';

export function addPlan(sftunnel: Command, io: Io, outcome: Outcome): void {
  sftunnel
    .command('plan')
    .description('plan the renewal of the sftunnel CA (InternalCA) from files; connects to nothing, copies nothing')
    .argument(
      '[file...]',
      'captures, trees or tar archives, certificates, outputs, logs, saved reports: known by content; - is standard input',
    )
    .option('--fmc-version <release>', 'release of the FMC, for example 7.2.5; it decides the hotfix')
    .option('--hotfix <yes|no>', 'whether the hotfix is installed')
    .option('--ha <primary|secondary>', 'which FMC of a pair this is')
    .option('--ca <file>', "the FMC's own /etc/sf/ca_root/cacert.pem (repeatable)", collect)
    .option('--status <file>', 'complete output of sftunnel_status.pl on the FMC (repeatable)', collect)
    .option('--status-after <file>', 'the same, after the new certificates were made (repeatable)', collect)
    .option('--devices <file>', 'devices.csv of the copy scripts; passwords are not kept (repeatable)', collect)
    .option('--tunnels <up|partial|down>', 'state of all channels of the FMC, where no status is at hand')
    .option('--fmc-uuid <uuid>', 'plan for this FMC, where certificates of several were read')
    .option('--keylog <file>', 'decrypt captures with the secrets of this key log (repeatable)', collect)
    .option('--now <time>', 'clock of the plan, ISO 8601')
    .option('--json [file]', 'write the plan as one JSON document')
    .option('--markdown [file]', 'write the plan as a check-list in Markdown')
    .option('--lang <language>', 'en or ja (default by locale)')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected)')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', planHelp)
    .action(async (files: string[], raw: RawPlanOptions) => {
      const { planCommand } = await import('./commands/plan.ts');
      outcome.exitCode = await planCommand(files, raw, io);
    });
}

function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

const planHelp = `
Examples:
  helloprobe sftunnel plan --ca cacert.pem --status status.txt --fmc-version 7.2.5
  helloprobe sftunnel plan --ca cacert.pem --status status.txt generate.txt FAILED_PUSH
  helloprobe sftunnel plan … copy-output.txt --status-after after.txt --markdown left.md

Trees and archives are judged too: keys and CAs that do not fit, dates, owners, permissions.
Standard input (-) can be any one of the inputs.

The word after --json or --markdown is an input unless it ends in .md;
--json=FILE and --markdown=FILE are always outputs.

Exit codes: 0 a plan was made; 6 what was given does not decide which way applies (the first
steps then find it out).`;
