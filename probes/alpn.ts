/** alpn: the application protocols the server picks (RFC 7301), and what it does when it knows none of them. */

import type { AlpnValue } from '../lib/evidence/index.ts';
import type { TlsVersionName } from '../lib/live/index.ts';
import { defineProbe, type ProbeContext } from '../lib/probe/index.ts';

const known: readonly string[] = ['h2', 'http/1.1'];
const unknown = 'helloprobe-none';

export const alpn = defineProbe({
  id: 'alpn',
  title: { en: 'Application protocols (ALPN)', ja: 'アプリケーションプロトコル (ALPN)' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx): Promise<AlpnValue> => {
    const protocols: string[] = [];
    for (let offered = [...known]; offered.length > 0; ) {
      const { alpn: picked } = await offer(ctx, offered);
      if (picked === null || !offered.includes(picked)) break;
      protocols.push(picked);
      offered = offered.filter((name) => name !== picked);
    }
    // no_application_protocol is the alert for it (RFC 7301 §3.2); many servers go on without ALPN instead.
    const { connected, error } = await offer(ctx, [unknown]);
    return { protocols, rejectsUnknown: connected ? false : error?.alert?.code === 120 ? true : null };
  },
});

function offer(ctx: ProbeContext, protocols: readonly string[]): ReturnType<ProbeContext['session']> {
  const minVersion: TlsVersionName = 'TLSv1';
  return ctx.session({ servername: ctx.sni, alpn: protocols, minVersion });
}
