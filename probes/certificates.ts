/** certificates: every chain the server has, one per authentication type and version, with what it is worth to the given roots. */

import type { VersionName, VersionRow } from '../lib/evidence/index.ts';
import type { Exchange } from '../lib/live/index.ts';
import {
  chainAuth,
  chainRow,
  defineProbe,
  inconclusive,
  type ProbeContext,
  ProbeStopped,
  type ShownChain,
  suitesFor,
  versionName,
} from '../lib/probe/index.ts';
import {
  alertDescription,
  codeText,
  signatureScheme,
  suiteTraits,
  tlsVersion,
  tlsVersions,
  toHex,
} from '../lib/wire/index.ts';

type Auth = 'rsa' | 'ecdsa';

const auths: readonly Auth[] = ['rsa', 'ecdsa'];

export const certificates = defineProbe({
  id: 'certificates',
  title: { en: 'Certificates', ja: '証明書' },
  uses: ['connect', 'versions'],
  // What the first hello was answered with is a version that the server has: one chain, in two connections at most.
  spares: ['versions'],
  together: true,
  salvages: true,
  run: async (ctx) => {
    const versions = ctx.value('versions');
    const supported =
      versions === null ? seenVersions(ctx) : versions.filter(isSupported).map(({ version }) => version);
    const shown = [...inClear(ctx)];
    const rowsOf = (chains: readonly ShownChain[]) =>
      Promise.all(distinct(chains).map((one) => chainRow(ctx.run.settings, one)));
    if (shown.length > 0) ctx.keep(await rowsOf(shown));
    if (ctx.run.stopped !== null) throw new ProbeStopped(ctx.run.stopped);
    const older = supported.filter((version) => version !== 'TLSv1.3').at(-1);
    const newest = supported.includes('TLSv1.3');
    if (ctx.run.settings.quick) {
      if (older !== undefined && shown.length === 0) shown.push(...(await askInClear(ctx, older, null)));
      else if (shown.length === 0 && newest) shown.push(...(await decrypt(ctx, null)).shown);
    } else {
      const both = newest ? await Promise.all(auths.map((auth) => decrypt(ctx, auth))) : [];
      shown.push(...both.flatMap((one) => one.shown));
      if (older !== undefined) {
        // Not again what was shown already, nor what the server was just seen not to have.
        const open = auths.filter(
          (auth, place) => both[place]?.refused !== true && !shown.some((one) => isOf(one, older, auth)),
        );
        shown.push(...(await Promise.all(open.map((auth) => askInClear(ctx, older, auth)))).flat());
      }
    }
    const rows = await rowsOf(shown);
    return rows.length > 0 ? rows : inconclusive('no-certificate-seen', rows);
  },
});

const isSupported = ({ supported }: VersionRow): boolean => supported === true;

/** Versions that the server chose so far, oldest first. */
function seenVersions({ exchanges }: ProbeContext): VersionName[] {
  const codes = exchanges.flatMap(({ flight }) => flight.negotiated?.version ?? []);
  return [...new Set(codes)].sort((a, b) => a - b).map((code) => versionName(code));
}

/** Chains of the flights that earlier probes read whole, in answer to the name that the run's hellos carry: another name may have another. */
function* inClear(ctx: ProbeContext): Generator<ShownChain> {
  const nameOf = ({ attempt }: Exchange): string | null => attempt.evidence.hello?.sni ?? null;
  const control = ctx.exchanges.find(({ attempt }) => attempt.id === ctx.control.attempt);
  for (const exchange of ctx.exchanges) {
    const { attempt, flight } = exchange;
    if (flight.certificates.length === 0 || flight.negotiated === null) continue;
    if (control !== undefined && nameOf(exchange) !== nameOf(control)) continue;
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

/** What a TLS 1.3 hello with one kind of signatures brought. `refused`: there is no certificate for them. */
interface Decrypted {
  readonly shown: readonly ShownChain[];
  readonly refused: boolean;
}

/**
 * In TLS 1.3 the signature algorithms decide (RFC 8446 §4.4.2.2), and the certificate is encrypted: our own client reads the flight
 * and leaves before it would finish the handshake. Where it lacks something that the server chose, node:tls does it.
 */
async function decrypt(ctx: ProbeContext, auth: Auth | null): Promise<Decrypted> {
  const { attempt, flight } = await ctx.handshake({
    hello: ctx.hello({
      versions: [tlsVersion['TLSv1.3']],
      ...(auth === null ? {} : { signatureSchemes: schemes[auth].map((name) => signatureScheme[name]) }),
      // The signatures inside the chain may be any (RFC 8446 §4.2.3).
      extra: auth === null ? [] : [{ type: '0x0032', signatureSchemes: chainSchemes }],
    }),
    goal: 'server-flight',
    controlRef: ctx.control.attempt,
  });
  if (flight.gap !== null && flight.certificates.length === 0) return await decryptWithNode(ctx, auth);
  const refused = flight.alert?.code === alertDescription.handshake_failure;
  return { shown: decrypted(flight.certificates, attempt.id), refused };
}

async function decryptWithNode(ctx: ProbeContext, auth: Auth | null): Promise<Decrypted> {
  const sigalgs = auth === null ? {} : { sigalgs: opensslSigalgs[auth] };
  const { attempt, chain } = await ctx.session({
    servername: ctx.sni,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ...sigalgs,
  });
  return { shown: decrypted(chain, attempt.id), refused: false };
}

function decrypted(chain: readonly Uint8Array[], attempt: string): ShownChain[] {
  return chain.length === 0 ? [] : [{ version: 'TLSv1.3', how: 'decrypted', chain, attempt }];
}

/** SHA-1 is not offered: TLS 1.3 forbids it for signatures (RFC 8446 §4.4.3). */
const schemes = {
  rsa: [
    'rsa_pss_rsae_sha256',
    'rsa_pss_rsae_sha384',
    'rsa_pss_rsae_sha512',
    'rsa_pss_pss_sha256',
    'rsa_pss_pss_sha384',
    'rsa_pss_pss_sha512',
  ],
  ecdsa: ['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519', 'ed448'],
} as const;

const chainSchemes = [
  ...[...schemes.ecdsa, ...schemes.rsa].map((name) => codeText(signatureScheme[name])),
  ...(['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512', 'ecdsa_sha1', 'rsa_pkcs1_sha1'] as const).map(
    (name) => codeText(signatureScheme[name]),
  ),
];

/** In OpenSSL's terms. */
const opensslSigalgs: Readonly<Record<Auth, string>> = {
  rsa: 'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512',
  ecdsa: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448',
};

/** Whether the chain is one of this version with a key of this kind. */
function isOf({ version, chain }: ShownChain, wanted: VersionName | undefined, auth: Auth): boolean {
  if (version !== wanted) return false;
  const kind = chainAuth(chain);
  return kind === auth || (kind === 'eddsa' && auth === 'ecdsa');
}

/** The same chain in the same version is one row, whoever asked for it. */
function distinct(shown: readonly ShownChain[]): ShownChain[] {
  const rows = new Map<string, ShownChain>();
  for (const one of shown) {
    const key = `${one.version} ${one.chain.map(toHex).join(' ')}`;
    if (!rows.has(key)) rows.set(key, one);
  }
  return [...rows.values()].sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
}
