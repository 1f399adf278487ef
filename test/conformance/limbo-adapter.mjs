/**
 * Our evaluation of chains behind the interface of the x509-limbo runner. It imports the built package. HELLOPROBE_PROFILE chooses
 * `strict`, `client` or `sftunnel`. Without it every suite is judged by the rules it was written for: BetterTLS tests path validation,
 * so `client`; all others `strict`.
 *
 * A reason reads `id@position: detail (Chromium's name for it)`; only those that make the verdict are listed.
 */
import { rootCertificates } from 'node:tls';
import { clientProfile, evaluateChain, inspectPem, rootSet, sftunnelProfile, strictProfile } from 'helloprobe/x509';
import { nodeVerify } from 'helloprobe/x509/node';
import { chromiumClasses } from './chromium-classes.mjs';

const profiles = { strict: strictProfile, client: clientProfile, sftunnel: sftunnelProfile };
const chosen = process.env.HELLOPROBE_PROFILE;
if (chosen !== undefined && !(chosen in profiles)) {
  throw new Error(`HELLOPROBE_PROFILE must be one of ${Object.keys(profiles).join(', ')}`);
}

/** Latencies are those of a program that runs: the first evaluations load OpenSSL's keys and are compiled. */
for (const pem of rootCertificates.slice(0, 60)) {
  const presented = inspectPem(pem).blocks.map(({ bytes }) => bytes);
  const [usage, profile] = ['server', profiles[chosen ?? 'strict']];
  const host = 'host.example';
  await evaluateChain({ presented, roots: rootSet([]), time: new Date(), host, usage, profile, verify: nodeVerify });
}

export default {
  name: `helloprobe evaluateChain, ${chosen ?? 'profile by suite'}`,
  inProcess: true,
  async verify(chain, roots, time, name, eku, extra) {
    const names = name === null ? extra.names.slice(0, 1) : [name];
    const host = names.find(({ kind }) => kind === 'DNS' || kind === 'IP')?.value ?? null;
    const client = extra.validationKind === 'CLIENT' || eku.includes('clientAuth');
    const { ok, reasons, workDone } = await evaluateChain({
      presented: chain,
      roots: rootSet(roots),
      time: time ?? new Date(),
      host,
      usage: client ? 'client' : 'server',
      profile: profiles[chosen ?? (extra.id.startsWith('bettertls::') ? 'client' : 'strict')],
      verify: nodeVerify,
      crls: extra.crls.flatMap((pem) => inspectPem(pem).blocks.map(({ bytes }) => bytes)),
      ...(extra.maxDepth === null ? {} : { limits: { depth: extra.maxDepth } }),
    });
    return { ok, reasons: ok ? [] : reasons.filter(({ effect }) => effect !== 'notes').map(textOf), workDone };
  },
};

function textOf({ id, position, detail }) {
  const place = position === null ? '' : `@${position}`;
  const said = detail === null ? '' : `: ${detail}`;
  const chromium = chromiumClasses[id];
  return `${id}${place}${said}${chromium === undefined ? '' : ` (${chromium.join(' | ')})`}`;
}
