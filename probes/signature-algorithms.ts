/** signature-algorithms: what the server signs its TLS 1.2 key exchange with. In TLS 1.3 the signature is encrypted. */

import type { NamedCode } from '../lib/evidence/index.ts';
import { defineProbe, enumerate, inconclusive, type Refusals, skipped, suitesFor } from '../lib/probe/index.ts';
import { codeText, signatureSchemes, suiteTraits } from '../lib/wire/index.ts';

const tls12 = 0x0303;

export const signatureAlgorithms = defineProbe({
  id: 'signature-algorithms',
  title: { en: 'Signature algorithms', ja: '署名アルゴリズム' },
  uses: ['connect', 'versions', 'ciphers'],
  together: true,
  run: async (ctx) => {
    const supported = ctx.value('versions')?.find(({ version }) => version === 'TLSv1.2')?.supported;
    if (supported !== true) return skipped('needs-tls12: only TLS 1.2 shows the signature in clear');
    const suites = (
      ctx.value('ciphers')?.['TLSv1.2']?.suites.map(({ code }) => Number(code)) ?? suitesFor(tls12).codes.slice(0, 64)
    ).filter((code) => {
      const traits = suiteTraits(code);
      return (traits?.keyExchange === 'ECDHE' || traits?.keyExchange === 'DHE') && traits.authentication !== 'anon';
    });
    if (suites.length === 0) return skipped('no-signed-key-exchange: the server has neither ECDHE nor DHE');
    const found: NamedCode[] = [];
    ctx.keep(found);
    const refusals: Refusals = new Map();
    const parts = await enumerate(
      ctx,
      [...signatureSchemes.entries()].map(([code]) => code),
      {
        helloFor: (remaining) => ctx.hello({ versions: [tls12], cipherSuites: suites, signatureSchemes: remaining }),
        chosen: ({ flight }) => flight.serverKeyExchange?.signatureScheme ?? null,
        goal: 'server-flight',
        onPick: (code) => found.push({ code: codeText(code), name: signatureSchemes.nameOf(code) }),
      },
      refusals,
    );
    return parts.every(({ complete }) => complete) ? found : inconclusive('list-incomplete', found);
  },
});
