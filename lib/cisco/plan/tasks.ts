/** What is left to do with each device, and the files to bring to it. */

import { roleNames } from '../files/index.ts';
import type { KnownDevice } from './devices.ts';
import { fileRoles, handCommands, layoutDestination, layoutSource, roleOf } from './paths.ts';
import type { RunReading } from './run.ts';
import type { DeviceTask, PlanDevice, PlanFile } from './types.ts';

export interface TaskContext {
  readonly reading: RunReading;
  /** SHA-256 of the CA that the FMC has now; null where not known. */
  readonly currentCa: string | null;
  readonly fmcUuid: string | null;
  /** There is no script to make new certificates with. */
  readonly blocked: boolean;
}

export function planDevice(device: KnownDevice, context: TaskContext): PlanDevice {
  const { facts, uuid, name, address } = device;
  const { reading, currentCa } = context;
  const hasCurrentCa =
    currentCa === null || facts.authorities.length === 0 ? null : facts.authorities.includes(currentCa);
  const tunnel = facts.tunnel === 'unknown' && facts.pushFailed ? 'down' : facts.tunnel;
  const push =
    reading.run === null
      ? 'not-yet'
      : facts.pushFailed
        ? 'failed'
        : reading.pushesKnown
          ? 'no-failure-seen'
          : 'unknown';
  const known = { tunnel, push, hasCurrentCa } as const;
  const task = push === 'not-yet' && context.blocked ? 'blocked' : taskOf(device, known);
  const files = task === 'copy-files' || task === 'push-will-fail' ? filesOf(device, context, hasCurrentCa) : [];
  return {
    name,
    uuid,
    address,
    ...known,
    tunnelAfter: facts.tunnelAfter,
    copy: facts.copy,
    task,
    files,
    // Before a run the old files lie there, and must not be brought anywhere.
    commands: handCommands(reading.run === null ? [] : files),
    sources: [...device.sources],
  };
}

/** The name that steps and warnings call a device by. */
export function labelOf({ name, address, uuid }: Pick<PlanDevice, 'name' | 'address' | 'uuid'>): string {
  return name ?? address ?? uuid ?? '?';
}

function taskOf(
  { facts }: KnownDevice,
  { tunnel, push, hasCurrentCa }: Pick<PlanDevice, 'tunnel' | 'push' | 'hasCurrentCa'>,
): DeviceTask {
  if (push === 'not-yet') return tunnel === 'down' ? 'push-will-fail' : tunnel === 'up' ? 'push-expected' : 'push-open';
  // A channel that was up all the time may live on the old certificates; one that was down came up with new ones.
  const livedOn = facts.tunnel === 'up' && push === 'failed' && facts.copy !== 'copied' && hasCurrentCa !== true;
  if (facts.tunnelAfter === 'up') return hasCurrentCa === false || livedOn ? 'copy-files' : 'none';
  if (hasCurrentCa === true) return 'check-connection';
  if (facts.copy === 'copied') return facts.restarted ? 'check-connection' : 'restart-sftunnel';
  if (push === 'failed' || hasCurrentCa === false) return 'copy-files';
  return push === 'unknown' ? 'inspect' : 'check-connection';
}

/** The files that failed; all three where it is not known which, or where none was tried yet. */
function filesOf({ uuid, facts }: KnownDevice, { fmcUuid }: TaskContext, hasCurrentCa: boolean | null): PlanFile[] {
  const files: PlanFile[] = [];
  const add = (file: PlanFile): void => {
    if (!files.some(({ to }) => to === file.to)) files.push(file);
  };
  for (const { from, to } of facts.records) {
    const role = roleOf(to) ?? roleOf(from);
    if (role !== null) add({ role, from, to, known: 'failed-push' });
  }
  for (const to of facts.destinations) {
    const role = roleOf(to);
    if (role !== null) add({ role, from: layoutSource(role, uuid), to, known: 'output' });
  }
  const whole = facts.pushFailed && !facts.pushCut && hasCurrentCa !== false && files.length > 0;
  if (!whole) {
    const folder = files[0]?.to.slice(0, files[0].to.lastIndexOf('/'));
    for (const role of fileRoles) {
      if (files.some((file) => file.role === role)) continue;
      const to = folder === undefined ? layoutDestination(role, fmcUuid) : `${folder}/${roleNames[role]}`;
      add({ role, from: layoutSource(role, uuid), to, known: 'layout' });
    }
  }
  return files.toSorted((a, b) => fileRoles.indexOf(a.role) - fileRoles.indexOf(b.role));
}
