/** trace: the ordinary hello with ever larger TTL, to the hop at which it is answered, reset or swallowed. */

import { isIPv6 } from 'node:net';
import type { Attempt, IcmpEvidence, TraceRow } from '../lib/evidence/index.ts';
import { firstFlight } from '../lib/hello/index.ts';
import {
  defineProbe,
  distanceOf,
  inconclusive,
  ordinaryHello,
  type ProbeContext,
  rawVia,
  skipped,
} from '../lib/probe/index.ts';

/** Hops asked at the same time. */
const hopsAtOnce = 4;

/** Farther away is nothing (the diameter of the Internet is about half of it). */
const farthest = 30;

/** Hops asked beyond the target's distance: the way there may be longer than the way back. */
const beyond = 4;

/** Each hop is asked so often: routers answer few packets a second. */
const askedPerHop = 2;
const askAgainMs = 300;

/** How long a hop has for its answer at least; longer where the whole way takes longer. */
const shortestWaitMs = 500;

export const trace = defineProbe({
  id: 'trace',
  title: { en: 'Hop at which the hello ends', ja: 'ClientHello が止まるホップ' },
  needs: ['tcp', 'raw'],
  unanswered: true,
  run: async (ctx) => {
    const hello = ordinaryHello(ctx);
    const { attempt } = await ctx.attempt({ hello, via: rawVia(ctx), stopWhenLost: true, alone: true });
    const { connect, path } = attempt.evidence;
    if (connect !== 'ok') return skipped(`no-connection: ${connect}`);
    const distance = distanceOf(path);
    const waitMs = Math.max(shortestWaitMs, 3 * ((attempt.connectMs ?? 0) + (attempt.replyMs ?? 0)));
    const atOnce = Math.min(hopsAtOnce, ctx.run.gate.limit);
    const last = distance === null ? farthest : Math.min(farthest, distance + 1 + beyond);
    const rows: TraceRow[] = [];
    for (let ttl = 1; ttl <= last && !rows.some(isEnd); ttl += atOnce) {
      const wave = Array.from({ length: Math.min(atOnce, last - ttl + 1) }, (_, i) => ttl + i);
      rows.push(...(await Promise.all(wave.map((hop) => rowOf(ctx, hop, waitMs)))));
      ctx.keep(rows);
    }
    const end = rows.findIndex(isEnd);
    if (end >= 0) return rows.slice(0, end + 1);
    // Behind the last hop that answered there is nobody who says anything; the rows show how far it got.
    const known = rows.findLastIndex(({ from }) => from !== null);
    return inconclusive('no-end: the hello was not seen to end anywhere', rows.slice(0, known + 2));
  },
});

/** The target, or somebody in its name, answered or acknowledged: the hello went no further. */
function isEnd({ from, icmp }: TraceRow): boolean {
  return from !== null && icmp === null;
}

async function rowOf(ctx: ProbeContext, ttl: number, mostReplyMs: number): Promise<TraceRow> {
  const hello = ordinaryHello(ctx);
  const { length } = firstFlight(hello);
  const { attempt } = await ctx.attempt({
    hello,
    // Silence is what most hops answer with: it needs no second connection.
    hint: true,
    mostReplyMs,
    via: rawVia(ctx, {
      segments: Array.from({ length: askedPerHop }, (_, i) => ({
        from: 0,
        to: length,
        ttl,
        ...(i === 0 ? {} : { afterMs: askAgainMs }),
      })),
      retransmissions: 0,
    }),
  });
  return asRow(ttl, attempt, ctx.target.address);
}

function asRow(ttl: number, { evidence }: Attempt, address: string | null): TraceRow {
  const { reply, path, sent } = evidence;
  const arrived = (reply !== null && reply !== 'silent') || (sent.acked ?? 0) > 0;
  if (arrived) return { ttl, from: address, reply, icmp: null };
  const error = path.icmp?.find(isExpired) ?? path.icmp?.[0];
  if (error === undefined) return { ttl, from: null, reply, icmp: null };
  return { ttl, from: error.from, reply, icmp: { type: error.type, code: error.code } };
}

/** Time exceeded in transit: ICMP type 11 (RFC 792), ICMPv6 type 3 (RFC 4443 §3.3). */
function isExpired({ type, from }: IcmpEvidence): boolean {
  return type === (isIPv6(from) ? 3 : 11);
}
