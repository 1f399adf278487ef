/** What this machine, and this user on it, can do beyond plain TCP: asked by `doctor`, and by probes before they run. */

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

/** All abilities, in the order of `AbilityId`. Asked afresh: permissions change. Leaves nothing behind. */
export async function abilities(): Promise<readonly Ability[]> {
  return Promise.all(abilityIds.map((id) => abilityOf(id)));
}

export const abilityIds: readonly AbilityId[] = ['tcp-mss', 'raw', 'packet', 'namespaces', 'nft', 'tun'];

/** One ability. */
export function abilityOf(id: AbilityId): Promise<Ability> {
  return Promise.resolve({ id, available: false, reason: 'not-built', detail: 'This is not built yet.', help: null });
}
