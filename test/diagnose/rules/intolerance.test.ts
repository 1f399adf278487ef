/** Rules about hellos that fail for their form. */

import { expect } from 'chai';
import type { Attempt, DiagnosisInput } from '../../../lib/evidence/index.ts';
import {
  type AttemptDetails,
  attempt,
  comparison,
  idsOf,
  type Outcome,
  observation,
  outcome,
  report,
  theFinding,
} from '../support.ts';

type CaseProbe = 'hello-segments' | 'hello-records' | 'suite-count' | 'extensions';

/** A probe with one failing case, after an answered long hello. */
function failing(probe: CaseProbe, name: string, became: Outcome, details: AttemptDetails = {}): DiagnosisInput {
  const { made, row } = comparison(10, became, details);
  return cases(
    probe,
    [{ case: name, reply: became.reply ?? null, ...row }],
    [attempt(1, outcome.answered(), { length: 2000 }), ...made],
  );
}

function cases(
  probe: CaseProbe,
  rows: readonly { case: string; reply: Attempt['evidence']['reply']; attempts: string[]; controls: string[] }[],
  made: readonly Attempt[],
): DiagnosisInput {
  return report({ [probe]: observation({ rows, intolerant: rows.map((row) => row.case) }, made) });
}

describe('diagnose: intolerance', () => {
  for (const [probe, name, id] of [
    ['hello-segments', 'first-5', 'tls.hello-segment-intolerant'],
    ['hello-records', 'first-1', 'tls.hello-record-intolerant'],
    ['suite-count', '128', 'tls.suite-count-intolerant'],
    ['extensions', 'grease-extension', 'tls.extension-intolerant'],
    ['extensions', 'unknown-group', 'tls.extension-intolerant'],
    ['extensions', 'unknown-version', 'tls.version-intolerant'],
    ['extensions', 'tls13-offered', 'tls.version-intolerant'],
  ] as const) {
    it(`finds ${id} when case ${name} of ${probe} fails three times beside answered controls`, () => {
      const finding = theFinding(failing(probe, name, outcome.silent()), id);
      expect(finding).to.include({ confidence: 'proven', subject: name, count: 6 });
      expect(idsOf(failing(probe, name, outcome.silent()))).to.deep.equal([id]);
    });
  }

  it('claims nothing of silence that did not last ten times as long as an answer took', () => {
    const seen = (waitedMs: number): string[] => {
      const { made, row } = comparison(10, outcome.silent(), { waitedMs }, { replyMs: 30 });
      const rows = [{ case: 'first-5', reply: 'silent' as const, ...row }];
      return idsOf(cases('hello-segments', rows, [attempt(1, outcome.answered(), { length: 2000 }), ...made]));
    };
    expect(seen(290)).to.deep.equal([]);
    expect(seen(300)).to.deep.equal(['tls.hello-segment-intolerant']);
  });

  it('counts a reset, a FIN and an alert as failures too', () => {
    for (const became of [outcome.reset(), outcome.closed(), outcome.alert(50)]) {
      expect(idsOf(failing('hello-records', 'halves', became))).to.deep.equal(['tls.hello-record-intolerant']);
    }
  });

  it('makes one finding of several cases', () => {
    const [first, second] = [comparison(10, outcome.silent()), comparison(20, outcome.silent())];
    const rows = [first, second].map(({ row }, i) => ({ case: `first-${i + 4}`, reply: 'silent' as const, ...row }));
    const input = cases('hello-segments', rows, [...first.made, ...second.made]);
    expect(theFinding(input, 'tls.hello-segment-intolerant')).to.include({ subject: 'first-4, first-5', count: 12 });
  });

  it('names a box that looks only at the first segment, when the hello passes with the second one first', () => {
    const { made, row } = comparison(10, outcome.silent(), { segments: [100, 205] });
    const swapped = attempt(20, outcome.answered(), { segments: [205, 100] });
    const rows = [
      { case: 'first-100', reply: 'silent' as const, ...row },
      { case: 'second-first', reply: 'server-hello' as const, attempts: ['a20'], controls: [] },
    ];
    const finding = theFinding(cases('hello-segments', rows, [...made, swapped]), 'tls.hello-segment-intolerant');
    expect(finding).to.include({ severity: 'medium', subject: 'first-100', count: 7 });
    expect(finding.evidence.at(-1)?.text).to.include('looks only at what comes first');
  });

  it('calls it low when only orders fail that clients never send', () => {
    const finding = theFinding(failing('hello-segments', 'overlap', outcome.silent()), 'tls.hello-segment-intolerant');
    expect(finding).to.include({ severity: 'low', subject: 'overlap' });
  });

  it('claims only a possibility while no hello of that length was answered', () => {
    const { made, row } = comparison(10, outcome.silent(), { length: 900 });
    const finding = theFinding(
      cases('suite-count', [{ case: 'all', reply: 'silent', ...row }], made),
      'tls.suite-count-intolerant',
    );
    expect(finding.confidence).to.equal('possible');
    expect(finding.remedies.map(({ id }) => id)).to.include('shorten-hello');
    expect(
      theFinding(failing('suite-count', 'all', outcome.silent(), { length: 900 }), 'tls.suite-count-intolerant')
        .confidence,
    ).to.equal('proven');
  });

  it('claims nothing on the word of the probe alone: the repeats are counted from the attempts', () => {
    const { made, row } = comparison(10, outcome.silent());
    const input = (attempts: string[], controls: string[]): DiagnosisInput =>
      cases('hello-segments', [{ case: 'first-5', reply: 'silent', attempts, controls }], made);
    expect(idsOf(input(row.attempts, row.controls))).to.have.length(1);
    expect(idsOf(input(row.attempts.slice(0, 2), row.controls))).to.deep.equal([]);
    expect(idsOf(input(row.attempts, row.controls.slice(0, 2)))).to.deep.equal([]);
    expect(idsOf(input([], []))).to.deep.equal([]);
    expect(idsOf(input(['a10', 'a10', 'a10'], row.controls))).to.deep.equal([]);
  });

  it('claims nothing when the case was answered once, or a control was not', () => {
    const { made, row } = comparison(10, outcome.silent());
    const extra = [attempt(30, outcome.answered()), attempt(31, outcome.silent())];
    const rows = (attempts: string[], controls: string[]): DiagnosisInput =>
      cases('hello-segments', [{ case: 'first-5', reply: 'silent', attempts, controls }], [...made, ...extra]);
    expect(idsOf(rows([...row.attempts, 'a30'], row.controls))).to.deep.equal([]);
    expect(idsOf(rows(row.attempts, [...row.controls, 'a31']))).to.deep.equal([]);
  });

  it('claims nothing when the control was not checked again after the failures', () => {
    const made = [1, 2, 3]
      .map((n) => attempt(n, outcome.answered()))
      .concat([4, 5, 6].map((n) => attempt(n, outcome.silent())));
    const input = cases(
      'hello-segments',
      [{ case: 'first-5', reply: 'silent', attempts: ['a4', 'a5', 'a6'], controls: ['a1', 'a2', 'a3'] }],
      made,
    );
    expect(idsOf(input)).to.deep.equal([]);
  });
});
