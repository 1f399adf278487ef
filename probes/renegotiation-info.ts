/** renegotiation-info: does the server acknowledge secure renegotiation (RFC 5746 §3.6)? TLS 1.3 has no renegotiation. */

import { defineProbe, inconclusive, skipped } from '../lib/probe/index.ts';
import { tlsVersions } from '../lib/wire/index.ts';

const renegotiationInfo = 0xff01;

export const renegotiation = defineProbe({
  id: 'renegotiation-info',
  title: { en: 'Secure renegotiation', ja: '安全な再ネゴシエーション' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx) => {
    const rows = (ctx.value('versions') ?? []).filter(({ version }) => version !== 'TLSv1.3' && version !== 'SSLv3');
    const older = rows.findLast(({ supported }) => supported === true);
    if (older === undefined && rows.some(({ supported }) => supported === null))
      return inconclusive('versions-unknown');
    if (older === undefined) return skipped('no-version: the server has only TLS 1.3, which has no renegotiation');
    const { flight } = await ctx.attempt({ hello: ctx.hello({ versions: [tlsVersions.codeOf(older.version) ?? 0] }) });
    if (flight.serverHello === null) return { secure: null };
    return { secure: (flight.serverHello.extensions ?? []).some(({ type }) => type === renegotiationInfo) };
  },
});
