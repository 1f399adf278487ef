import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { expect } from 'chai';
import {
  type ChainProfile,
  clientProfile,
  evaluateChain,
  inspectPem,
  rootSet,
  strictProfile,
} from '../../lib/x509/index.ts';
import { nodeVerify } from '../../lib/x509/node.ts';

interface LimboCase {
  readonly id: string;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly peer_certificate: string;
  readonly untrusted_intermediates: readonly string[];
  readonly trusted_certs: readonly string[];
  readonly validation_time: string | null;
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null;
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
  readonly features: readonly string[] | null;
}

const corpus = new URL('../../../shared/corpus/x509-limbo/limbo-core.json.br', import.meta.url);
const { waivers } = (await import(new URL('waivers.mjs', import.meta.url).href)) as {
  waivers: { readonly strict: Readonly<Record<string, string>> };
};
const blocks = (pem: string): readonly Uint8Array[] => inspectPem(pem).blocks.map(({ bytes }) => bytes);

async function accepts(test: LimboCase, profile: ChainProfile): Promise<boolean> {
  const host = test.expected_peer_name;
  const { ok } = await evaluateChain({
    presented: [test.peer_certificate, ...test.untrusted_intermediates].flatMap(blocks),
    roots: rootSet(test.trusted_certs.flatMap(blocks)),
    time: test.validation_time === null ? new Date() : new Date(test.validation_time),
    host: host?.kind === 'DNS' || host?.kind === 'IP' ? host.value : null,
    usage: test.validation_kind === 'CLIENT' ? 'client' : 'server',
    profile,
    verify: nodeVerify,
    crls: test.crls.flatMap(blocks),
    ...(test.max_chain_depth === null ? {} : { limits: { depth: test.max_chain_depth } }),
  });
  return ok;
}

describe('x509-limbo', () => {
  let cases: readonly LimboCase[] = [];

  before(function () {
    if (!existsSync(corpus)) this.skip();
    cases = (JSON.parse(brotliDecompressSync(readFileSync(corpus)).toString()) as { testcases: LimboCase[] }).testcases;
  });

  it('is judged as it expects by the strict profile, but for the waived cases', async () => {
    const missed: string[] = [];
    for (const test of cases) {
      if ((await accepts(test, strictProfile)) !== (test.expected_result === 'SUCCESS')) missed.push(test.id);
    }
    expect(missed.sort()).deep.equals(Object.keys(waivers.strict).sort());
  }).timeout(60_000);

  it('has no case that the client profile refuses in vain, and none that it accepts but for lints', async () => {
    const topics = /^(?:rfc5280::(?:nc|san|eku|validity)|webpki::(?:nc|san|eku)|pathlen|pathological|cve)::/;
    const wrong: string[] = [];
    for (const test of cases) {
      const valid = test.expected_result === 'SUCCESS';
      const lint = test.features?.some((feature) => /^pedantic|incompatible/.test(feature)) === true;
      const ok = await accepts(test, clientProfile);
      if ((valid && !ok) || (!valid && ok && topics.test(test.id) && !lint)) wrong.push(test.id);
    }
    expect(wrong).deep.equals([]);
  }).timeout(60_000);
});
