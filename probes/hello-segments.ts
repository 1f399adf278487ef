/** hello-segments: the control hello with a short first write, as boxes that read once or look into the first segment only do not expect. */

import { planOf } from '../lib/hello/index.ts';
import { defineProbe, skipped, tryCases } from '../lib/probe/index.ts';

/** First segment in bytes, record header included: within it (1, 4), all of it (5), one byte on, into the handshake header (8), behind it (9), and well inside. */
const firstSegments: readonly number[] = [1, 4, 5, 6, 8, 9, 100];

/** Pause before the rest, long enough that the server reads the first piece alone. */
const gapMs = 60;

export const helloSegments = defineProbe({
  id: 'hello-segments',
  title: { en: 'ClientHello over several TCP segments', ja: '複数 TCP セグメントに分けた ClientHello' },
  run: async (ctx) => {
    const { spec } = ctx.control.plan;
    if (spec === null) return skipped('no-spec: the hello that is answered was given as bytes');
    const lengths = new Map(firstSegments.map((length) => [`first-${length}`, length]));
    return tryCases(ctx, [...lengths.keys()], (name) =>
      planOf(spec, { segmentLengths: [lengths.get(name) ?? 1], gapMs }),
    );
  },
});
