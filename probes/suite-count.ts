/** suite-count: the control hello with ever more suites; some headends fail from 128 on. */

import type { Code } from '../lib/evidence/index.ts';
import { type HelloSpec, helloLength, padTo, withCipherSuites } from '../lib/hello/index.ts';
import { defineProbe, skipped, suitesFor, tryCases } from '../lib/probe/index.ts';
import { cipherSuites, codeText, suiteTraits } from '../lib/wire/index.ts';

/** Around the threshold that users met (127 pass, 128 fail); `all` is every registered suite. */
const counts: Readonly<Record<string, number>> = {
  '64': 64,
  '127': 127,
  '128': 128,
  '129': 129,
  all: Number.POSITIVE_INFINITY,
};

export const suiteCount = defineProbe({
  id: 'suite-count',
  title: { en: 'Number of cipher suites', ja: '暗号スイートの数' },
  run: async (ctx) => {
    const { spec } = ctx.control.plan;
    if (spec === null) return skipped('no-spec: the hello that is answered was given as bytes');
    const own = spec.cipherSuites;
    // Suites the server cannot choose for this version fill the list, so that its choice, and thus the rest of the flight, stays the same.
    const version = Math.min(Number(spec.legacyVersion), 0x0303);
    const likely = new Set(suitesFor(version).codes.slice(0, 64).map(codeText));
    const every = [...cipherSuites.entries()]
      .map(([code]) => codeText(code))
      .filter((code) => !own.includes(code) && !isSignal(code));
    const filler = [...every.filter((code) => !likely.has(code)), ...every.filter((code) => likely.has(code))];
    const helloFor = (name: string): HelloSpec => withCipherSuites(spec, [...own, ...filler].slice(0, counts[name]));
    // More suites make a longer hello: the control is as long, or a limit on length would pass for one on suites.
    const controlFor = (name: string): HelloSpec => padded(spec, helloLength(helloFor(name)));
    return tryCases(ctx, Object.keys(counts), helloFor, { controlFor });
  },
});

/** TLS_FALLBACK_SCSV is no suite but a statement, to which a server with a higher version answers with an alert (RFC 7507 §3). */
function isSignal(code: Code): boolean {
  return suiteTraits(Number(code))?.scsv === true;
}

/** A hello without extensions cannot be padded; it is then its own control. */
function padded(spec: HelloSpec, length: number): HelloSpec {
  return spec.extensions === null ? spec : padTo(spec, length);
}
