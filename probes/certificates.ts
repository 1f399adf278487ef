/** certificates: every chain the server has, one per authentication type and version, with what it is worth to the given roots. */

import type { VersionName } from '../lib/evidence/index.ts';
import {
  chainRow,
  defineProbe,
  inconclusive,
  type ProbeContext,
  type ShownChain,
  suitesFor,
  versionName,
} from '../lib/probe/index.ts';
import { suiteTraits, tlsVersions, toHex } from '../lib/wire/index.ts';

type Auth = 'rsa' | 'ecdsa';

export const certificates = defineProbe({
  id: 'certificates',
  title: { en: 'Certificates', ja: '証明書' },
  uses: ['connect', 'versions'],
  together: true,
  run: async (ctx) => {
    const supported = (ctx.value('versions') ?? [])
      .filter((row) => row.supported === true)
      .map(({ version }) => version);
    const shown = [...inClear(ctx)];
    const older = supported.filter((version) => version !== 'TLSv1.3').at(-1);
    const asked: Promise<ShownChain[]>[] = [];
    if (ctx.run.settings.quick) {
      if (older !== undefined && shown.length === 0) asked.push(askInClear(ctx, older, null));
      else if (shown.length === 0 && supported.includes('TLSv1.3')) asked.push(decrypt(ctx, null));
    } else {
      for (const auth of ['rsa', 'ecdsa'] as const) {
        if (older !== undefined) asked.push(askInClear(ctx, older, auth));
        if (supported.includes('TLSv1.3')) asked.push(decrypt(ctx, auth));
      }
    }
    shown.push(...(await Promise.all(asked)).flat());
    const rows = await Promise.all(distinct(shown).map((one) => chainRow(ctx.run.settings, one)));
    return rows.length > 0 ? rows : inconclusive('no-certificate-seen', rows);
  },
});

/** Chains of the flights that earlier probes read whole. */
function* inClear(ctx: ProbeContext): Generator<ShownChain> {
  for (const { attempt, flight } of ctx.exchanges) {
    if (flight.certificates.length === 0 || flight.negotiated === null) continue;
    yield {
      version: versionName(flight.negotiated.version),
      how: 'plain',
      chain: flight.certificates,
      attempt: attempt.id,
    };
  }
}

/** Up to TLS 1.2 the suite decides which kind of certificate is shown (RFC 5246 §7.4.2). */
async function askInClear(ctx: ProbeContext, version: VersionName, auth: Auth | null): Promise<ShownChain[]> {
  const code = tlsVersions.codeOf(version) ?? 0;
  const suites = suitesFor(code).codes.filter(
    (suite) => auth === null || suiteTraits(suite)?.authentication.toLowerCase() === auth,
  );
  const { attempt, flight } = await ctx.attempt({
    hello: ctx.hello({ versions: [code], cipherSuites: suites.slice(0, 40) }),
    goal: 'server-flight',
    controlRef: ctx.control.attempt,
  });
  return flight.certificates.length === 0
    ? []
    : [{ version, how: 'plain', chain: flight.certificates, attempt: attempt.id }];
}

/** In TLS 1.3 the signature algorithms decide (RFC 8446 §4.4.2.2), and the certificate is encrypted: node:tls finishes the handshake. */
async function decrypt(ctx: ProbeContext, auth: Auth | null): Promise<ShownChain[]> {
  const sigalgs = auth === null ? {} : { sigalgs: opensslSigalgs[auth] };
  const { attempt, chain } = await ctx.session({
    servername: ctx.sni,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ...sigalgs,
  });
  return chain.length === 0 ? [] : [{ version: 'TLSv1.3', how: 'decrypted', chain, attempt: attempt.id }];
}

/** In OpenSSL's terms. SHA-1 is not offered: TLS 1.3 forbids it for signatures (RFC 8446 §4.4.3). */
const opensslSigalgs: Readonly<Record<Auth, string>> = {
  rsa: 'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512',
  ecdsa: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448',
};

/** The same chain in the same version is one row, whoever asked for it. */
function distinct(shown: readonly ShownChain[]): ShownChain[] {
  const rows = new Map<string, ShownChain>();
  for (const one of shown) {
    const key = `${one.version} ${one.chain.map(toHex).join(' ')}`;
    if (!rows.has(key)) rows.set(key, one);
  }
  return [...rows.values()].sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
}
