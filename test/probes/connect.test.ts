import { expect } from 'chai';
import { silentAbove } from '../../lib/lab/index.ts';
import { observeAt } from './support.ts';

describe('probe connect', () => {
  it('finds a short control hello at a good server, and that it serves in parallel', async () => {
    const { value, run } = await observeAt('good', ['connect']);
    expect(value('connect')).to.include({ preset: 'control', concurrent: true, serverName: null });
    expect(run.control?.plan.message.length).to.be.below(255);
    expect(run.gate.limit).to.equal(4);
  });

  it('goes on serially with a server that serves one connection at a time', async () => {
    const { value, run } = await observeAt('serial', ['connect']);
    expect(value('connect').concurrent).to.equal(false);
    expect(run.gate.limit).to.equal(1);
  });

  it('says when it went on serially later, because a silent hello was answered alone', async () => {
    const { run, value } = await observeAt('good', ['connect']);
    expect(value('connect').concurrent).to.equal(true);
    run.goOnSerially();
    expect(value('connect').concurrent).to.equal(false);
    expect(run.gate.limit).to.equal(1);
  });

  it('needs no more than two hellos to tell that a server answers nothing', async () => {
    const { value, observation } = await observeAt('silent', ['connect', 'versions']);
    expect(value('connect').control).to.equal(null);
    expect(observation('connect').attempts.map(({ evidence }) => evidence.end)).to.deep.equal(['silent', 'silent']);
    expect(observation('versions')).to.include({ status: 'skipped' });
  });

  it('keeps later hellos as short as the one that was answered when a longer one was not', async () => {
    const { run, value } = await observeAt(silentAbove(300), ['connect']);
    expect(run.control?.maxHelloLength).to.be.at.most(300);
    expect(value('connect').serverName?.verdict).to.equal('passes');
  });

  it('shows that the server name decides, by three failures with it beside an answered control without', async () => {
    const { value } = await observeAt('sni-filter-reset', ['connect']);
    expect(value('connect').serverName).to.deep.include({ verdict: 'fails' });
    expect(value('connect').serverName?.attempts).to.have.length(3);
    expect(value('connect').control).to.be.a('string');
  });

  it('finds a hello that an old server answers', async () => {
    const { run } = await observeAt('tls10-11-only', ['connect']);
    expect(run.control).to.not.equal(null);
  });
});
