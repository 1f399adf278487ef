/** A connection of our own TCP over raw sockets, with the outcome of the kernel's `dial`. */

import { randomBytes } from 'node:crypto';
import { addressText, ipBytes } from '../../capture/index.ts';
import { unknownPath } from '../../evidence/index.ts';
import { HarnessError } from '../../wire/index.ts';
import type { Lack } from '../abilities.ts';
import { badEndpoint, checkEndpoint } from '../endpoint.ts';
import { connectOutcomeOf, type DialOutcome, sentenceOf } from '../outcome.ts';
import type { DialRequest, Endpoint } from '../request.ts';
import type { RawVia } from '../via.ts';
import { checkFragmentPayload } from './packets.ts';
import { flightOf, planOf } from './plan.ts';
import { quietPort } from './quiet-port.ts';
import { type Route, routeTo } from './route.ts';
import { RawRun } from './run.ts';
import { openPost } from './station.ts';

/** What rawDial needs of the system; replaced in tests. */
export interface RawSystem {
  readonly routeTo: typeof routeTo;
  readonly quietPort: (address: string) => ReturnType<typeof quietPort>;
  readonly openPost: (
    ...args: [Parameters<typeof openPost>[0], Parameters<typeof openPost>[1]]
  ) => ReturnType<typeof openPost>;
}

/**
 * `dial` over user-space TCP: own SYN, segments as `via` asks for, retransmissions with counts, ICMP errors of the connection.
 * `wire` of the outcome is never null. The kernel's own RST is kept quiet for the port in use, and for no longer than that.
 * When the promise settles, sockets, timers and listeners are gone.
 *
 * The connection ends with FIN when the peer has everything that was sent, and with RST otherwise. "Fragmentation needed" makes
 * segments smaller as in any TCP, unless `via.segments` says how they are cut.
 * @throws HarnessError `bad-endpoint`; `missing-ability` where this machine or user cannot open raw sockets;
 *   `bad-segments` when `via` asks for what cannot be sent.
 */
export async function rawDial(
  endpoint: Endpoint,
  request: DialRequest,
  via: RawVia,
  system: RawSystem = { routeTo, quietPort, openPost },
): Promise<DialOutcome> {
  const { address: destination, port: destinationPort } = rawEndpoint(endpoint);
  checkVia(via, request);
  const startedAt = new Date();
  if (request.signal?.aborted === true) return unconnected(startedAt, 'unseen', 'aborted', 'Stopped by the caller.');
  let route: Route;
  try {
    route = await system.routeTo(destination);
  } catch (error) {
    const connect = connectOutcomeOf(error as NodeJS.ErrnoException);
    if (connect instanceof HarnessError) throw connect;
    return unconnected(startedAt, connect, 'not-connected', sentenceOf(error as Error));
  }
  const { source, mtu } = route;
  const quiet = able(await system.quietPort(source));
  try {
    const pair = { source, sourcePort: quiet.port, destination, destinationPort };
    const random = new DataView(Uint8Array.from(randomBytes(8)).buffer);
    const run = new RawRun(request, {
      ...pair,
      mtu,
      via,
      sequence: random.getUint32(0),
      identification: random.getUint32(4),
    });
    const post = able(await system.openPost(pair, run.listener));
    try {
      return await run.over(post);
    } finally {
      await post.close();
    }
  } finally {
    await quiet.close();
  }
}

/** Addresses as `addressText` writes them, IPv4 in IPv6 as IPv4. */
function rawEndpoint(endpoint: Endpoint): Endpoint {
  const { address, port } = endpoint;
  const version = checkEndpoint(endpoint);
  if (address.includes('%')) throw badEndpoint(endpoint, 'is link-local; raw packets go to other addresses only');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || version === 4) return { address: mapped ?? address, port };
  const bytes = ipBytes(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { address: addressText(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)), port };
}

function checkVia(via: RawVia, { writes }: DialRequest): void {
  const whole = (name: string, value: number | null | undefined, low: number, high: number): void => {
    if (value === undefined || value === null || (Number.isInteger(value) && value >= low && value <= high)) return;
    throw new HarnessError('bad-segments', `${name} is ${value}; it is a whole number from ${low} to ${high}.`);
  };
  whole('The MSS', via.mss, 1, 65_535);
  whole('The window', via.window, 0, 65_535);
  whole('The TTL', via.ttl, 1, 255);
  whole('The number of retransmissions', via.retransmissions, 0, 15);
  checkFragmentPayload(via.fragmentPayload);
  if (via.segments !== undefined && writes.length > 0) planOf(via.segments, flightOf(writes).length, 0);
}

/** @throws HarnessError `missing-ability` */
function able<T extends object>(given: T | Lack): T {
  if (!('reason' in given && 'help' in given)) return given;
  const { detail, help } = given;
  throw new HarnessError(
    'missing-ability',
    `User-space TCP is not possible here. ${detail ?? ''}`.trim(),
    help === null ? {} : { hint: `Try: ${help}` },
  );
}

function unconnected(
  startedAt: Date,
  connect: DialOutcome['connect'],
  end: DialOutcome['end'],
  detail: string,
): DialOutcome {
  return {
    connect,
    connectMs: null,
    startedAt,
    replyMs: null,
    waitedMs: null,
    bytesSent: 0,
    chunks: [],
    end,
    endedBeforeHello: false,
    detail,
    wire: {
      path: unknownPath,
      sent: { bytes: 0, acked: null, retransmitted: null, tailSacked: null },
      inbound: null,
      missingInbound: null,
      segments: null,
    },
  };
}
