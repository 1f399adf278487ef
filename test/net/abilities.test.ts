import { expect } from 'chai';
import { abilities, abilityIds, abilityOf, lackText, whyNoNamespaces } from '../../lib/net/index.ts';
import { loadLibc } from '../../lib/net/libc.ts';
import { activeHandles, openDescriptors } from './servers.ts';

describe('abilities', () => {
  it('are told in a fixed order, each with a reason, a sentence and help only where it is missing', async () => {
    const all = await abilities();
    expect(all.map(({ id }) => id)).to.deep.equal([...abilityIds]);
    for (const { available, reason, detail, help } of all) {
      if (available) expect([reason, detail, help]).to.deep.equal([null, null, null]);
      else {
        expect(reason).to.match(/^[a-z][a-z0-9-]+$/);
        expect(detail).to.match(/\.$/);
      }
    }
  });

  it('leave no descriptor and no process behind', async () => {
    await abilities();
    const before = { handles: activeHandles(), descriptors: openDescriptors() };
    await abilities();
    expect(activeHandles()).to.deep.equal(before.handles);
    expect(openDescriptors()).to.deep.equal(before.descriptors);
  });

  it('that koffi gives are missing without it, with the command that helps', async () => {
    const libc = loadLibc(() => Promise.reject(new Error('no such module')), 'linux');
    for (const id of ['tcp-mss', 'packet', 'tun'] as const) {
      const ability = await abilityOf(id, libc);
      expect(ability).to.include({ available: false, reason: 'no-koffi', help: 'npm install koffi' });
      expect(lackText(ability)).to.equal(`${id}: koffi cannot be loaded: no such module. Try: npm install koffi`);
    }
  });

  it('name what the kernel or the package manager lacks when namespaces cannot be made', async () => {
    expect(await whyNoNamespaces('spawn unshare ENOENT')).to.include({
      reason: 'no-util-linux',
      detail: 'The program unshare is missing.',
    });
    const refused = await whyNoNamespaces('unshare: unshare failed: Operation not permitted');
    expect(refused.reason).to.equal('no-namespaces');
    expect(refused.detail).to.include('(unshare: unshare failed: Operation not permitted)');
    expect(refused.help).to.be.a('string').that.is.not.empty;
  });
});
