/** The rules of inference: what may be claimed of which evidence, whatever the rule. */

import { expect } from 'chai';
import { diagnose } from '../../lib/diagnose/index.ts';
import type { Attempt, DiagnosisInput, VersionName, VersionRow } from '../../lib/evidence/index.ts';
import {
  attempt,
  attempts,
  codes,
  comparison,
  connecting,
  idsOf,
  type Outcome,
  observation,
  outcome,
  report,
  theFinding,
} from './support.ts';

const everyVersion = Object.keys(codes) as VersionName[];

/** A report in which every version's hello ended that way, whatever the probe made of it. */
function versionsEnding(became: Outcome, supported: boolean | null, repeats: number): DiagnosisInput {
  const made = everyVersion.flatMap((version, i) =>
    attempts(10 + 10 * i, repeats, became, { versions: [codes[version]], length: 400 }),
  );
  const rows = everyVersion.map((version): VersionRow => ({ version, supported, why: '' }));
  return report({ versions: observation(rows, [attempt(1, outcome.answered(), { length: 200 }), ...made]) });
}

describe('rules of inference', () => {
  it('never calls silence "unsupported": a server silent above N bytes has no missing versions, suites or groups', () => {
    for (const supported of [false, null]) {
      for (const repeats of [1, 3, 9]) {
        const found = idsOf(versionsEnding(outcome.silent(), supported, repeats)).filter((id) =>
          id.startsWith('tls.no-common'),
        );
        expect(found).to.deep.equal([]);
      }
    }
  });

  it('says of such a server that the length matters, and nothing of its versions', () => {
    const { made, row } = comparison(100, outcome.silent(), { length: 301 });
    const silentAbove = report({
      connect: observation({ control: 'a1', preset: 'tls12-minimal', concurrent: null, serverName: null }, [
        attempt(1, outcome.answered(), { length: 200 }),
      ]),
      versions: observation(
        everyVersion.map((version) => ({ version, supported: version === 'TLSv1.3' ? true : null, why: '' })),
        [
          attempt(2, outcome.answered(codes['TLSv1.3'], '0x1301'), { length: 250, versions: [codes['TLSv1.3']] }),
          ...attempts(10, 3, outcome.silent(), { length: 400 }),
        ],
      ),
      'hello-size': observation(
        { rows: [{ length: 301, reply: 'silent', ...row }], failing: [{ from: 301, to: 16384 }] },
        made,
      ),
    });
    expect(idsOf(silentAbove)).to.deep.equal(['tls.hello-size-intolerant']);
  });

  it('does not take a single reset or FIN for a refused version either', () => {
    for (const became of [outcome.reset(), outcome.closed()]) {
      expect(idsOf(versionsEnding(became, false, 2))).not.to.include('tls.no-common-version');
    }
  });

  it('counts silence beside another open connection only when it repeats alone', () => {
    const beside = (concurrent: number): DiagnosisInput => connecting(attempts(1, 3, outcome.silent(), { concurrent }));
    expect(idsOf(beside(2))).to.deep.equal([]);
    expect(idsOf(beside(0))).to.deep.equal(['handshake.silent']);
    const repeated = connecting([attempt(1, outcome.silent(), { concurrent: 1 }), attempt(2, outcome.silent())]);
    expect(theFinding(repeated, 'handshake.silent').evidence.map(({ ref }) => ref)).to.deep.equal(['a2']);
  });

  it('does not count crowded silence as one of the three failures of a differential', () => {
    const crowded = comparison(10, outcome.silent(), { concurrent: 1 });
    const rows = [{ case: 'first-5', reply: 'silent' as const, ...crowded.row }];
    expect(
      idsOf(report({ 'hello-segments': observation({ rows, intolerant: ['first-5'] }, crowded.made) })),
    ).to.deep.equal([]);
  });

  it('gives RST, FIN, alert, silence and garbage five different findings, and none of policy or path', () => {
    const ends = [outcome.reset(), outcome.closed(), outcome.alert(40), outcome.silent(), outcome.notTls()];
    const found = ends.map((became) => idsOf(connecting(attempts(1, 3, became))));
    expect(new Set(found.map(String))).to.have.property('size', ends.length);
    for (const ids of found) expect(ids.every((id) => id.startsWith('handshake.'))).to.equal(true);
  });

  it('claims no differential on fewer than three repeats of either side', () => {
    const { made, row } = comparison(10, outcome.reset());
    const short = (attempts: string[], controls: string[]): string[] =>
      idsOf(
        report({
          'suite-count': observation(
            { rows: [{ case: '128', reply: 'reset', attempts, controls }], intolerant: ['128'] },
            made,
          ),
        }),
      );
    expect(short(row.attempts, row.controls)).to.deep.equal(['tls.suite-count-intolerant']);
    expect(short(row.attempts.slice(1), row.controls)).to.deep.equal([]);
    expect(short(row.attempts, row.controls.slice(1))).to.deep.equal([]);
  });

  it('needs no repeats for total silence', () => {
    expect(idsOf(connecting([attempt(1, outcome.silent())]))).to.deep.equal(['handshake.silent']);
  });

  it('claims nothing of attempts that we ended ourselves', () => {
    const stopped: Attempt = attempt(1, { end: 'stopped', reply: 'stopped' });
    expect(idsOf(connecting([stopped]))).to.deep.equal([]);
  });

  it('names evidence for every claim, and gives every uncertain cause its alternatives', () => {
    const inputs = [
      versionsEnding(outcome.alert(70), false, 1),
      connecting(attempts(1, 2, outcome.silent())),
      connecting(attempts(1, 2, outcome.refused())),
    ];
    for (const found of inputs.flatMap((input) => diagnose(input))) {
      expect(found.evidence, found.id).not.to.be.empty;
      expect(found.excluded, found.id).not.to.be.empty;
      expect(found.remedies, found.id).not.to.be.empty;
    }
  });
});
