/** Rules about a path that loses nothing: learned MTU, clamp, filtered ICMP; and about IP fragments. */

import { expect } from 'chai';
import type { Attempt, DiagnosisInput, PathEvidence, PathSweep } from '../../../lib/evidence/index.ts';
import { attempt, comparison, idsOf, type Outcome, observation, outcome, theFinding } from '../support.ts';
import { clear, inbound, measured, outbound, sent, wire } from './path-support.ts';

describe('diagnose: path without a loss', () => {
  it('finds nothing on a clear path', () => {
    expect(idsOf(measured({}))).to.deep.equal([]);
    expect(idsOf(measured({ pmtud: { icmpSeen: null } }))).to.deep.equal([]);
  });

  it('names filtered ICMP beside a proven loss on the way there, after three packets that were too large', () => {
    const filtered = { icmpSeen: false, oversize: 3 };
    expect(idsOf(measured({ outbound: outbound(), pmtud: filtered }))).to.deep.equal([
      'path.blackhole-outbound',
      'path.icmp-filtered',
    ]);
    expect(theFinding(measured({ outbound: outbound(), pmtud: filtered }), 'path.icmp-filtered').severity).to.equal(
      'info',
    );
    expect(idsOf(measured({ outbound: outbound(), pmtud: { icmpSeen: false, oversize: 2 } }))).to.have.length(1);
    expect(idsOf(measured({ inbound: inbound(), pmtud: filtered }))).to.deep.equal(['path.blackhole-inbound']);
    expect(idsOf(measured({ pmtud: filtered }))).to.deep.equal([]);
  });

  const reduced: PathSweep = { ...clear, largestPassing: 1454, pathMtu: 1454, verdict: 'reduced' };

  it('is glad of an MTU that was learned, from ICMP or in the course of a connection', () => {
    const icmp = [{ type: 3, code: 4, from: '192.0.2.254', mtu: 1454 }];
    const raw = attempt(5, { ...outcome.answered(), path: wire({ icmp, pathMtu: null, interfaceMtu: null }) });
    const heard = theFinding(measured({ outbound: reduced, others: [raw] }), 'path.mtu-reduced');
    expect(heard).to.include({ confidence: 'proven', severity: 'info', subject: 'MTU 1454' });
    expect(heard.evidence[0]?.text).to.include('192.0.2.254');
    const fell = attempt(5, { ...outcome.answered(), path: wire({ pathMtu: 1454 }) });
    expect(theFinding(measured({ outbound: reduced, others: [fell] }), 'path.mtu-reduced').confidence).to.equal(
      'proven',
    );
    const set = attempt(5, { ...outcome.answered(), path: wire({ pathMtu: 1454, announcedMss: 1414 }) });
    expect(theFinding(measured({ outbound: reduced, others: [set] }), 'path.mtu-reduced').confidence).to.equal(
      'likely',
    );
  });

  it('reads a clamp from a SYN-ACK that leaves less room than ours, on connections that had learned nothing', () => {
    const clamped = (known: Partial<PathEvidence>): Attempt => attempt(5, { ...outcome.answered(), path: wire(known) });
    const finding = theFinding(measured({ others: [clamped({ peerMss: 1380 })] }), 'path.mss-clamped');
    expect(finding).to.include({ confidence: 'likely', severity: 'info', subject: 'MSS 1380' });
    expect(finding.evidence[0]?.text).to.include('through a Cisco ASA');
    expect(idsOf(measured({ others: [clamped({ peerMss: 1460 })] }))).to.deep.equal([]);
    expect(idsOf(measured({ others: [clamped({ peerMss: 1414, announcedMss: 1414 })] }))).to.deep.equal([]);
    const learned = measured({ others: [clamped({ peerMss: 1414, pathMtu: 1454 })] });
    expect(idsOf(learned)).to.deep.equal(['path.mtu-reduced']);
    const lowered = { ...clamped({ peerMss: 1000, announcedMss: 1300 }), mss: 1300 };
    expect(idsOf(measured({ others: [lowered] }))).to.deep.equal([]);
  });

  it('takes no server that has learned an MTU during the run for a clamp, and no group of servers for one that has', () => {
    const at = (number: number, peerMss: number | null, sendMss: number): Attempt =>
      attempt(number, { ...outcome.answered(), path: wire({ peerMss, sendMss }) });
    const [before, after] = [at(100, null, 1448), at(101, 560, 548)];
    const found = theFinding(measured({ others: [before, after, at(102, 560, 548)] }), 'path.mtu-reduced');
    expect(found).to.include({ confidence: 'likely', severity: 'info', subject: 'MTU 600', count: 2 });
    expect(idsOf(measured({ others: [before, after] }))).to.deep.equal(['path.mtu-reduced']);
    expect(idsOf(measured({ others: [before, after, at(102, null, 1448)] }))).to.deep.equal([]);
    expect(idsOf(measured({ others: [after] }))).to.deep.equal(['path.mss-clamped']);
  });
});

describe('diagnose: IP fragments', () => {
  const lost: Outcome = { ...outcome.silent(), sent: sent({ acked: 0 }) };
  const withFragments = (became: Outcome, answered = 0): DiagnosisInput => {
    const { made, row } = comparison(60, became, { length: 1180 }, { length: 1180 });
    const verdict = answered > 0 ? 'pass' : 'dropped';
    return measured({ probes: { fragments: observation({ sent: row.attempts.length, answered, verdict }, made) } });
  };

  it('are dropped when three were unanswered and the same hello was answered whole beside them', () => {
    const finding = theFinding(withFragments(lost), 'path.fragments-dropped');
    expect(finding).to.include({ confidence: 'proven', severity: 'medium' });
    expect(finding.evidence[0]?.text).to.include('3 hellos sent in IP fragments: no answer');
  });

  it('are not blamed where they were answered, or acknowledged', () => {
    expect(idsOf(withFragments(outcome.answered(), 3))).to.deep.equal([]);
    expect(idsOf(withFragments({ ...lost, sent: sent({ acked: 1185 }) }))).to.deep.equal([]);
  });
});
