/** What this machine, and this user on it, can do beyond plain TCP: asked by `doctor`, and by probes before they run. */

import { namespacesAbility, nftAbility } from './ability-namespaces.ts';
import { packetAbility, rawAbility, tcpMssAbility, tunAbility } from './ability-sockets.ts';
import { type LibcState, systemLibc } from './libc.ts';

/**
 * `tcp-mss`: kernel TCP with a chosen MSS, and TCP_INFO. `raw`: raw IP sockets, for user-space TCP. `packet`: AF_PACKET sockets, for
 * captures and for hop limits of IPv6. `namespaces`: network namespaces without root, for labs. `nft`: nftables. `tun`: TUN devices.
 */
export type AbilityId = 'tcp-mss' | 'raw' | 'packet' | 'namespaces' | 'nft' | 'tun';

export interface Ability {
  readonly id: AbilityId;
  readonly available: boolean;
  /** A stable id of why not, e.g. `no-koffi`, `not-permitted`, `not-linux`; null when available. */
  readonly reason: string | null;
  /** What is the case, one sentence, in the words of the system where it has some; null when available. */
  readonly detail: string | null;
  /** The command, or what else to do; one line, null when available or when nothing helps. */
  readonly help: string | null;
}

/** Why an ability is missing; null when it is there. */
export type Lack = Pick<Ability, 'detail' | 'help'> & { readonly reason: string };

const checks: Readonly<Record<AbilityId, (libc: LibcState) => Lack | null | Promise<Lack | null>>> = {
  'tcp-mss': tcpMssAbility,
  raw: rawAbility,
  packet: packetAbility,
  namespaces: namespacesAbility,
  nft: nftAbility,
  tun: tunAbility,
};

export const abilityIds = Object.keys(checks) as readonly AbilityId[];

/**
 * All abilities, in the order of `AbilityId`. Each is tried and not only looked up, and nothing of it stays: sockets are closed, and
 * namespaces end with the program that was started in them. Asked afresh at each call, since permissions change.
 */
export async function abilities(): Promise<readonly Ability[]> {
  return Promise.all(abilityIds.map((id) => abilityOf(id)));
}

/**
 * One ability.
 * @param libc the system's calls; replaced in tests
 */
export async function abilityOf(id: AbilityId, libc: LibcState | Promise<LibcState> = systemLibc()): Promise<Ability> {
  const lack = await checks[id](await libc);
  return { id, available: lack === null, ...(lack ?? { reason: null, detail: null, help: null }) };
}

/** What is missing, in one line: the sentence, and the command that helps. */
export function lackText({ id, detail, help }: Ability): string {
  return [`${id}:`, ...(detail === null ? [] : [detail]), ...(help === null ? [] : [`Try: ${help}`])].join(' ');
}
