/** Rules about TLS versions. */

import { expect } from 'chai';
import type { Attempt, DiagnosisInput, VersionName, VersionRow } from '../../../lib/evidence/index.ts';
import { attempt, attempts, codes, idsOf, observation, outcome, report, theFinding } from '../support.ts';

function versions(supported: Partial<Record<VersionName, boolean | null>>, made: readonly Attempt[]): DiagnosisInput {
  const rows = Object.entries(supported).map(
    ([version, is]): VersionRow => ({ version: version as VersionName, supported: is, why: '' }),
  );
  return report({ versions: observation(rows, made) });
}

const tls10 = attempt(1, outcome.answered(codes['TLSv1.0']), { versions: [codes['TLSv1.0']] });
const offering = (number: number, version: VersionName, became: ReturnType<typeof outcome.silent>): Attempt =>
  attempt(number, became, { versions: [codes[version]] });

describe('diagnose: TLS versions', () => {
  it('finds no common version when the server has others and refuses ours with protocol_version', () => {
    const input = versions({ 'TLSv1.0': true, 'TLSv1.2': false, 'TLSv1.3': false }, [
      tls10,
      offering(2, 'TLSv1.2', outcome.alert(70)),
      offering(3, 'TLSv1.3', outcome.alert(70)),
    ]);
    const finding = theFinding(input, 'tls.no-common-version');
    expect(finding).to.include({ severity: 'high', pattern: 2, confidence: 'proven', subject: 'TLSv1.2, TLSv1.3' });
    expect(finding.evidence.map(({ ref }) => ref)).to.have.members(['a1', 'a2', 'a3']);
    expect(finding.remedies.map(({ text }) => text).join()).to.include('Devices > Platform Settings > SSL');
  });

  it('takes a ServerHello with a lower version as a refusal of the higher', () => {
    const input = versions({ 'TLSv1.0': true, 'TLSv1.2': false, 'TLSv1.3': false }, [
      attempt(1, outcome.answered(codes['TLSv1.0']), {
        versions: [codes['TLSv1.3'], codes['TLSv1.2'], codes['TLSv1.0']],
      }),
    ]);
    expect(theFinding(input, 'tls.no-common-version').confidence).to.equal('proven');
  });

  it('claims less when the refusal is another alert, a reset or a FIN', () => {
    const refused = (became: ReturnType<typeof outcome.silent>, count: number): DiagnosisInput =>
      versions({ 'TLSv1.0': true, 'TLSv1.2': false, 'TLSv1.3': false }, [
        ...attempts(1, 3, outcome.answered(codes['TLSv1.0']), { versions: [codes['TLSv1.0']] }),
        ...attempts(4, count, became, { versions: [codes['TLSv1.2']] }),
        ...attempts(14, count, became, { versions: [codes['TLSv1.3']] }),
      ]);
    expect(theFinding(refused(outcome.alert(40), 1), 'tls.no-common-version').confidence).to.equal('likely');
    expect(theFinding(refused(outcome.reset(), 3), 'tls.no-common-version').confidence).to.equal('likely');
    expect(idsOf(refused(outcome.reset(), 2))).not.to.include('tls.no-common-version');
    expect(idsOf(refused(outcome.silent(), 9))).not.to.include('tls.no-common-version');
  });

  it("finds nothing while one of the client's versions is not known", () => {
    const input = versions({ 'TLSv1.0': true, 'TLSv1.2': null, 'TLSv1.3': false }, [
      tls10,
      offering(2, 'TLSv1.2', outcome.alert(70)),
      offering(3, 'TLSv1.3', outcome.alert(70)),
    ]);
    expect(idsOf(input)).not.to.include('tls.no-common-version');
  });

  it('finds nothing when one version is common', () => {
    const input = versions({ 'TLSv1.2': true, 'TLSv1.3': false }, [
      attempt(1, outcome.answered()),
      offering(2, 'TLSv1.3', outcome.alert(70)),
    ]);
    expect(idsOf(input)).to.deep.equal([]);
  });

  it('takes a HelloRetryRequest for TLS 1.3', () => {
    const input = versions({ 'TLSv1.3': true }, [attempt(1, outcome.helloRetry(), { versions: [codes['TLSv1.3']] })]);
    expect(idsOf(input)).to.deep.equal([]);
  });

  it('calls TLS 1.0 and 1.1 a weakness, low, and names them in one finding', () => {
    const input = versions({ 'TLSv1.0': true, 'TLSv1.1': true, 'TLSv1.2': true }, [
      tls10,
      attempt(2, outcome.answered(codes['TLSv1.1'])),
      attempt(3, outcome.answered()),
    ]);
    const finding = theFinding(input, 'tls.legacy-version-enabled');
    expect(finding).to.include({ severity: 'low', subject: 'TLSv1.0, TLSv1.1', count: 2 });
    expect(idsOf(input)).to.deep.equal(['tls.legacy-version-enabled']);
  });

  it('counts SSLv3 as broken', () => {
    const input = versions({ SSLv3: true, 'TLSv1.2': true }, [
      attempt(1, outcome.answered(codes.SSLv3)),
      attempt(2, outcome.answered()),
    ]);
    expect(theFinding(input, 'tls.legacy-version-enabled').severity).to.equal('medium');
  });
});
