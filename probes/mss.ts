/** mss: the largest packet that the path carries, from here to the target and back, each measured by itself. */

import type { Attempt, MssValue, PathSweep } from '../lib/evidence/index.ts';
import { headerBytes } from '../lib/evidence/index.ts';
import { canShare, type HelloPlan, makePreset, planOf } from '../lib/hello/index.ts';
import {
  ceilingsOf,
  defineProbe,
  inboundSweep,
  type Line,
  outboundByLength,
  outboundSweep,
  type ProbeContext,
  smallestMss,
  suitesFor,
  unmeasured,
} from '../lib/probe/index.ts';
import { cipherSuites, tlsVersion } from '../lib/wire/index.ts';

export const mss = defineProbe({
  id: 'mss',
  title: { en: 'Packet sizes that pass, in each direction', ja: '方向ごとの通過可能なパケットサイズ' },
  run: async (ctx) => {
    const { address } = ctx.run;
    const references = ctx.exchanges.map(({ attempt }) => attempt).filter(isReference);
    const [earliest, reference] = [references[0], references.at(-1)];
    const value =
      earliest === undefined || reference === undefined
        ? await withoutTcpInfo(ctx, address)
        : await measure(ctx, { address, reference, earliest, likely: null });
    goOnInSmallerPackets(ctx, address, value);
    return value;
  },
});

/** A connection that stood, with the MSS that the system chose, of which TCP_INFO told. */
function isReference({ mss: announced, evidence }: Attempt): boolean {
  return announced === null && evidence.connect === 'ok' && evidence.path.sendMss !== null;
}

async function withoutTcpInfo(ctx: ProbeContext, address: string): Promise<MssValue> {
  const { spec } = ctx.control.plan;
  const inbound = unmeasured('missing-ability: tcp-mss');
  ctx.keep({ outbound: unmeasured('not-reached'), inbound });
  const outbound =
    spec === null || spec.extensions === null
      ? unmeasured('no-extensions: the hello that is answered cannot be padded')
      : await outboundByLength(ctx, address, spec);
  return { outbound, inbound };
}

/** First the way back: once our system has learned an MTU on the way there, it announces a smaller MSS too. */
async function measure(ctx: ProbeContext, line: Line): Promise<MssValue> {
  const ceilings = ceilingsOf(line);
  const { spec } = ctx.control.plan;
  if (ceilings === null) return { outbound: unmeasured('no-tcp-info'), inbound: unmeasured('no-tcp-info') };
  const inbound = await inboundSweep(ctx, line, flightHellos(ctx, line.reference), ceilings.inbound);
  ctx.keep({ outbound: unmeasured('not-reached'), inbound });
  if (spec === null || spec.extensions === null) {
    return { inbound, outbound: unmeasured('no-extensions: the hello that is answered cannot be padded') };
  }
  const likely = inbound.pathMtu;
  return { inbound, outbound: await outboundSweep(ctx, { ...line, likely }, spec, ceilings.outbound) };
}

/** Small hellos that draw long flights: the certificates in clear, those of RSA keys, which are longer, and the flight of TLS 1.3. */
function flightHellos(ctx: ProbeContext, reference: Attempt): HelloPlan[] {
  const { sni, random } = ctx;
  const preset = 'tls12-minimal';
  const version12 = tlsVersion['TLSv1.2'];
  const version13 = tlsVersion['TLSv1.3'];
  const withRsa = suitesFor(version12).codes.filter((code) => cipherSuites.nameOf(code).includes('_RSA_WITH_'));
  const group = Number(reference.evidence.negotiated?.group ?? Number.NaN);
  const groups = canShare(group) ? { groups: [group] } : {};
  return [
    planOf(makePreset(preset, { sni, random }), { preset }),
    planOf(ctx.hello({ versions: [version12], cipherSuites: withRsa.slice(0, 20) }), { preset: 'tls12-rsa' }),
    planOf(ctx.hello({ versions: [version13], ...groups }), { preset: 'tls13-only' }),
  ];
}

/** A path that loses large packets would hide what else there is to find: from here on the run's packets are as small as they must be. */
function goOnInSmallerPackets(ctx: ProbeContext, address: string, { outbound, inbound }: MssValue): void {
  const isLossy = ({ verdict, pathMtu }: PathSweep): boolean => verdict === 'blackhole' && pathMtu !== null;
  const limits = [outbound, inbound].filter(isLossy).map(({ pathMtu }) => pathMtu ?? 0);
  if (limits.length === 0) return;
  ctx.run.via = { kind: 'tcp', mss: Math.max(smallestMss(address), Math.min(...limits) - headerBytes(address)) };
}
