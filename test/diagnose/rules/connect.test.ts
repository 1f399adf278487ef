/** Rules about the TCP connection. */

import { expect } from 'chai';
import { attempt, attempts, connecting, idsOf, outcome, theFinding } from '../support.ts';

describe('diagnose: TCP connection', () => {
  it('calls a port refused when every SYN is answered with RST', () => {
    const finding = theFinding(connecting(attempts(1, 2, outcome.refused())), 'policy.port-refused');
    expect(finding).to.include({ severity: 'high', pattern: 5, confidence: 'proven', count: 2 });
    expect(finding.evidence[0]).to.include({ kind: 'attempt', ref: 'a1' });
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['policy.port-filtered']);
  });

  it('does not call a port refused that accepted another connection', () => {
    const input = connecting([attempt(1, outcome.answered()), attempt(2, outcome.refused())]);
    expect(idsOf(input)).not.to.include('policy.port-refused');
  });

  it('calls a port filtered only likely when SYNs stay unanswered, since the host may be dead', () => {
    const finding = theFinding(connecting([attempt(1, outcome.unanswered())]), 'policy.port-filtered');
    expect(finding).to.include({ confidence: 'likely', severity: 'high', pattern: 5 });
  });

  for (const code of [9, 10, 13]) {
    it(`calls a port filtered proven when ICMP 3/${code} says that it is prohibited`, () => {
      const finding = theFinding(connecting([attempt(1, outcome.unreachable([3, code]))]), 'policy.port-filtered');
      expect(finding.confidence).to.equal('proven');
      expect(finding.evidence[0]?.text).to.include(`ICMP 3/${code} from 192.0.2.1`);
    });
  }

  it('finds nothing in an ICMP host unreachable and in a name that does not resolve', () => {
    expect(idsOf(connecting([attempt(1, outcome.unreachable([3, 1]))]))).to.deep.equal([]);
    expect(idsOf(connecting([attempt(1, outcome.unreachable())]))).to.deep.equal([]);
    expect(idsOf(connecting([attempt(1, { connect: 'resolve-failed' })]))).to.deep.equal([]);
  });

  it('prefers refused to filtered when one address refuses and another does not answer', () => {
    const input = connecting([attempt(1, outcome.unanswered()), attempt(2, outcome.refused())]);
    expect(idsOf(input)).to.deep.equal(['policy.port-refused']);
  });
});
