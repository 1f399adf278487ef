/** Names to addresses, with every failure as data. */

import { expect } from 'chai';
import { resolveTarget } from '../../lib/net/index.ts';

const never = (): Promise<string[]> => new Promise(() => undefined);
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('resolveTarget', () => {
  it('gives an address back as it is, without asking anybody', async () => {
    for (const address of ['192.0.2.1', '2001:db8::1', '::1', 'fe80::1%lo']) {
      expect(await resolveTarget(address, { query: never })).to.deep.equal({ addresses: [address] });
    }
  });

  it('keeps the order of the resolver and drops repeats', async () => {
    const query = async (): Promise<string[]> => ['2001:db8::1', '192.0.2.1', '192.0.2.1'];
    expect(await resolveTarget('vpn.example.com', { query })).to.deep.equal({
      addresses: ['2001:db8::1', '192.0.2.1'],
    });
  });

  it('asks the system about a name', async () => {
    const resolution = await resolveTarget('localhost');
    expect(resolution)
      .to.have.property('addresses')
      .that.satisfies((list: string[]) => list.includes('127.0.0.1') || list.includes('::1'));
  });

  it('says in one sentence why a name does not resolve', async () => {
    expect(await resolveTarget('no.example', { query: failing('ENOTFOUND') })).to.deep.equal({
      error: '"no.example" does not resolve: the name is not known.',
      code: 'ENOTFOUND',
    });
    expect(await resolveTarget('no.example', { query: failing('EAI_AGAIN') }))
      .to.have.property('error')
      .that.contains('no name server answered');
    expect(await resolveTarget('no.example', { query: failing('ESERVFAIL') }))
      .to.have.property('error')
      .that.contains('ESERVFAIL');
    expect(await resolveTarget('no.example', { query: async () => [] })).to.have.property('code', 'ENODATA');
    expect(await resolveTarget('')).to.have.property('code', 'ENODATA');
  });

  it('shows control characters of a name escaped', async () => {
    expect(await resolveTarget('a\u001b[31m', { query: failing('ENOTFOUND') }))
      .to.have.property('error')
      .that.does.not.contain('\u001b');
  });

  it('does not wait longer than its deadline, nor for an aborted caller', async () => {
    expect(await resolveTarget('slow.example', { query: never, timeoutMs: 20 })).to.have.property('code', 'TIMEOUT');
    expect(await resolveTarget('slow.example', { query: never, signal: AbortSignal.abort() })).to.have.property(
      'code',
      'ABORTED',
    );
    const controller = new AbortController();
    const pending = resolveTarget('slow.example', { query: never, signal: controller.signal });
    controller.abort();
    expect(await pending).to.have.property('code', 'ABORTED');
  });
});
