/** The decision tree of Cisco 222464 (no leaf is invented), and what must not be done in the meantime. */

import { isValid } from './authority.ts';
import type {
  PlanAuthority,
  PlanHotfix,
  PlanInput,
  PlanLeaf,
  PlanTunnels,
  PlanWarning,
  RenewalPlan,
  TunnelState,
  WarningId,
} from './types.ts';

/** A channel counts as alive with one of its two connections; a status without a word of a device leaves it open. */
export function tunnelsOf(
  devices: readonly { readonly tunnel: TunnelState; readonly sources: readonly string[] }[],
  complete: boolean,
  given: PlanInput['given'],
): PlanTunnels {
  const count = (...states: TunnelState[]): number => devices.filter(({ tunnel }) => states.includes(tunnel)).length;
  const counts = { up: count('up', 'partial'), down: count('down'), unknown: count('unknown') };
  const sources = [
    ...new Set(devices.filter(({ tunnel }) => tunnel !== 'unknown').flatMap((device) => device.sources)),
  ];
  // Against what was seen, the user's word forbids more, but never allows more.
  if (given?.tunnels !== undefined && !saysDownWrongly(given, counts))
    return { state: given.tunnels, ...counts, complete: true, given: true, sources };
  const { up, down, unknown } = counts;
  const alive = count('partial') + down + unknown === 0 ? 'up' : 'partial';
  const state = up > 0 ? alive : down > 0 && unknown === 0 ? 'down' : 'unknown';
  return { state, ...counts, complete: complete && unknown === 0, given: false, sources };
}

/** True where no channel is said to be up, and one was seen up. */
export function saysDownWrongly(given: PlanInput['given'], { up }: Pick<PlanTunnels, 'up'>): boolean {
  return given?.tunnels === 'down' && up > 0;
}

/** @returns the one leaf, or those that remain. */
export function leavesOf({ state }: PlanAuthority, tunnels: PlanTunnels): readonly PlanLeaf[] {
  const alive = tunnels.state === 'up' || tunnels.state === 'partial';
  // That the devices seen are down says nothing of the others: 2b is for none up at all.
  const afterExpiry: readonly PlanLeaf[] = alive
    ? ['2a']
    : tunnels.state === 'down' && tunnels.complete
      ? ['2b']
      : ['2a', '2b'];
  if (isValid(state)) return ['1'];
  return state === 'expired' ? afterExpiry : ['1', ...afterExpiry];
}

export function urgencyOf({ state }: PlanAuthority): RenewalPlan['urgency'] {
  return state === 'expired' ? 'now' : state === 'fine' ? 'none' : state;
}

/**
 * What must not be rebooted and upgraded until every device has its new certificates.
 * @param oldExpired an older CA of the FMC, which a device may still have, has expired.
 */
export function prohibitions(
  { state, notAfter }: PlanAuthority,
  tunnels: PlanTunnels,
  phase: RenewalPlan['phase'],
  oldExpired: boolean,
): PlanWarning[] {
  const alive = tunnels.state === 'up' || tunnels.state === 'partial';
  const ids: WarningId[] = [];
  if (phase === 'done') return [];
  if (state === 'expired') {
    if (alive) ids.push('no-reboot-no-upgrade', 'up-proves-nothing');
    else ids.push(tunnels.state === 'down' && tunnels.complete ? 'upgrade-allowed' : 'no-reboot-until-known');
  } else if (state === 'unknown' || oldExpired) ids.push('no-reboot-until-known');
  const warnings: PlanWarning[] = ids.map((id) => ({ id, subjects: [] }));
  if (state === 'within-30-days' || state === 'within-90-days')
    warnings.push({ id: 'finish-before-expiry', subjects: notAfter === null ? [] : [notAfter] });
  return warnings;
}

export function hotfixWarnings({ status, version, installed, patchBeyond }: PlanHotfix): PlanWarning[] {
  const subjects = version === null ? [] : [version];
  if (status === 'none')
    return [{ id: installed === true ? 'hotfix-contradicts-version' : 'no-hotfix-exists', subjects }];
  if (installed === true) return [];
  if (status === 'not-listed') return [{ id: 'release-not-listed', subjects }];
  return patchBeyond ? [{ id: 'patch-beyond-list', subjects }] : [];
}

/** True where the way ends: there is no script for the release, and nothing after it can be done. */
export function isBlocked({ status, installed }: PlanHotfix): boolean {
  if (installed === true) return false;
  return status === 'none' || (status === 'not-listed' && installed === false);
}

/** May the FMC be upgraded to a release that has a hotfix, where its own has none? Only where no channel is lost for good by it. */
export function mayUpgrade({ state }: PlanAuthority, tunnels: PlanTunnels): boolean {
  return isValid(state) || (state === 'expired' && tunnels.state === 'down' && tunnels.complete);
}
