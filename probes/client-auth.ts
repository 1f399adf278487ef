/** client-auth: does the server ask for a client certificate, does it insist, and whose certificates does it take? */

import type { ClientAuthValue, OwnCertificateValue, VersionName } from '../lib/evidence/index.ts';
import type { Exchange } from '../lib/live/index.ts';
import { defineProbe, inconclusive, type ProbeContext, skipped } from '../lib/probe/index.ts';
import type { ClientCredential } from '../lib/session/index.ts';
import { alertDescription, clientCertificateTypes, tlsVersions } from '../lib/wire/index.ts';
import { shownName } from '../lib/x509/index.ts';

export const clientAuth = defineProbe({
  id: 'client-auth',
  title: { en: 'Client certificate', ja: 'クライアント証明書の要求' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx) => {
    const rows = ctx.value('versions') ?? [];
    const names = rows.filter(({ supported }) => supported === true).map(({ version }) => version);
    const older = names.filter((name) => name !== 'TLSv1.3' && name !== 'SSLv3').at(-1);
    const shown = older === undefined ? null : await requestIn(ctx, older);
    if (shown?.requested === false) return shown;
    if (names.length === 0 && rows.some(({ supported }) => supported === null)) return inconclusive('versions-unknown');
    if (older === undefined && !names.includes('TLSv1.3'))
      return skipped('no-version: no version from TLS 1.0 to 1.3 is supported');
    // Only a finished handshake without a certificate tells "asks" from "insists" (RFC 8446 §4.4.2.4, RFC 5246 §7.4.6).
    const protocol = older === undefined ? 'TLSv1.3' : older === 'TLSv1.0' ? 'TLSv1' : older;
    const session = await ctx.session({ servername: ctx.sni, minVersion: protocol, maxVersion: protocol });
    const { clientCertificateRequired: required, flight } = session;
    const asked = shown ?? requestOf(flight);
    const requested = asked?.requested ?? (required === true ? true : null);
    const value = {
      requested,
      required: requested === false ? false : required,
      authorities: asked?.authorities ?? [],
      types: asked?.types ?? [],
    };
    const { credential } = ctx.run.settings;
    if (credential === undefined || requested !== true) return value;
    ctx.keep(value);
    return { ...value, ours: await shownOurs(ctx, credential, older ?? 'TLSv1.3') };
  },
});

/** Our own client finishes the handshake with the certificate given. */
async function shownOurs(
  ctx: ProbeContext,
  credential: ClientCredential,
  version: VersionName,
): Promise<OwnCertificateValue> {
  const { attempt, flight } = await ctx.handshake({
    hello: ctx.hello({ versions: [tlsVersions.codeOf(version) ?? 0] }),
    goal: 'finished',
    credential,
    controlRef: ctx.control.attempt,
  });
  const { alert, finished, accepted, clientCertificates } = flight;
  const sha256 = attempt.evidence.certificates.client[0] ?? '';
  // Where the key can make no signature that the server takes, an empty list went out.
  if (clientCertificates.length === 0) return { sha256, accepted: null, alert: alert?.name ?? null };
  const isRefused = alert !== null && aboutCertificates.has(alert.code);
  return {
    sha256,
    accepted: isRefused ? false : finished && accepted && alert === null ? true : null,
    alert: alert?.name ?? null,
  };
}

/** Alerts that speak of the certificate shown, and of nothing else (RFC 8446 §6.2). */
const aboutCertificates: ReadonlySet<number> = new Set([
  alertDescription.bad_certificate,
  alertDescription.unsupported_certificate,
  alertDescription.certificate_revoked,
  alertDescription.certificate_expired,
  alertDescription.certificate_unknown,
  alertDescription.unknown_ca,
  alertDescription.access_denied,
]);

/** What the CertificateRequest of a flight in clear says; flights already seen are not asked for again. */
async function requestIn(ctx: ProbeContext, version: string): Promise<ClientAuthValue | null> {
  const whole = ({ flight }: (typeof ctx.exchanges)[number]): boolean =>
    flight.certificates.length > 0 && flight.end === 'complete';
  const { flight } =
    ctx.exchanges.findLast(whole) ??
    (await ctx.attempt({ hello: ctx.hello({ versions: [tlsVersions.codeOf(version) ?? 0] }), goal: 'server-flight' }));
  return requestOf(flight);
}

/** What a flight asks of the client; null when it was not read far enough to tell. */
function requestOf({ certificateRequest, end }: Exchange['flight']): ClientAuthValue | null {
  if (certificateRequest === null) {
    return end === 'complete' ? { requested: false, required: false, authorities: [], types: [] } : null;
  }
  const { types, authorities } = certificateRequest;
  return {
    requested: true,
    required: null,
    authorities: authorities.map(shownName),
    types: types.map((type) => clientCertificateTypes.nameOf(type)),
  };
}
