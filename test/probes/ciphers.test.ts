import { expect } from 'chai';
import type { HeadendSpec, TlsBehaviour } from '../../lib/lab/index.ts';
import { silentAbove } from '../../lib/lab/index.ts';
import { observeAt } from './support.ts';

/** Four suites in an order that neither strength nor the registry suggests. */
const ownOrder = [
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
];
const ownOrderIana = [
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
];

const headend = (behaviour: Partial<TlsBehaviour>): HeadendSpec => ({
  id: 'own-order',
  title: { en: 'Suites in an order of its own', ja: '独自の順序' },
  behaviour: { kind: 'tls', certificates: [{ key: 'RSA-2048' }], maxVersion: 'TLSv1.2', ...behaviour },
  expect: [],
  verdictHint: 'clean',
});

describe('probe ciphers', () => {
  it("lists all suites of a server in the server's own order, although they were found in parallel buckets", async () => {
    const { value, observation } = await observeAt(headend({ ciphers: ownOrder }), ['ciphers']);
    const row = value('ciphers')['TLSv1.2'];
    expect(row).to.deep.include({ order: 'server', complete: true });
    expect(row?.suites.map(({ name }) => name)).to.deep.equal(ownOrderIana);
    expect(observation('ciphers').status).to.equal('completed');
  });

  it('finds the suites of a server that demands a client certificate, without finishing a handshake', async () => {
    const { value } = await observeAt('client-certificate-tls12', ['ciphers']);
    expect(value('ciphers')['TLSv1.2']?.suites.length).to.be.above(0);
    expect(value('ciphers')['TLSv1.2']?.complete).to.equal(true);
  });

  it('finds the same suites behind something that swallows hellos above 300 bytes', async () => {
    const behind = await observeAt(silentAbove(300), ['ciphers']);
    const open = await observeAt('good', ['ciphers']);
    const names = (observed: typeof open, version: 'TLSv1.2' | 'TLSv1.3'): string[] =>
      (observed.value('ciphers')[version]?.suites ?? []).map(({ name }) => name).sort();
    expect(names(behind, 'TLSv1.3')).to.deep.equal(names(open, 'TLSv1.3')).and.not.be.empty;
    const answered = behind.observation('ciphers').attempts.filter(({ evidence }) => evidence.end === 'silent');
    expect(answered).to.deep.equal([]);
  });

  it('stops and says so when a server bans us in the middle', async () => {
    const { observation } = await observeAt('ban-after-10-reset', ['ciphers']);
    expect(observation('ciphers')).to.include({ status: 'inconclusive', reason: 'target-lost' });
  });

  it('ends inconclusive with what it found when the connections allowed are used up', async () => {
    const { observation } = await observeAt('good', ['ciphers'], { maxConnections: 12 });
    expect(observation('ciphers')).to.include({ status: 'inconclusive', reason: 'budget-exhausted' });
    expect(observation('ciphers').value).to.not.equal(null);
  });
});
