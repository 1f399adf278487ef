/** What probes over raw packets share. */

import type { PathEvidence } from '../evidence/index.ts';
import { type HelloPlan, makePreset, planOf } from '../hello/index.ts';
import type { RawVia } from '../net/index.ts';
import type { ProbeContext } from './context.ts';

/** User-space TCP that announces the MSS this run goes on with, where the path was seen to lose larger packets. */
export function rawVia(ctx: ProbeContext, more: Omit<RawVia, 'kind'> = {}): RawVia {
  const { via } = ctx.run;
  return { kind: 'raw', ...(via?.mss === undefined ? {} : { mss: via.mss }), ...more };
}

/** Whether raw packets can be sent from here, and may be sent to this target. */
export async function mayUseRaw(ctx: ProbeContext): Promise<boolean> {
  return ctx.run.mayDisturb && (await ctx.can('raw'));
}

/** The hello of an ordinary client: with the target's name also where that was seen to be refused, since who refuses it is the question. */
export function ordinaryHello(ctx: ProbeContext): HelloPlan {
  const preset = 'openssl-3';
  return planOf(makePreset(preset, { sni: ctx.run.settings.target.sni, random: ctx.random }), { preset });
}

/** Values that systems start TTLs and hop limits with. */
const initialTtls: readonly number[] = [64, 128, 255];

/** Routers between the sender of a packet and us, if it began with a usual TTL. */
export function hopsOf(ttl: number): number {
  return (initialTtls.find((initial) => ttl <= initial) ?? ttl) - ttl;
}

/** Routers between the machine that answered our SYN and us; null where its packets were not seen. */
export function distanceOf({ synAck }: PathEvidence): number | null {
  return synAck === null ? null : hopsOf(synAck.ttl);
}
