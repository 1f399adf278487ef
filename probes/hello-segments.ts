/**
 * hello-segments: the control hello with a short first write, as boxes that read once or look into the first segment only do not
 * expect; over raw packets also with its segments in another order, overlapping and repeated, as networks deliver them.
 */

import { firstFlight, planOf } from '../lib/hello/index.ts';
import type { RawSegment } from '../lib/net/index.ts';
import {
  defineProbe,
  mayUseRaw,
  mergeCases,
  type ProbeContext,
  rawVia,
  skipped,
  tryCases,
} from '../lib/probe/index.ts';

/** First segment in bytes, record header included: within it (1, 4), all of it (5), one byte on, into the handshake header (8), behind it (9), and well inside. */
const firstSegments: readonly number[] = [1, 4, 5, 6, 8, 9, 100];

/** Pause before the rest, long enough that the server reads the first piece alone. */
const gapMs = 60;

/** Where the raw cases cut, and how far the overlapping segments reach into each other. */
const cutAt = 100;
const overlap = 40;

export const helloSegments = defineProbe({
  id: 'hello-segments',
  title: { en: 'ClientHello over several TCP segments', ja: '複数 TCP セグメントに分けた ClientHello' },
  run: async (ctx) => {
    const { spec } = ctx.control.plan;
    if (spec === null) return skipped('no-spec: the hello that is answered was given as bytes');
    const lengths = new Map(firstSegments.map((length) => [`first-${length}`, length]));
    const sliced = await tryCases(ctx, [...lengths.keys()], (name) =>
      planOf(spec, { segmentLengths: [lengths.get(name) ?? 1], gapMs }),
    );
    return (await mayUseRaw(ctx)) ? mergeCases(sliced, await inOtherOrders(ctx)) : sliced;
  },
});

/** All of these are TCP as it may arrive (RFC 9293 §3.10.7.4); the control is the same hello in one raw segment. */
function inOtherOrders(ctx: ProbeContext): ReturnType<typeof tryCases> {
  const { plan } = ctx.control;
  const { length } = firstFlight(plan);
  const cut = Math.min(cutAt, length >> 1);
  const reach = Math.min(overlap, cut >> 1);
  const head: RawSegment = { from: 0, to: cut };
  const tail: RawSegment = { from: cut, to: length };
  const cases: Readonly<Record<string, readonly RawSegment[]>> = {
    'second-first': [tail, { ...head, afterMs: gapMs }],
    overlap: [
      { ...head, to: cut + reach },
      { ...tail, from: cut - reach, afterMs: gapMs },
    ],
    duplicate: [head, { ...head, afterMs: gapMs }, tail],
  };
  return tryCases(ctx, Object.keys(cases), () => plan, {
    viaFor: (name) => rawVia(ctx, { segments: cases[name] ?? [] }),
    controlVia: rawVia(ctx),
  });
}
