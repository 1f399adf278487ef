/** reset-origin: whether the RST that ends a handshake comes from where the SYN-ACK came from. */

import type { HandshakeEvidence, ResetOriginValue } from '../lib/evidence/index.ts';
import { type HelloPlan, padTo, planOf } from '../lib/hello/index.ts';
import {
  defineProbe,
  distanceOf,
  hopsOf,
  inconclusive,
  ordinaryHello,
  type ProbeContext,
  rawVia,
  repeat,
  repeatsForClaim,
  skipped,
} from '../lib/probe/index.ts';

export const resetOrigin = defineProbe({
  id: 'reset-origin',
  title: { en: 'Who sends the RST', ja: 'RST の送信元' },
  needs: ['tcp', 'raw'],
  unanswered: true,
  run: async (ctx) => {
    const hello = resetHello(ctx);
    if (hello === null) return skipped('no-reset: no hello was answered with RST');
    const made = await repeat(repeatsForClaim, () => ctx.attempt({ hello, via: rawVia(ctx), alone: true }));
    const values = made.flatMap(({ attempt }) => originOf(attempt.evidence));
    const [first] = values;
    if (first === undefined) return inconclusive('no-connection: no SYN-ACK came');
    const resets = values.filter(({ reset }) => reset !== null);
    const shown = resets[0] ?? first;
    if (resets.length < repeatsForClaim) return inconclusive('not-reproducible', { ...shown, sameHost: null });
    // One packet may have taken another way; all of them did not.
    return { ...shown, sameHost: resets.every(({ sameHost }) => sameHost === false) ? false : null };
  },
});

/** The hello to ask with: one that was answered with RST, the ordinary one first; null where none was. */
function resetHello(ctx: ProbeContext): HelloPlan | null {
  const ordinary = ordinaryHello(ctx);
  const first = ctx.exchanges.find(({ attempt }) => attempt.hello.preset === ordinary.preset);
  if (first?.attempt.evidence.end === 'reset') return ordinary;
  const { spec } = ctx.run.control?.plan ?? { spec: null };
  const reset = ctx.value('hello-size')?.rows.find(({ reply }) => reply === 'reset');
  return spec === null || reset === undefined ? null : planOf(padTo(spec, reset.length));
}

function originOf({ path }: HandshakeEvidence): ResetOriginValue[] {
  const { synAck, reset } = path;
  const distance = distanceOf(path);
  if (synAck === null || distance === null) return [];
  return [
    {
      synAck,
      reset: reset === null ? null : { ttl: reset.ttl, ipId: reset.ipId, window: reset.window },
      // The same distance proves nothing: a forger can choose its TTL.
      sameHost: reset !== null && hopsOf(reset.ttl) !== distance ? false : null,
    },
  ];
}
