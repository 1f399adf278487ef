/**
 * Our evaluation of chains behind the interface of the x509-limbo runner. It imports the built package. HELLOPROBE_PROFILE chooses
 * `strict` (the default), `client` or `sftunnel`.
 *
 * A reason reads `id@position: detail (Chromium's name for it)`; only those that make the verdict are listed.
 */
import { clientProfile, evaluateChain, inspectPem, rootSet, sftunnelProfile, strictProfile } from 'helloprobe/x509';
import { nodeVerify } from 'helloprobe/x509/node';
import { chromiumClasses } from './chromium-classes.mjs';

const profiles = { strict: strictProfile, client: clientProfile, sftunnel: sftunnelProfile };
const profile = profiles[process.env.HELLOPROBE_PROFILE ?? 'strict'];
if (profile === undefined) throw new Error(`HELLOPROBE_PROFILE must be one of ${Object.keys(profiles).join(', ')}`);

export default {
  name: `helloprobe evaluateChain, ${profile.id}`,
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
      profile,
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
