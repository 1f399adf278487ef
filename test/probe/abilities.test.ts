import { expect } from 'chai';
import { startHeadend } from '../../lib/lab/index.ts';
import type { Ability, AbilityId } from '../../lib/net/index.ts';
import { defineProbe, runProbes } from '../../lib/probe/index.ts';
import { runAgainst } from '../probes/support.ts';

const lacking = (id: AbilityId): Promise<Ability> =>
  Promise.resolve({
    id,
    available: false,
    reason: 'not-permitted',
    detail: 'Opening such sockets takes CAP_NET_RAW.',
    help: 'sudo frobnicate',
  });
const having = (id: AbilityId): Promise<Ability> =>
  Promise.resolve({ id, available: true, reason: null, detail: null, help: null });

const crude = defineProbe({
  id: 'crude',
  title: { en: 'Raw', ja: '生' },
  needs: ['tcp', 'raw'],
  uses: [],
  run: async (ctx) => ctx.can('tcp-mss'),
});

describe('a probe that needs an ability', () => {
  it('is skipped where the machine lacks it, with what is missing and the command that helps', async () => {
    await using headend = await startHeadend('good');
    const run = runAgainst(headend, { abilityOf: lacking });
    await runProbes(run, [crude]);
    run.close();
    expect(run.observations.get('crude')).to.include({
      status: 'skipped',
      reason: 'missing-ability: raw: Opening such sockets takes CAP_NET_RAW. Try: sudo frobnicate',
    });
    expect(run.connections).to.equal(0);
  });

  it('runs where the machine has it, and can ask for others that it may do without', async () => {
    await using headend = await startHeadend('good');
    const asked: AbilityId[] = [];
    const run = runAgainst(headend, {
      abilityOf: (id) => {
        asked.push(id);
        return having(id);
      },
    });
    await runProbes(run, [crude, { ...crude, id: 'again' }]);
    run.close();
    expect(run.observations.get('crude')).to.include({ status: 'completed', value: true });
    expect(asked, 'each once in a run').to.deep.equal(['raw', 'tcp-mss']);
  });
});
