import { expect } from 'chai';
import type { Certificate, ChainAssessment, Language } from '../../lib/evidence/index.ts';
import { chainNotes } from '../../lib/report/certificates/chainNotes.ts';
import { messages } from '../../lib/report/messages/index.ts';
import { certificate, chainRow } from '../diagnose/support.ts';

const [leaf, middle, cross, root] = ['leaf', 'Middle', 'Cross', 'Root'].map(
  (name, i): Certificate => certificate({ sha256: `${i}${i}`.repeat(32), subject: `CN=${name}` }),
) as [Certificate, Certificate, Certificate, Certificate];
const notes = (assessment: Partial<ChainAssessment>, language: Language = 'en'): string[] =>
  chainNotes(messages[language], chainRow([leaf, middle, cross, root], assessment));
const cross2 = {
  subject: 'CN=Root',
  certificates: [cross.sha256, root.sha256],
  issuers: ['CN=Older Root', 'CN=Root'],
};

describe('report: how a chain was sent', () => {
  it('says nothing of a chain as it should be', () => {
    expect(notes({})).to.deep.equal([]);
    expect(notes({ rootsSent: [], crossSigned: [] })).to.deep.equal([]);
  });

  it('names roots that need not be sent, certificates that no path needs, and a wrong order', () => {
    expect(notes({ rootsSent: [root.sha256], unneeded: [cross.sha256], misordered: true })).to.deep.equal([
      'not in issuing order',
      'the root Root was sent; clients have it or do not trust it, so it can be left out',
      'Cross was sent, and no path needs it',
    ]);
  });

  it('tells who signed one key, and which of these the path goes through', () => {
    expect(notes({ crossSigned: [{ ...cross2, used: root.sha256 }] })[0]).to.equal(
      'Root is cross-signed: by Older Root, Root, the path goes through the one by Root',
    );
    expect(notes({ crossSigned: [{ ...cross2, used: null }] })[0]).to.match(/goes through another certificate/);
    expect(notes({ trust: 'untrusted-root', crossSigned: [{ ...cross2, used: null }] })[0]).to.match(
      /Older Root, Root$/,
    );
  });

  it('is told in Japanese too', () => {
    const told = notes({ rootsSent: [root.sha256], misordered: true, crossSigned: [{ ...cross2, used: null }] }, 'ja');
    expect(told).to.have.length(3);
    for (const note of told) expect(note).to.match(/[ぁ-んァ-ヶ一-龠]/);
  });
});
