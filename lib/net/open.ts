/** A connection over the transport that is asked for. The raw one is loaded only when it is. */

import type { Transport } from '../evidence/index.ts';
import { type DialRequest, dial, type Endpoint } from './dial.ts';
import type { DialOutcome } from './outcome.ts';
import type { Via } from './via.ts';

/**
 * `dial` over the kernel's TCP, with the MSS of `via`, or over user-space TCP.
 * @throws HarnessError as `dial` does, and for a transport that this machine cannot provide (`missing-ability`)
 */
export async function dialVia(
  endpoint: Endpoint,
  request: DialRequest,
  via: Via = { kind: 'tcp' },
): Promise<DialOutcome> {
  const outcome = await connection(endpoint, request, via);
  request.tap?.ended(outcome);
  return outcome;
}

async function connection(endpoint: Endpoint, request: DialRequest, via: Via): Promise<DialOutcome> {
  if (via.kind === 'tcp') return dial(endpoint, via.mss === undefined ? request : { ...request, mss: via.mss });
  const { rawDial } = await import('./raw/index.ts');
  return rawDial(endpoint, request, via);
}

/** How the report calls a transport. @param writes number of writes of the first flight */
export function transportOf(via: Via | undefined, writes: number): Transport {
  if (via?.kind === 'raw') return 'raw';
  if (via?.mss !== undefined) return 'tcp-mss';
  return writes > 1 ? 'tcp-sliced' : 'tcp';
}

/** MSS announced on request; null where the system chose it. */
export function announcedMssOf(via: Via | undefined): number | null {
  return via?.mss ?? null;
}
