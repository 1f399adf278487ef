/** groups: the key-exchange groups of TLS 1.2 (ServerKeyExchange) and TLS 1.3 (HelloRetryRequest). */

import type { GroupsValue, NamedCode, VersionName } from '../lib/evidence/index.ts';
import type { Exchange } from '../lib/live/index.ts';
import {
  defineProbe,
  enumerate,
  inconclusive,
  type ProbeContext,
  type Refusals,
  suitesFor,
} from '../lib/probe/index.ts';
import { codeText, groups as groupRegistry, isGrease, suiteTraits, tlsVersions } from '../lib/wire/index.ts';

const askable: readonly VersionName[] = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const groups = defineProbe({
  id: 'groups',
  title: { en: 'Key-exchange groups', ja: '鍵交換グループ' },
  uses: ['connect', 'versions', 'ciphers'],
  together: true,
  run: async (ctx) => {
    const value: Partial<Record<VersionName, NamedCode[]>> = {};
    ctx.keep(value);
    const refusals: Refusals = new Map();
    const supported = (ctx.value('versions') ?? []).filter(
      ({ version, supported }) => supported === true && askable.includes(version),
    );
    const complete = await Promise.all(
      supported.map(async ({ version }) => {
        const list: NamedCode[] = [];
        value[version] = list;
        return drainGroups(ctx, version, refusals, (code) =>
          list.push({ code: codeText(code), name: groupRegistry.nameOf(code) }),
        );
      }),
    );
    return complete.every(Boolean) ? value : inconclusive<GroupsValue>('list-incomplete', value);
  },
});

async function drainGroups(
  ctx: ProbeContext,
  name: VersionName,
  refusals: Refusals,
  onPick: (code: number) => void,
): Promise<boolean> {
  const version = tlsVersions.codeOf(name) ?? 0;
  const tls13 = version >= 0x0304;
  const suites = tls13 ? suitesFor(version).codes : ecdheSuites(ctx, name, version);
  // Only ECDHE names its group; without such a suite the question does not arise.
  if (suites.length === 0) return true;
  const candidates = [...groupRegistry.entries()]
    .map(([code]) => code)
    .filter((code) => !isGrease(code) && (tls13 || !isTls13Only(code)));
  const parts = await enumerate(
    ctx,
    candidates,
    {
      // No key share: TLS 1.3 servers must name their group in a HelloRetryRequest (RFC 8446 §4.1.4).
      helloFor: (remaining) =>
        ctx.hello({ versions: [version], cipherSuites: suites, groups: remaining, keyShares: [] }),
      chosen: ({ flight }: Exchange) => flight.negotiated?.group ?? flight.serverKeyExchange?.group ?? null,
      goal: 'server-flight',
      onPick,
    },
    refusals,
  );
  return parts.every(({ complete }) => complete);
}

function ecdheSuites(ctx: ProbeContext, name: VersionName, version: number): number[] {
  const found = ctx.value('ciphers')?.[name]?.suites.map(({ code }) => Number(code));
  return (found ?? suitesFor(version).codes.slice(0, 64)).filter((code) => suiteTraits(code)?.keyExchange === 'ECDHE');
}

/** ML-KEM groups and their hybrids are defined for TLS 1.3 only (draft-ietf-tls-ecdhe-mlkem). */
function isTls13Only(code: number): boolean {
  return code >= 0x0200 && code <= 0x0202 ? true : code >= 0x11eb && code <= 0x11ef;
}
