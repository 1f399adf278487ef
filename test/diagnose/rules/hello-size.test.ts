/** Rules about hellos that fail for their length, and what else could lose them. */

import { expect } from 'chai';
import type { Attempt, DiagnosisInput, HelloSizeRow } from '../../../lib/evidence/index.ts';
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

interface Sizes {
  /** Lengths that are answered, once each. */
  readonly pass: readonly number[];
  /** Lengths that fail, each compared with the control. */
  readonly fail: readonly number[];
  readonly failing: readonly { from: number; to: number }[];
  readonly became?: Outcome;
  readonly others?: readonly Attempt[];
}

function sizes({ pass, fail, failing, became = outcome.silent(), others = [] }: Sizes): DiagnosisInput {
  const answered = pass.map((length, i) => attempt(i + 1, outcome.answered(), { length }));
  const compared = fail.map((length, i) => ({
    length,
    ...comparison(100 + 10 * i, became, { length }, { length: 200 }),
  }));
  const rows: HelloSizeRow[] = [
    ...answered.map(({ id, hello }) => ({
      length: hello.length,
      reply: 'server-hello' as const,
      attempts: [id],
      controls: [],
    })),
    ...compared.map(({ length, row }) => ({ length, reply: became.reply ?? null, ...row })),
  ];
  return report({
    'hello-size': observation({ rows, failing }, [...answered, ...compared.flatMap(({ made }) => made), ...others]),
  });
}

const above = (from: number, more: Partial<Sizes> = {}): DiagnosisInput =>
  sizes({ pass: [200, from - 1], fail: [from, 16384], failing: [{ from, to: 16384 }], ...more });

describe('diagnose: length of the hello', () => {
  it('proves an intolerance below the smallest packet that any path must carry', () => {
    const finding = theFinding(above(301), 'tls.hello-size-intolerant');
    expect(finding).to.include({ confidence: 'proven', severity: 'high', subject: '301-16384', count: 12 });
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.no-common-version', 'path.blackhole-outbound']);
    expect(finding.excluded[1]?.why).to.include('306 bytes fit');
  });

  it('calls it likely while the size fits into one packet on usual lines', () => {
    expect(theFinding(above(701), 'tls.hello-size-intolerant')).to.include({
      confidence: 'likely',
      severity: 'medium',
    });
  });

  it('proves an intolerance when a longer hello is answered: no path loses only the shorter', () => {
    const input = sizes({ pass: [255, 512, 2048], fail: [256, 511], failing: [{ from: 256, to: 511 }] });
    const finding = theFinding(input, 'tls.hello-size-intolerant');
    expect(finding).to.include({ confidence: 'proven', severity: 'high' });
    expect(finding.excluded[1]?.why).to.include('2048 bytes was answered');
  });

  it('proves an intolerance when large hellos are answered with a reset: they arrived', () => {
    const finding = theFinding(above(1431, { became: outcome.reset() }), 'tls.hello-size-intolerant');
    expect(finding.confidence).to.equal('proven');
    expect(finding.excluded[1]?.why).to.include('not lost');
  });

  it('proves an intolerance when a hello that fills a packet is answered', () => {
    expect(theFinding(above(4000), 'tls.hello-size-intolerant').confidence).to.equal('proven');
  });

  it("leaves silence from about a packet's size on undecided, with remedies for the server and for the path", () => {
    const finding = theFinding(above(1410), 'tls.hello-size-intolerant');
    expect(finding).to.include({ confidence: 'possible', severity: 'medium' });
    expect(finding.remedies.map(({ id }) => id)).to.include.members([
      'update-terminator',
      'clamp-on-router',
      'lower-outside-mtu',
      'tcpmss-limits',
    ]);
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.no-common-version']);
    expect(idsOf(above(1410))).to.deep.equal(['tls.hello-size-intolerant']);
  });

  const segments = [200, 200, 200, 200, 200, 200, 200, 200];

  it('decides for the server when the same size fails in small segments too', () => {
    const split = attempts(300, 3, outcome.silent(), { length: 1595, segments });
    const finding = theFinding(above(1410, { others: split }), 'tls.hello-size-intolerant');
    expect(finding.confidence).to.equal('likely');
    expect(finding.excluded.map(({ id }) => id)).to.include('path.blackhole-outbound');
  });

  it('decides for the path when the same size is answered in small segments', () => {
    const split = attempts(300, 3, outcome.answered(), { length: 1595, segments });
    const finding = theFinding(above(1410, { others: split }), 'path.blackhole-outbound');
    expect(finding).to.include({ confidence: 'likely', pattern: 4, severity: 'high' });
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.hello-size-intolerant']);
    expect(idsOf(above(1410, { others: split }))).to.deep.equal(['path.blackhole-outbound']);
  });

  it('decides nothing on fewer than three split hellos, nor when some pass and some fail', () => {
    const two = attempts(300, 2, outcome.answered(), { length: 1595, segments });
    expect(theFinding(above(1410, { others: two }), 'tls.hello-size-intolerant').confidence).to.equal('possible');
    const mixed = [
      ...attempts(300, 3, outcome.answered(), { length: 1595, segments }),
      ...attempts(310, 3, outcome.silent(), { length: 1595, segments }),
    ];
    expect(theFinding(above(1410, { others: mixed }), 'tls.hello-size-intolerant').confidence).to.equal('possible');
  });

  it('makes one finding of each failing range', () => {
    const input = sizes({
      pass: [255, 512],
      fail: [256, 511, 768],
      failing: [
        { from: 256, to: 511 },
        { from: 768, to: 768 },
      ],
    });
    expect(idsOf(input)).to.deep.equal(['tls.hello-size-intolerant', 'tls.hello-size-intolerant']);
  });

  it('claims no range whose ends were not compared with the control', () => {
    const once = attempt(1, outcome.silent(), { length: 600 });
    const input = report({
      'hello-size': observation(
        { rows: [{ length: 600, reply: 'silent', attempts: ['a1'], controls: [] }], failing: [{ from: 600, to: 600 }] },
        [attempt(2, outcome.answered()), once],
      ),
    });
    expect(idsOf(input)).to.deep.equal([]);
  });
});
