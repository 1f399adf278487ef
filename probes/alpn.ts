/** alpn: the application protocols the server picks (RFC 7301), and what it does when it knows none of them. */

import type { AlpnValue } from '../lib/evidence/index.ts';
import type { TlsSession, TlsVersionName } from '../lib/live/index.ts';
import { defineProbe, inconclusive, type Outcome, type ProbeContext } from '../lib/probe/index.ts';
import { extensionType, findExtension, tlsVersion } from '../lib/wire/index.ts';

const known: readonly string[] = ['h2', 'http/1.1'];
const unknown = 'helloprobe-none';

export const alpn = defineProbe({
  id: 'alpn',
  title: { en: 'Application protocols (ALPN)', ja: 'アプリケーションプロトコル (ALPN)' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx) => {
    const protocols: string[] = [];
    ctx.keep({ protocols, rejectsUnknown: null });
    for (let offered = [...known]; offered.length > 0; ) {
      const session = await offer(ctx, offered);
      const picked = pickIn(session);
      if (picked === undefined) return unfinished(protocols);
      if (picked === null || !offered.includes(picked)) break;
      protocols.push(picked);
      offered = offered.filter((name) => name !== picked);
    }
    // Many servers go on without ALPN instead.
    const session = await offer(ctx, [unknown]);
    const goesOn = pickIn(session) === null && !refused(session);
    const value: AlpnValue = { protocols, rejectsUnknown: refused(session) ? true : goesOn ? false : null };
    return value;
  },
});

/** no_application_protocol is the alert for it (RFC 7301 §3.2). */
function refused({ error }: TlsSession): boolean {
  return error?.alert?.code === 120;
}

/** What the server chose, null for nothing; undefined where it cannot be told. Up to TLS 1.2 the ServerHello says it in clear. */
function pickIn(session: TlsSession): string | null | undefined {
  if (session.connected) return session.alpn;
  if (refused(session)) return null;
  const { serverHello, negotiated } = session.flight;
  if (serverHello === null || negotiated === null || negotiated.version >= tlsVersion['TLSv1.3']) return undefined;
  const [name] = findExtension(serverHello.extensions, extensionType.application_layer_protocol_negotiation) ?? [];
  return name === undefined ? null : new TextDecoder().decode(name);
}

/** A handshake that was cut off before the choice says nothing of it. */
function unfinished(protocols: readonly string[]): Outcome<AlpnValue> {
  return inconclusive('handshake-unfinished', { protocols, rejectsUnknown: null });
}

function offer(ctx: ProbeContext, protocols: readonly string[]): Promise<TlsSession> {
  const minVersion: TlsVersionName = 'TLSv1';
  return ctx.session({ servername: ctx.sni, alpn: protocols, minVersion });
}
