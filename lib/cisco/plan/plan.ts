/** The plan: what is known, put together. Pure; it takes evidence and inventory, never findings. */

import { isValid, readAuthority } from './authority.ts';
import { maxDevices } from './book.ts';
import { hotfixWarnings, isBlocked, leavesOf, prohibitions, saysDownWrongly, tunnelsOf, urgencyOf } from './decide.ts';
import { isOfAll, type KnownDevice, readDevices } from './devices.ts';
import { readHotfix } from './hotfix.ts';
import { isUsual } from './paths.ts';
import { type RunReading, readRun } from './run.ts';
import { stepsOf } from './steps.ts';
import { labelOf, planDevice } from './tasks.ts';
import type { PlanDevice, PlanInput, PlanWarning, RenewalPlan, UnknownId } from './types.ts';

/**
 * What to do about the InternalCA of an FMC (Cisco 222464; Field Notice FN74214): which of the document's ways applies, in which
 * order, what must not be done, and what is left with which device. Nothing is guessed: what is not known is named, and leaves
 * candidates in place of one way.
 */
export function planRenewal(input: PlanInput): RenewalPlan {
  const { given = {} } = input;
  const reading = readRun(input);
  const { authority, current, uuid, others, warnings } = readAuthority(input, reading.run);
  const read = readDevices(input, uuid);
  const hotfix = readHotfix(given.version ?? null, given.hotfix ?? (reading.run === null ? null : true));
  const context = { reading, currentCa: current, fmcUuid: uuid ?? read.fmcUuid, blocked: isBlocked(hotfix) };
  const devices = read.devices.filter(({ facts }) => facts.real).map((device) => planDevice(device, context));
  const tunnels = tunnelsOf(devices, read.complete, given);
  const candidates = leavesOf(authority, tunnels);
  const phase = phaseOf(devices, reading, read.completeAfter);
  const unknowns: UnknownId[] = [];
  if (hotfix.status === 'version-unknown' && hotfix.installed !== true) unknowns.push('fmc-version');
  if (authority.state === 'unknown') unknowns.push('ca-dates');
  if (tunnels.state === 'unknown' && phase === 'prepare' && candidates.length > 1) unknowns.push('tunnel-state');
  else if (!tunnels.complete && phase === 'prepare' && candidates.includes('2b')) unknowns.push('all-devices');
  if (reading.run !== null && !reading.pushesKnown) unknowns.push('push-results');
  const leaf = candidates.length === 1 ? (candidates[0] ?? null) : null;
  const plan = {
    leaf,
    confidence: authority.confidence,
    candidates,
    urgency: urgencyOf(authority),
    phase,
    ha: given.ha ?? null,
    authority,
    tunnels,
    hotfix,
    devices,
    unknowns,
  } as const;
  const odd = devices.filter(({ files }) => !files.every(isUsual)).map(labelOf);
  // After a run it is a task of the device.
  const lagging = [
    ...new Set([
      ...(reading.run === null ? read.devices.filter(isLagging(current)).map(labelOf) : []),
      ...others.sources,
    ]),
  ];
  const ofDevice = (input.status ?? [])
    .filter(({ value }) => value.complete && !isOfAll(value))
    .map(({ source }) => source);
  const more = (id: PlanWarning['id'], holds: boolean, subjects: readonly string[] = []): PlanWarning[] =>
    holds ? [{ id, subjects }] : [];
  return {
    ...plan,
    warnings: [
      ...prohibitions(authority, tunnels, phase, others.expired),
      ...(reading.run === null ? hotfixWarnings(hotfix) : []),
      ...more('ha-order', given.ha !== undefined),
      ...more('tunnels-contradict', saysDownWrongly(given, tunnels), tunnels.sources),
      ...more('status-of-device', ofDevice.length > 0, ofDevice),
      ...more('other-ca', lagging.length > 0, lagging),
      ...more('old-files-do-not-return', phase === 'transfer' && isValid(authority.state)),
      ...warnings,
      ...reading.warnings,
      ...more('unusual-path', odd.length > 0, odd),
      ...more('too-many-devices', read.overflow, [String(maxDevices)]),
    ],
    steps: stepsOf(plan, reading, lagging.length > 0),
  };
}

/** Does a device hold, or show, another CA than the one that its FMC has now? */
function isLagging(current: string | null): (device: KnownDevice) => boolean {
  return ({ facts: { authorities, otherCa } }) =>
    otherCa || (current !== null && authorities.length > 0 && !authorities.includes(current));
}

function phaseOf(devices: readonly PlanDevice[], reading: RunReading, completeAfter: boolean): RenewalPlan['phase'] {
  if (reading.run === null) return 'prepare';
  const open = ({ task }: PlanDevice): boolean =>
    task === 'copy-files' || task === 'restart-sftunnel' || task === 'inspect';
  if (devices.some(open) || (!reading.pushesKnown && !completeAfter)) return 'transfer';
  return completeAfter && devices.length > 0 && devices.every(({ task }) => task === 'none') ? 'done' : 'verify';
}
