/** Rules about the path of a live run: what is lost in which direction, and what only looks like it. */

import { expect } from 'chai';
import type { Attempt, DiagnosisInput } from '../../../lib/evidence/index.ts';
import {
  attempt,
  attempts,
  comparison,
  idsOf,
  type Outcome,
  observation,
  outcome,
  report,
  theFinding,
} from '../support.ts';
import {
  answerArrived,
  answerLost,
  direction,
  helloArrived,
  helloLost,
  inbound,
  length,
  measured,
  outbound,
  sent,
  unknown,
  wire,
} from './path-support.ts';

describe('diagnose: path that loses large packets', () => {
  it('proves the loss on the way there with three of each size, and names the MTU', () => {
    const finding = theFinding(measured({ outbound: outbound() }), 'path.blackhole-outbound');
    expect(finding).to.include({ confidence: 'proven', severity: 'high', pattern: 4, subject: 'MTU 1454', count: 7 });
    expect(finding.evidence[0]?.text)
      .to.include('1455 bytes and more to the server')
      .and.include("1454 (FLET'S PPPoE)");
    expect(finding.evidence[1]?.text).to.include('MSS 1415 announced').and.include('SACK');
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['policy.port-filtered', 'tls.hello-size-intolerant']);
    expect(idsOf(measured({ outbound: outbound() }))).to.deep.equal(['path.blackhole-outbound']);
  });

  it('proves the loss on the way back, and never swaps the directions', () => {
    const finding = theFinding(measured({ inbound: inbound() }), 'path.blackhole-inbound');
    expect(finding).to.include({ confidence: 'proven', subject: 'MTU 1454' });
    expect(finding.evidence[0]?.text).to.include('from the server');
    expect(finding.excluded[1]?.why).to.include('a smaller MSS is announced (3 times)');
    expect(idsOf(measured({ inbound: inbound() }))).to.deep.equal(['path.blackhole-inbound']);
    expect(idsOf(measured({ outbound: outbound(), inbound: inbound() }))).to.deep.equal([
      'path.blackhole-inbound',
      'path.blackhole-outbound',
    ]);
  });

  it('fills the measured MTU into the commands, and names the command that does not help with what does', () => {
    const { remedies } = theFinding(measured({ outbound: outbound([1438, 1439]) }), 'path.blackhole-outbound');
    const commands = remedies.flatMap(({ commands: given = [] }) => given);
    expect(commands).to.deep.equal(['ip tcp adjust-mss 1398', 'ip link set dev <interface> mtu 1438']);
    expect(remedies.map(({ id }) => id)).to.include.members([
      'lower-outside-mtu',
      'allow-frag-needed',
      'tcpmss-limits',
    ]);
  });

  it('leaves the MSS open for IPv6, which another command sets, and counts its larger headers', () => {
    const input = { ...measured({ outbound: outbound([1454, 1455]) }) };
    const target = { ...input.target, address: '2001:db8::10' };
    const { remedies } = theFinding({ ...input, target }, 'path.blackhole-outbound');
    expect(remedies[0]?.commands).to.deep.equal(['ip tcp adjust-mss <mss>']);
    const small = measured({ outbound: outbound([1250, 1251]) });
    expect(idsOf(small)).to.deep.equal(['path.blackhole-outbound']);
    expect(idsOf({ ...small, target })).to.deep.equal([]);
  });

  it('is silent where the probe is not sure, and claims nothing on fewer than three trials a side', () => {
    const { sweep, made } = outbound();
    expect(idsOf(measured({ outbound: { made: [], sweep: { ...sweep, verdict: 'unknown' } } }))).to.deep.equal([]);
    const two = sweep.rows.map((row) => ({ ...row, attempts: row.attempts.slice(0, 2) }));
    const few = {
      made: made.filter(({ id }) => two.some((row) => row.attempts.includes(id))),
      sweep: { ...sweep, rows: two },
    };
    const found = theFinding(measured({ outbound: few }), 'path.blackhole-outbound');
    expect(found, 'what single connections show').to.include({ confidence: 'likely' });
    expect(found.subject).to.equal(undefined);
  });

  it('takes back the claim when one larger packet arrived', () => {
    const one = outbound();
    const larger = { ...attempt(50, helloArrived(1448), { length }), mss: 1460, segmentsConfirmed: [1448, 52] };
    const row = { size: 1500, reply: null, acked: true, count: 1, attempts: ['a50'], controls: [] };
    const sweep = { ...one.sweep, rows: [...one.sweep.rows, row] };
    expect(idsOf(measured({ outbound: { made: [...one.made, larger], sweep } }))).to.deep.equal([]);
  });

  it('wants a packet of the smaller size to arrive after the first one was lost', () => {
    const one = outbound();
    const early = one.made.map((made) =>
      made.evidence.end === 'silent' ? { ...made, id: made.id.replace('a1', 'a9') } : made,
    );
    const rows = one.sweep.rows.map((row) =>
      row.acked ? row : { ...row, attempts: row.attempts.map((id) => id.replace('a1', 'a9')) },
    );
    const finding = theFinding(
      measured({ outbound: { made: early, sweep: { ...one.sweep, rows } } }),
      'path.blackhole-outbound',
    );
    expect(finding.confidence).to.equal('likely');
  });

  it('is likely when an ICMP error was heard that did not help', () => {
    const told = { icmpSeen: true, from: '192.0.2.254', mtu: 1480 };
    const finding = theFinding(measured({ outbound: outbound(), pmtud: told }), 'path.blackhole-outbound');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('192.0.2.254 (MTU 1480) did not help');
    expect(idsOf(measured({ outbound: outbound(), pmtud: told }))).to.deep.equal(['path.blackhole-outbound']);
  });

  it('is likely, with a rough MTU, where lengths of hellos and small segments are all there is to go by', () => {
    const silent = direction(10, [1454, 1455], [() => outcome.answered(), () => outcome.silent()], { cut: false });
    const plain = silent.made.map((made, i) => ({
      ...made,
      mss: null,
      hello: { ...made.hello, length: 1397 + (i < 3 ? 1 : 0) },
    }));
    const split = attempts(40, 3, outcome.answered(), { length: 1398, segments: [536, 536, 331] });
    const sweep = { ...silent.sweep, pathMtu: null, reason: 'sizes-assumed' };
    const finding = theFinding(
      measured({ outbound: { made: [...plain, ...split], sweep } }),
      'path.blackhole-outbound',
    );
    expect(finding).to.include({ confidence: 'likely', subject: 'MTU ≈ 1454' });
    expect(finding.evidence[0]?.text).to.include('about 1455 bytes');
    expect(finding.excluded.map(({ id }) => id)).to.include('tls.hello-size-intolerant');
  });

  it('tells from single connections that the head is lost and the rest arrives, but not of what size', () => {
    const lost = attempt(5, helloLost(1448), { length: 1700 });
    const value = theFinding(measured({ outbound: unknown, others: [lost] }), 'path.blackhole-outbound');
    expect(value).to.include({ confidence: 'likely' });
    expect(value.subject).to.equal(undefined);
    const back = attempt(6, answerLost(), { length: 120 });
    expect(theFinding(measured({ inbound: unknown, others: [back] }), 'path.blackhole-inbound').confidence).to.equal(
      'likely',
    );
  });

  it('does not blame the path for what one connection lost when all sizes pass', () => {
    const lost = attempt(5, helloLost(1448), { length: 1700 });
    expect(idsOf(measured({ others: [lost] }))).to.deep.equal([]);
    const arrived = attempt(6, helloArrived(1448), { length });
    expect(idsOf(measured({ outbound: unknown, others: [lost, arrived] }))).to.deep.equal([]);
  });

  it('does not take an unanswered hello beside another connection for a lost answer', () => {
    const one = direction(
      30,
      [1454, 1455],
      [answerArrived, () => ({ ...outcome.silent(), sent: sent({}), path: wire({}) })],
      {
        length: 120,
        cut: false,
      },
    );
    expect(idsOf(measured({ inbound: one }))).to.deep.equal(['path.blackhole-inbound']);
    const made = one.made.map((each) => ({ ...each, concurrent: each.evidence.end === 'silent' ? 1 : 0 }));
    expect(idsOf(measured({ inbound: { ...one, made } }))).to.deep.equal([]);
  });
});

