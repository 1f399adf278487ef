/** ciphers: every suite of every version the server supports, found at the ServerHello, with its order of preference. */

import type { CipherRow, CiphersValue, NamedCode, VersionName } from '../lib/evidence/index.ts';
import {
  defineProbe,
  type Enumeration,
  enumerate,
  inconclusive,
  type Picked,
  type ProbeContext,
  pickAndRemove,
  type Refusals,
  suitesFor,
} from '../lib/probe/index.ts';
import { cipherSuites, codeText, tlsVersions } from '../lib/wire/index.ts';

/** Likely suites in a part that is drained beside others. */
const likelyPerPart = 8;

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
  const { codes: candidates, likely, preferred } = suitesFor(version);
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
  const merged = mergeByRank(
    drained.map(({ codes }) => codes),
    preferred,
  );
  // A version that was answered has a suite: an empty list means that these hellos lacked something else.
  const complete = drained.every((part) => part.complete) && merged.length > 0;
  const order = await orderOf(ctx, version, drained, candidates);
  const codes = order === 'server' ? await inServerOrder(ctx, version, merged, drained, refusals) : merged;
  return { suites: named(codes), order, complete };
}

function named(codes: readonly number[]): NamedCode[] {
  return codes.map((code) => ({ code: codeText(code), name: cipherSuites.nameOf(code) }));
}

function enumerationOf(ctx: ProbeContext, version: number, onPick?: (code: number) => void): Enumeration {
  return {
    helloFor: (remaining) => ctx.hello({ versions: [version], cipherSuites: remaining }),
    chosen: ({ flight }) => flight.negotiated?.cipherSuite ?? null,
    ...(onPick === undefined ? {} : { onPick }),
  };
}

async function pickOf(ctx: ProbeContext, version: number, offered: readonly number[]): Promise<number | null> {
  const { flight } = await ctx.attempt({
    hello: ctx.hello({ versions: [version], cipherSuites: offered }),
    controlRef: ctx.control.attempt,
  });
  return flight.negotiated?.cipherSuite ?? null;
}

/**
 * Two suites in both orders: a pick that follows us is the client's order, one that does not is the server's. Draining a part
 * has shown one of the two orders already: the first pick was preferred to the last while both were offered.
 */
async function orderOf(
  ctx: ProbeContext,
  version: number,
  drained: readonly Picked[],
  candidates: readonly number[],
): Promise<CipherRow['order']> {
  const place = new Map(candidates.map((code, index) => [code, index]));
  const against = drained.some(({ codes }) =>
    codes.some((code, i) => i > 0 && (place.get(code) ?? 0) < (place.get(codes[i - 1] as number) ?? 0)),
  );
  if (against) return 'server';
  const part = drained.find(({ codes }) => codes.length > 1);
  if (part !== undefined) {
    const [first, last] = [part.codes[0] as number, part.codes.at(-1) as number];
    const pick = await pickOf(ctx, version, [last, first]);
    return pick === null ? 'unknown' : pick === last ? 'client' : 'server';
  }
  const [one, other] = drained.flatMap(({ codes }) => codes);
  if (one === undefined || other === undefined) return 'unknown';
  const [forward, backward] = await Promise.all([
    pickOf(ctx, version, [one, other]),
    pickOf(ctx, version, [other, one]),
  ]);
  if (forward === null || backward === null) return 'unknown';
  return forward === backward ? 'server' : 'client';
}

/** One list from the parts' lists: each keeps its own order, heads are taken by their place in `rank`. */
function mergeByRank(lists: readonly (readonly number[])[], rank: readonly number[]): number[] {
  const place = new Map(rank.map((code, index) => [code, index]));
  const queues = lists.map((list) => [...list]);
  const merged: number[] = [];
  for (;;) {
    const heads = queues.filter((queue) => queue.length > 0);
    const next = heads.reduce<number[] | null>(
      (best, queue) =>
        best === null || (place.get(queue[0] ?? 0) ?? 0) < (place.get(best[0] ?? 0) ?? 0) ? queue : best,
      null,
    );
    if (next === null) return merged;
    merged.push(next.shift() as number);
  }
}

/**
 * The server's order across parts. The merged list is a guess; asking about every two neighbours from different parts
 * confirms it side by side, and where one pair is the other way round, one more drain of the found suites settles it.
 */
async function inServerOrder(
  ctx: ProbeContext,
  version: number,
  guess: readonly number[],
  drained: readonly Picked[],
  refusals: Refusals,
): Promise<readonly number[]> {
  const partOf = new Map(drained.flatMap(({ codes }, index) => codes.map((code) => [code, index] as const)));
  const doubtful = guess.slice(1).flatMap((code, i) => {
    const before = guess[i] as number;
    return partOf.get(before) === partOf.get(code) ? [] : [[before, code] as const];
  });
  // Offered in reverse, so that a server without an order of its own cannot confirm anything.
  const holds = await Promise.all(
    doubtful.map(async ([before, after]) => (await pickOf(ctx, version, [after, before])) === before),
  );
  if (holds.every(Boolean)) return guess;
  const { codes } = await pickAndRemove(ctx, guess, enumerationOf(ctx, version), refusals);
  return codes.length === guess.length ? codes : guess;
}
