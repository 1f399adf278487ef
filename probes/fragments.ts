/** fragments: whether a hello in IP fragments arrives where the same hello in one packet does (UDP and DTLS depend on fragments). */

import type { FragmentsValue } from '../lib/evidence/index.ts';
import { type HelloPlan, helloLength, padTo, planOf } from '../lib/hello/index.ts';
import { compare, defineProbe, inconclusive, isAnswered, type ProbeContext, rawVia } from '../lib/probe/index.ts';

/** Length of the hello: its packet fits every usual line, and is worth cutting. */
const wholeLength = 1180;

/** IP payload of a fragment, near half the packet: filters drop first fragments that are suspiciously small (RFC 1858). */
const fragmentPayload = 640;

/** The same for the hello as it is, where a longer one is not answered. */
const shortFragmentPayload = 120;

export const fragments = defineProbe({
  id: 'fragments',
  title: { en: 'ClientHello in IP fragments', ja: 'IP フラグメントに分割した ClientHello' },
  needs: ['tcp', 'raw'],
  run: async (ctx) => {
    const chosen = await passingWhole(ctx);
    if (chosen === null) return inconclusive('control-failed: the hello in one raw packet was not answered', unknown);
    const { plan, size } = chosen;
    const { verdict, reply, attempts } = await compare(ctx, plan, {
      control: plan,
      via: rawVia(ctx, { dontFragment: false, fragmentPayload: size }),
      controlVia: rawVia(ctx, { dontFragment: false }),
    });
    const sent = attempts.length;
    switch (verdict) {
      case 'passes':
        return { sent, answered: sent, verdict: 'pass' };
      case 'fails':
        // Whoever answers with RST or FIN has put the fragments together.
        return reply === 'silent'
          ? { sent, answered: 0, verdict: 'dropped' }
          : inconclusive(`fragments-refused: ${reply}`, { sent, answered: 0, verdict: 'unknown' });
      default:
        return inconclusive(verdict, { sent, answered: verdict === 'unstable' ? 1 : 0, verdict: 'unknown' });
    }
  },
});

const unknown: FragmentsValue = { sent: 0, answered: 0, verdict: 'unknown' };

/** A hello that is answered when it comes in one packet with DF clear, and the size of fragments that cuts it in two; null where none is. */
async function passingWhole(ctx: ProbeContext): Promise<{ plan: HelloPlan; size: number } | null> {
  const { plan } = ctx.control;
  const { spec } = plan;
  const candidates = [
    ...(spec?.extensions != null && helloLength(spec) + 4 <= wholeLength
      ? [{ plan: planOf(padTo(spec, wholeLength)), size: fragmentPayload }]
      : []),
    { plan, size: shortFragmentPayload },
  ];
  for (const candidate of candidates) {
    const { attempt } = await ctx.attempt({
      hello: candidate.plan,
      controlRef: ctx.control.attempt,
      via: rawVia(ctx, { dontFragment: false }),
      stopWhenLost: true,
      alone: true,
    });
    if (isAnswered(attempt)) return candidate;
  }
  return null;
}
