/** A connection of our own TCP over raw sockets, with the outcome of the kernel's `dial`. */

import { HarnessError } from '../../wire/index.ts';
import type { DialRequest, Endpoint } from '../dial.ts';
import type { DialOutcome } from '../outcome.ts';
import type { RawVia } from '../via.ts';

/**
 * `dial` over user-space TCP: own SYN, segments as `via` asks for, retransmissions with counts, ICMP errors of the connection.
 * `wire` of the outcome is never null. The kernel's own RST is kept quiet for the port in use, and for no longer than that.
 * @throws HarnessError `bad-endpoint`; `missing-ability` where this machine or user cannot open raw sockets;
 *   `bad-segments` when `via.segments` or `via.fragmentPayload` cannot be sent.
 */
export function rawDial(_endpoint: Endpoint, _request: DialRequest, _via: RawVia): Promise<DialOutcome> {
  return Promise.reject(new HarnessError('missing-ability', 'User-space TCP is not built yet.'));
}
