/** resumption: is a session taken up again, by ticket or by identifier (RFC 5246 §7.4.1.2, RFC 5077, RFC 8446 §2.2)? */

import type { ResumptionValue } from '../lib/evidence/index.ts';
import type { TlsVersionName } from '../lib/live/index.ts';
import { defineProbe, type ProbeContext } from '../lib/probe/index.ts';

const sessionTicket = 0x0023;

/** Half of the shortest time that a session waits for tickets. */
const promptMs = 75;

export const resumption = defineProbe({
  id: 'resumption',
  title: { en: 'Session resumption', ja: 'セッション再開' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx): Promise<ResumptionValue> => {
    const supported = new Set(
      (ctx.value('versions') ?? []).filter((row) => row.supported === true).map(({ version }) => version),
    );
    const tls12 = supported.has('TLSv1.2') ? await resumes(ctx, 'TLSv1.2') : null;
    const tls13 = supported.has('TLSv1.3') ? await resumes(ctx, 'TLSv1.3') : null;
    return {
      // node:tls resumes with a ticket where it got one, and with the identifier otherwise.
      ticket: tls12 === null ? null : tls12.ticketOffered && tls12.reused,
      sessionId: tls12 === null || tls12.ticketOffered ? null : tls12.reused,
      tls13Ticket: tls13 === null ? null : tls13.reused,
    };
  },
});

async function resumes(
  ctx: ProbeContext,
  version: TlsVersionName,
): Promise<{ ticketOffered: boolean; reused: boolean } | null> {
  const options = { servername: ctx.sni, minVersion: version, maxVersion: version };
  const first = await ctx.session(options);
  if (!first.connected) return null;
  const ticketOffered = first.flight.serverHello?.extensions?.some(({ type }) => type === sessionTicket) === true;
  if (first.session === null) {
    // In TLS 1.3 a ticket may come at any time (RFC 8446 §4.6.1), once we are accepted: that none came says something only of a
    // prompt server that asked for no certificate of ours.
    const prompt = (first.attempt.replyMs ?? Number.POSITIVE_INFINITY) <= promptMs;
    const telling = version !== 'TLSv1.3' || (prompt && first.clientCertificateRequired === false);
    return telling ? { ticketOffered, reused: false } : null;
  }
  const second = await ctx.session({ ...options, session: first.session });
  return second.connected ? { ticketOffered, reused: second.sessionReused } : null;
}
