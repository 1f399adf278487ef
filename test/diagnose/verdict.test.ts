/** The verdict of a report. */

import { expect } from 'chai';
import { diagnose, finding, verdictOf } from '../../lib/diagnose/index.ts';
import type { DiagnosisInput, Verdict } from '../../lib/evidence/index.ts';
import { attempt, codes, connecting, observation, outcome, report } from './support.ts';

const verdict = (input: DiagnosisInput): Verdict => verdictOf(diagnose(input), input.observations);

describe('diagnose: verdict', () => {
  it('is unreachable when no connection came up, also where that is a finding', () => {
    for (const became of [
      outcome.refused(),
      outcome.unanswered(),
      outcome.unreachable([3, 1]),
      { connect: 'resolve-failed' as const },
    ]) {
      expect(verdict(connecting([attempt(1, became)]))).to.equal('unreachable');
    }
    const unresolved = report({
      connect: observation(null, [], { status: 'failed', reason: 'resolve-failed: no such name' }),
    });
    expect(verdict(unresolved)).to.equal('unreachable');
  });

  it('is findings from low on, before inconclusive', () => {
    const old = report({
      versions: observation(
        [{ version: 'TLSv1.0', supported: true, why: '' }],
        [attempt(1, outcome.answered(codes['TLSv1.0']))],
        { status: 'inconclusive', reason: 'target-lost' },
      ),
    });
    expect(diagnose(old).map(({ severity }) => severity)).to.deep.equal(['low']);
    expect(verdict(old)).to.equal('findings');
  });

  it('is inconclusive when a probe could not decide or failed, and when there is nothing at all', () => {
    for (const status of ['inconclusive', 'failed'] as const) {
      const input = connecting([attempt(1, outcome.answered())], {
        others: { groups: observation(null, [], { status, reason: 'x' }) },
      });
      expect(verdict(input)).to.equal('inconclusive');
    }
    expect(verdict(report({}))).to.equal('inconclusive');
  });

  it('is clean with nothing but facts worth knowing, and with probes that were skipped', () => {
    const skipped = observation(null, [], { status: 'skipped', reason: 'missing-ability: raw' });
    const input = connecting([attempt(1, outcome.answered())], {
      others: { trace: skipped, alpn: observation({ protocols: [] }, []) },
    });
    expect(verdict(input)).to.equal('clean');
    const alone = connecting([attempt(1, outcome.answered())], { others: { trace: skipped } });
    expect(verdict(alone)).to.equal('inconclusive');
    const info = finding({
      id: 'path.mtu-reduced',
      confidence: 'proven',
      evidence: [{ kind: 'attempt', ref: 'a1', text: '1454' }],
    });
    expect(verdictOf([info], input.observations)).to.equal('clean');
  });
});