describe('diagnose: path and intolerance', () => {
  const sizes = (became: Outcome, from = 1600): Parameters<typeof report>[0] => {
    const { made, row } = comparison(60, became, { length: from }, { length: 200 });
    return {
      'hello-size': observation(
        { rows: [{ length: from, reply: 'silent', ...row }], failing: [{ from, to: 4096 }] },
        made,
      ),
    };
  };

  it('says once what both the sizes of packets and the lengths of hellos show', () => {
    const input = measured({ outbound: outbound(), probes: sizes(helloLost(1448)) });
    const finding = theFinding(input, 'path.blackhole-outbound');
    expect(finding.subject).to.equal('MTU 1454');
    expect(finding.evidence.map(({ ref }) => ref)).to.include('a60');
    expect(idsOf(input)).to.deep.equal(['path.blackhole-outbound']);
  });

  it('proves that the server dislikes a length when it acknowledged the hello', () => {
    const acked = { ...outcome.silent(), sent: sent({ bytes: 1605, acked: 1605 }) };
    const input = measured({ outbound: unknown, probes: sizes(acked) });
    const finding = theFinding(input, 'tls.hello-size-intolerant');
    expect(finding.confidence).to.equal('proven');
    expect(finding.excluded.find(({ id }) => id === 'path.blackhole-outbound')?.why).to.include('acknowledged');
    expect(idsOf(input)).to.deep.equal(['tls.hello-size-intolerant']);
  });

  it('keeps both apart when both are there', () => {
    const small = { ...outcome.silent(), sent: sent({ bytes: 405, acked: 405 }) };
    const input = measured({ outbound: outbound(), probes: sizes(small, 400) });
    expect(idsOf(input)).to.deep.equal(['path.blackhole-outbound', 'tls.hello-size-intolerant']);
  });

  it('is not misled by a long hello that was answered in small packets', () => {
    const cut = { ...attempt(70, outcome.answered(), { length: 4000 }), mss: 536 };
    const input = measured({ outbound: unknown, others: [cut], probes: sizes(outcome.silent(), 1450) });
    expect(theFinding(input, 'tls.hello-size-intolerant').confidence).to.equal('possible');
  });

  it('does not lay many suites on the server when the hello was too large for the path', () => {
    const { made, row } = comparison(60, helloLost(1448), { length: 1600 }, { length: 200 });
    const probes = {
      'suite-count': observation(
        { rows: [{ case: '700', reply: 'silent' as const, ...row }], intolerant: ['700'] },
        made,
      ),
    };
    expect(idsOf(measured({ outbound: outbound(), probes }))).to.deep.equal(['path.blackhole-outbound']);
    expect(idsOf(measured({ probes }))).to.deep.equal(['tls.suite-count-intolerant']);
  });

  it('explains silence after the hello by the loss, and does not report it again', () => {
    const silent = attempts(2, 3, answerLost(), { length: 300 });
    const { sweep, made } = inbound();
    const value = { outbound: unknown, inbound: sweep };
    const none = report({
      connect: observation({ control: null, preset: null, concurrent: null, serverName: null }, silent),
      mss: observation(value, made),
    });
    expect(idsOf(none)).to.deep.equal(['path.blackhole-inbound']);
    const begun = attempts(2, 3, { ...outcome.answered(), end: 'silent', sent: sent({ bytes: 305, acked: 305 }) });
    const halfway = report({
      connect: observation({ control: 'a2', preset: null, concurrent: null, serverName: null }, begun),
      mss: observation(value, made),
    });
    expect(idsOf(halfway)).to.deep.equal(['path.blackhole-inbound']);
  });

  it('blames no size where packets that every path carries are lost as well', () => {
    const lost = (number: number, became: Outcome, mss: number | null, length = 1700): Attempt => ({
      ...attempt(number, became, { length }),
      mss,
    });
    const all = (...attempts: readonly Attempt[]): DiagnosisInput =>
      report({ connect: observation({ control: null, preset: null, concurrent: null, serverName: null }, attempts) });
    expect(idsOf(all(lost(1, helloLost(1448), null)))).to.include('path.blackhole-outbound');
    expect(idsOf(all(lost(1, helloLost(1448), null), lost(2, helloLost(524), 536)))).not.to.include(
      'path.blackhole-outbound',
    );
    expect(idsOf(all(lost(1, answerLost(), null, 300)))).to.include('path.blackhole-inbound');
    expect(idsOf(all(lost(1, answerLost(), null, 300), lost(2, answerLost(), 536, 300)))).to.deep.equal([
      'handshake.silent',
    ]);
  });

  it('does not call a hello dropped whose tail arrived', () => {
    const lost = [
      attempt(1, { ...helloLost(1448), sent: sent({ bytes: 1705, acked: 0, tailSacked: true }) }, { length: 1700 }),
      attempt(2, { ...helloLost(1448), sent: sent({ bytes: 1805, acked: 0, tailSacked: true }) }, { length: 1800 }),
    ];
    const input = report({
      connect: observation({ control: null, preset: null, concurrent: null, serverName: null }, lost),
    });
    expect(idsOf(input)).to.deep.equal(['handshake.silent']);
  });
});
