/** A renewal plan as a check-list in Markdown, for a ticket. */

import type { DescribedPlan } from '../../cisco/index.ts';
import type { Language } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import { type PlanLabels, planLabels } from './labels.ts';
import { type PlanFindings, shownFaults, toCopy } from './text.ts';

export function renderPlanMarkdown(
  plan: DescribedPlan,
  language: Language = 'en',
  { findings = [], faults = [] }: PlanFindings = {},
): string {
  const words = planLabels[language];
  const { facts } = plan;
  const copies = toCopy(plan.devices);
  const blocks = [
    `# ${words.title}`,
    [`**${escaped(plan.title)}**`, ...(plan.text === '' ? [] : ['', escaped(plan.text)])].join('\n'),
    [
      `- ${words.ca}: ${escaped(facts.authority)}`,
      `- ${words.channels}: ${escaped(facts.tunnels)}`,
      `- ${words.hotfix}: ${escaped(facts.hotfix)}`,
      `- ${words.progress}: ${escaped(facts.phase)}`,
    ].join('\n'),
    section(
      words.warnings,
      plan.warnings.map(({ text }) => `- ⚠ ${escaped(text)}`),
    ),
    section(
      words.unknowns,
      plan.unknowns.map(({ text }) => `- [ ] ${escaped(text)}`),
    ),
    section(
      words.found,
      findings.map(
        ({ id, title, subject, evidence }) =>
          `- **${escaped(title)}** (${code(id)}${subject === undefined ? '' : `${words.comma}${escaped(subject)}`})${evidence
            .slice(0, shownEvidence)
            .map(({ ref, text }) => `\n  - ${escaped(text.includes(ref) ? text : `${ref}  ${text}`)}`)
            .join('')}`,
      ),
    ),
    section(words.faults, [
      ...faults.slice(0, shownFaults).map((fault) => `- [ ] ${escaped(fault)}`),
      ...(faults.length > shownFaults ? [`- ${words.moreFaults(faults.length - shownFaults)}`] : []),
    ]),
    section(
      words.steps,
      plan.steps.map((step, index) => stepItem(step, index + 1, words)),
    ),
    section(`${words.devices} (${plan.devices.length})`, deviceItems(plan, words)),
    ...copies.map((device) => fileSection(device, words)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Of a finding; all of it is in the JSON. */
const shownEvidence = 3;

function section(head: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `## ${head}\n\n${items.join('\n')}`;
}

function stepItem(step: DescribedPlan['steps'][number], number: number, words: PlanLabels): string {
  const about = [words.states[step.state], words.places[step.where]].filter((word) => word !== '');
  const box = step.state === 'done' ? '[x]' : '[ ]';
  const head = `- ${box} ${number}. **${escaped(step.title)}**${about.length === 0 ? '' : ` (${about.join(words.comma)})`}`;
  if (step.state === 'done' || step.state === 'past') return head;
  return [
    head,
    `  ${escaped(step.text)}`,
    ...(step.devices.length === 0 ? [] : [`  ${words.for}: ${step.devices.map(code).join(words.comma)}`]),
    ...commandBlock(step.commands, 2),
    ...(step.verify === undefined ? [] : [`  ${words.verify}: ${escaped(step.verify)}`]),
    `  ${words.source}: ${step.source}`,
  ].join('\n');
}

function deviceItems({ devices }: DescribedPlan, words: PlanLabels): string[] {
  return devices.map((device) => {
    const box = device.task === 'none' ? '[x]' : '[ ]';
    return `- ${box} ${code(device.label)}: ${escaped(device.taskText)} (${words.channel}: ${device.tunnelText})`;
  });
}

function fileSection(
  { commands, files, task, ...device }: DescribedPlan['devices'][number],
  words: PlanLabels,
): string {
  const later = task === 'push-will-fail';
  const typed = [
    `${words.onFmc}:`,
    '',
    ...commandBlock(commands.fmc, 0),
    '',
    `${words.onDevice}:`,
    '',
    ...commandBlock(commands.device, 0),
  ];
  return [
    `### ${later ? words.later : words.files}: ${code(device.label)}`,
    '',
    ...files.map(({ from, to }) => `- [ ] ${code(from)} → ${code(to)}`),
    ...(later ? [] : ['', ...(commands.fmc.length === 0 ? [words.noCommands] : typed)]),
  ].join('\n');
}

function commandBlock(commands: readonly string[], indent: number): string[] {
  if (commands.length === 0) return [];
  return ['```sh', ...commands, '```'].map((line) => ' '.repeat(indent) + line);
}

/** Names come from files: none may begin a link, an image or HTML. */
function escaped(text: string): string {
  return printable(text).replaceAll(/[\\`*_[\]<>#|~]/g, (character) => `\\${character}`);
}

function code(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}
