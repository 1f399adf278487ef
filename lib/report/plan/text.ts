/** A renewal plan as text: which way, what must not be done, the steps, and what to bring to which device. */

import type { DescribedPlan } from '../../cisco/index.ts';
import type { Finding, Language } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import { tableLines } from '../columns.ts';
import { findingLines } from '../findingText.ts';
import { createPage, labelled, type Page, type PageOptions, paragraph } from '../page.ts';
import { type PlanLabels, planLabels } from './labels.ts';

/** Devices shown; an FMC manages more than fit on a page. */
const shownDevices = 100;
/** Devices whose files and commands are written out. */
const shownFiles = 20;

type Device = DescribedPlan['devices'][number];
type Step = DescribedPlan['steps'][number];

/** What the files of a plan's trees and listings show besides. */
export interface PlanFindings {
  readonly findings?: readonly Finding[];
  /** A sentence each; see `PlanSource`. */
  readonly faults?: readonly string[];
}

/** Faults written out; a tree of an FMC may have thousands. */
export const shownFaults = 50;

export function renderPlanText(
  plan: DescribedPlan,
  { findings = [], faults = [], ...options }: PageOptions & PlanFindings = {},
): string {
  const language: Language = options.language ?? 'en';
  const page = createPage(options);
  const words = planLabels[language];
  const { bold } = page.palette;
  const paint = colourOf(page, plan);
  const { facts } = plan;
  const blocks = [
    [
      bold(words.title),
      ...paragraph(page, plan.title, 0, (line) => paint(bold(line))),
      ...(plan.text === '' ? [] : paragraph(page, plan.text, 0)),
    ],
    labelled(
      page,
      [
        { label: words.ca, paragraphs: [facts.authority] },
        { label: words.channels, paragraphs: [facts.tunnels] },
        { label: words.hotfix, paragraphs: [facts.hotfix] },
        { label: words.progress, paragraphs: [facts.phase] },
      ],
      0,
    ),
    listed(
      page,
      words.warnings,
      plan.warnings.map(({ text }) => text),
      '!',
    ),
    listed(
      page,
      words.unknowns,
      plan.unknowns.map(({ text }) => text),
      '?',
    ),
    ...foundBlocks(page, words, findings),
    listed(page, words.faults, faults.slice(0, shownFaults), '-'),
    faults.length > shownFaults ? [words.moreFaults(faults.length - shownFaults)] : [],
    [bold(words.steps), ...plan.steps.flatMap((step, index) => stepLines(page, words, step, index + 1))],
    deviceTable(page, words, plan.devices),
    ...toCopy(plan.devices)
      .slice(0, shownFiles)
      .map((device) => fileLines(page, words, device)),
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** Devices that files have to be brought to. */
export function toCopy(devices: readonly Device[]): readonly Device[] {
  return devices.filter(({ files }) => files.length > 0);
}

function colourOf({ palette }: Page, { urgency, phase }: DescribedPlan): (line: string) => string {
  if (phase === 'done' || urgency === 'none') return palette.green;
  return urgency === 'now' ? palette.red : palette.yellow;
}

function foundBlocks(page: Page, words: PlanLabels, findings: readonly Finding[]): string[][] {
  return findings.map((finding, index) => [
    ...(index === 0 ? [page.palette.bold(words.found), ''] : []),
    ...findingLines(page, finding, null, new Map(), 'brief'),
  ]);
}

function listed(page: Page, head: string, items: readonly string[], sign: string): string[] {
  if (items.length === 0) return [];
  const { bold, yellow } = page.palette;
  return [
    bold(head),
    ...items.flatMap((item) => {
      const [first = '', ...rest] = paragraph(page, item, 4);
      return [`  ${yellow(sign)} ${first.trimStart()}`, ...rest];
    }),
  ];
}

function stepLines(page: Page, words: PlanLabels, step: Step, number: number): string[] {
  const { bold, dim } = page.palette;
  const about = [words.states[step.state], words.places[step.where]].filter((word) => word !== '');
  const heading = `${step.title}${about.length === 0 ? '' : ` (${about.join(words.comma)})`}`;
  const [first = '', ...rest] = paragraph(page, heading, 5, bold);
  const past = step.state === 'done' || step.state === 'past';
  const mark = step.state === 'done' ? '✔' : `${number}.`;
  const head = [` ${mark.padStart(3)} ${first.trimStart()}`, ...rest];
  if (past) return head;
  return [
    ...head,
    ...paragraph(page, step.text, 5),
    ...(step.devices.length === 0 ? [] : paragraph(page, `${words.for}: ${named(step.devices, words)}`, 5)),
    ...step.commands.map((command) => `     $ ${command}`),
    ...(step.verify === undefined ? [] : paragraph(page, `${words.verify}: ${step.verify}`, 5)),
    ...paragraph(page, `${words.source}: ${step.source}`, 5, dim),
  ];
}

function named(devices: readonly string[], words: PlanLabels): string {
  const shown = devices.slice(0, shownFiles).join(words.comma);
  return devices.length <= shownFiles ? shown : `${shown} ${words.more(devices.length - shownFiles)}`;
}

function deviceTable(page: Page, words: PlanLabels, devices: readonly Device[]): string[] {
  const shown = devices.slice(0, shownDevices);
  if (shown.length === 0) return [];
  const lines = tableLines(page, [
    { head: words.name, cells: shown.map(({ label }) => label), least: 12, cut: 'middle' },
    {
      head: words.address,
      cells: shown.map((device) => (device.label === device.address ? '' : (device.address ?? ''))),
    },
    { head: words.channel, cells: shown.map(({ tunnelText }) => tunnelText) },
    { head: words.task, cells: shown.map(({ taskText }) => taskText), least: 20, spill: true },
  ]);
  const more = devices.length - shown.length;
  return [page.palette.bold(`${words.devices} (${devices.length})`), ...lines, ...(more > 0 ? [words.more(more)] : [])];
}

/** Paths and commands are never broken into lines: they are there to be copied. */
function fileLines(page: Page, words: PlanLabels, device: Device): string[] {
  const { bold, dim } = page.palette;
  const { fmc, device: onDevice } = device.commands;
  const commands = [
    `  ${words.onFmc}`,
    ...fmc.map((command) => `    $ ${command}`),
    `  ${words.onDevice}`,
    ...onDevice.map((command) => `    $ ${command}`),
  ];
  const later = device.task === 'push-will-fail';
  return [
    ...paragraph(page, `${later ? words.later : words.files}: ${device.label}`, 0, bold),
    ...device.files.flatMap(({ from, to }) => [`  ${printable(from)}`, `    → ${printable(to)}`]),
    ...(later ? [] : fmc.length === 0 ? [`  ${dim(words.noCommands)}`] : commands),
  ];
}
