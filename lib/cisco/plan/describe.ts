/** A plan in words: what reports print, and what the JSON document has. */

import type { Language } from '../../evidence/index.ts';
import { labelOf } from './tasks.ts';
import type { PlanDevice, PlanStep, PlanWarning, RenewalPlan, StepId, UnknownId, WarningId } from './types.ts';
import type { PlanWords, StepWords } from './words.ts';
import { planEn } from './words-en.ts';
import { planJa } from './words-ja.ts';

const words: Readonly<Record<Language, PlanWords>> = { en: planEn, ja: planJa };

/** The plan with its texts; ids and data are those of the plan. */
export interface DescribedPlan extends Omit<RenewalPlan, 'warnings' | 'steps' | 'devices' | 'unknowns'> {
  readonly title: string;
  readonly text: string;
  /** A line for each fact that the way was chosen by. */
  readonly facts: {
    readonly authority: string;
    readonly tunnels: string;
    readonly hotfix: string;
    readonly phase: string;
  };
  readonly warnings: readonly (PlanWarning & { readonly text: string; readonly source: string })[];
  readonly steps: readonly (PlanStep & StepWords & { readonly source: string })[];
  readonly devices: readonly DescribedDevice[];
  readonly unknowns: readonly { readonly id: UnknownId; readonly text: string }[];
}

/** A device with its texts; `label` is the name that steps and warnings call it by. */
export type DescribedDevice = PlanDevice & {
  readonly label: string;
  readonly taskText: string;
  readonly tunnelText: string;
};

export function describePlan(plan: RenewalPlan, language: Language = 'en'): DescribedPlan {
  const say = words[language];
  const { leaf, confidence, candidates } = plan;
  const way = leaf === null ? null : say.ways[leaf];
  const title = way === null ? say.undecided(say.join(candidates)) : way.title;
  return {
    ...plan,
    title: leaf === null || confidence === 'proven' ? title : `${title} (${say.likely})`,
    text: way?.text ?? '',
    facts: {
      authority: say.authority(plan),
      tunnels: say.tunnels(plan),
      hotfix: say.hotfix(plan),
      phase: say.phases[plan.phase],
    },
    warnings: plan.warnings.map((warning) => ({
      ...warning,
      text: say.warnings[warning.id](say.join(warning.subjects.slice(0, mostNamed))),
      source: warningSource(warning.id),
    })),
    steps: plan.steps.map((step) => ({ ...step, ...say.steps[step.id](plan), source: stepSource(step.id, plan) })),
    devices: plan.devices.map((device) => ({
      ...device,
      label: labelOf(device),
      taskText: say.tasks[device.task],
      tunnelText: say.states[device.task === 'none' ? device.tunnelAfter : device.tunnel],
    })),
    unknowns: plan.unknowns.map((id) => ({ id, text: say.unknowns[id] })),
  };
}

/** Subjects named in a sentence; all of them are in the plan's data. */
const mostNamed = 20;

const document = 'Cisco 222464';
/** Not in a document: it follows from what the documents say, or from what was given. */
const own = 'helloprobe';

function warningSource(id: WarningId): string {
  switch (id) {
    case 'no-reboot-no-upgrade':
    case 'upgrade-allowed':
    case 'up-proves-nothing':
    case 'no-hotfix-exists':
    case 'ha-order':
    case 'finish-before-expiry':
      return document;
    case 'release-not-listed':
      return `${document}; FN74214`;
    default:
      return own;
  }
}

function stepSource(id: StepId, { authority }: RenewalPlan): string {
  if (id === 'upgrade-fmc') return authority.state === 'expired' ? document : own;
  if (id === 'look-for-script') return `${own}; FN74214`;
  return id === 'find-version' ? own : document;
}
