import { expect } from 'chai';
import { measure } from './measure.ts';
import { corpusFolder } from './oracle.ts';

describe('captures that others collected', () => {
  it('are analysed as tshark does, and each difference has a known reason', async function () {
    const folder = corpusFolder();
    if (folder === null) this.skip();
    this.timeout(120_000);
    const { files, refused, same, all, differences } = await measure(folder);
    expect(files).to.be.greaterThan(600);
    expect(refused.filter(({ oracleFailed }) => !oracleFailed)).to.deep.equal([]);
    const unexplained = differences
      .filter(({ reason }) => reason === null)
      .map(({ file, conversation, field, ours, theirs }) => ({ file, conversation, field, ours, theirs }));
    expect(same / (same + unexplained.length), JSON.stringify(unexplained, null, 1)).to.be.at.least(0.99);
    // Explanations are for few: most must simply be the same.
    expect(same / all).to.be.at.least(0.95);
  });
});
