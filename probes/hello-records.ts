/** hello-records: the control hello spread over several TLS records, which every server must accept (RFC 8446 §5.1). */

import { planOf } from '../lib/hello/index.ts';
import { defineProbe, skipped, tryCases } from '../lib/probe/index.ts';

/** Length of the first record's fragment by case; the rest follows in the second. Below 4 the message header itself is cut. */
const firstRecord: Readonly<Record<string, number>> = { 'first-1': 1, 'first-4': 4, 'first-5': 5, 'first-32': 32 };

export const helloRecords = defineProbe({
  id: 'hello-records',
  title: { en: 'ClientHello over several records', ja: '複数レコードに分けた ClientHello' },
  run: async (ctx) => {
    const { plan } = ctx.control;
    if (plan.spec === null) return skipped('no-spec: the hello that is answered was given as bytes');
    const { spec, message } = plan;
    const cases: Readonly<Record<string, readonly number[]>> = {
      ...Object.fromEntries(Object.entries(firstRecord).map(([name, length]) => [name, [length]])),
      halves: [message.length >> 1],
      'many-16': Array.from({ length: Math.ceil(message.length / 16) - 1 }, () => 16),
    };
    return tryCases(ctx, Object.keys(cases), (name) => planOf(spec, { recordLengths: cases[name] ?? [] }));
  },
});
