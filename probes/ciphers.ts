/** ciphers: every suite of every version the server supports, found at the ServerHello, with its order of preference. */

import type { CipherRow, CiphersValue, NamedCode, VersionName } from '../lib/evidence/index.ts';
import {
  defineProbe,
  type Enumeration,
  enumerate,
  inconclusive,
  type ProbeContext,
  pickAndRemove,
  preferenceOf,
  type Refusals,
  suitesFor,
} from '../lib/probe/index.ts';
import { cipherSuites, codeText, tlsVersions } from '../lib/wire/index.ts';

const tls12 = 0x0303;

/** Likely suites in a part that is drained beside others. */
const likelyPerPart = 16;

export const ciphers = defineProbe({
  id: 'ciphers',
  title: { en: 'Cipher suites', ja: '暗号スイート' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx) => {
    const found: Partial<Record<VersionName, CipherRow>> = {};
    ctx.keep(found);
    const refusals: Refusals = new Map();
    const supported = (ctx.value('versions') ?? []).filter((row) => row.supported === true);
    await Promise.all(
      supported.map(async ({ version }) => {
        found[version] = { suites: [], order: 'unknown', complete: false };
        found[version] = await rowFor(ctx, version, refusals, (suites) => {
          found[version] = { suites, order: 'unknown', complete: false };
        });
      }),
    );
    const value: CiphersValue = Object.fromEntries(supported.map(({ version }) => [version, found[version]]));
    return Object.values(value).every(({ complete }) => complete) ? value : inconclusive('list-incomplete', value);
  },
});

async function rowFor(
  ctx: ProbeContext,
  name: VersionName,
  refusals: Refusals,
  soFar: (suites: NamedCode[]) => void,
): Promise<CipherRow> {
  const version = tlsVersions.codeOf(name) ?? 0;
  const { codes: candidates, likely } = suitesFor(version);
  const seen: number[] = [];
  const onPick = (code: number): void => {
    seen.push(code);
    soFar(named(seen));
  };
  const drained = await enumerate(ctx, candidates, enumerationOf(ctx, version, onPick), refusals, {
    likely,
    // Short runs end at about the same time; on a server that is asked one connection at a time they only cost refusals.
    parallel: ctx.run.gate.limit > 1 ? Math.ceil(likely / likelyPerPart) : 1,
  });
  const found = { parts: drained, offered: candidates };
  let refusedKnown = false;
  const { codes, order } = await preferenceOf(found, {
    pick: async (offered) => {
      const hello = ctx.hello({ versions: [version], cipherSuites: offered });
      const { flight } = await ctx.attempt({ hello, controlRef: ctx.control.attempt });
      const code = flight.negotiated?.cipherSuite ?? null;
      // These were picked before: whoever refuses them now may have refused others for no better reason.
      if (code === null) refusedKnown = true;
      return code;
    },
    drain: async (codes) => (await pickAndRemove(ctx, codes, enumerationOf(ctx, version), refusals)).codes,
    sideBySide: ctx.run.gate.limit > 1,
  });
  if (refusedKnown) ctx.steadiness.wavered = true;
  // A version that was answered has a suite: an empty list means that these hellos lacked something else.
  const complete = drained.every((part) => part.complete) && codes.length > 0 && !refusedKnown;
  return { suites: named(codes), order, complete };
}

function named(codes: readonly number[]): NamedCode[] {
  return codes.map((code) => ({ code: codeText(code), name: cipherSuites.nameOf(code) }));
}

function enumerationOf(ctx: ProbeContext, version: number, onPick?: (code: number) => void): Enumeration {
  return {
    helloFor: (remaining) => ctx.hello({ versions: [version], cipherSuites: remaining }),
    chosen: ({ flight }) => flight.negotiated?.cipherSuite ?? null,
    // The higher the version, the more suites it can have: what is short fills in at the end.
    urgency: version === tls12 ? 1 : 0,
    ...(onPick === undefined ? {} : { onPick }),
  };
}
