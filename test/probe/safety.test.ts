import { expect } from 'chai';
import { startHeadend } from '../../lib/lab/index.ts';
import { defineProbe, mayDisturb, runProbes } from '../../lib/probe/index.ts';
import { runAgainst } from '../probes/support.ts';

const foreign = '203.0.113.80';

describe('who gets raw packets', () => {
  it('is loopback, and a lab from within', () => {
    expect(mayDisturb('127.0.0.1', {})).to.equal(true);
    expect(mayDisturb('::1', {})).to.equal(true);
    expect(mayDisturb('198.51.100.2', { lab: 'pppoe-1454' })).to.equal(true);
  });

  it('is nobody else, unless the caller owns the target', () => {
    expect(mayDisturb(foreign, {})).to.equal(false);
    expect(mayDisturb('9.9.9.9', { lab: 'pppoe-1454' })).to.equal(false);
    expect(mayDisturb(foreign, { ownTarget: true })).to.equal(true);
  });

  it('is asked before a probe that needs raw packets runs, and before each raw attempt', async () => {
    await using headend = await startHeadend('good');
    const run = runAgainst(headend, { addresses: [foreign], lab: undefined });
    let ran = false;
    const raw = defineProbe({
      id: 'crude',
      title: { en: 'Raw', ja: '生' },
      needs: ['raw'],
      uses: [],
      run: async () => {
        ran = true;
        return null;
      },
    });
    await runProbes(run, [raw]);
    const plan = { message: new Uint8Array(4) } as never;
    const error = await run
      .exchange(plan, { via: { kind: 'raw' } }, () => undefined)
      .catch((thrown: unknown) => thrown);
    run.close();
    expect(run.observations.get('crude')).to.include({ status: 'skipped' });
    expect(run.observations.get('crude')?.reason).to.match(/^(?:not-permitted|missing-ability)/);
    expect(ran).to.equal(false);
    expect(error).to.have.property('code', 'not-permitted');
    expect(run.connections).to.equal(0);
  });
});
