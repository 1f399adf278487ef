/** A mocha test that puts a check in front of a faulty headend. */
// #region snippet
import { expect, use } from 'chai';
import { check } from 'helloprobe';
import { startHeadend } from 'helloprobe/lab';
import { tlsMatchers } from 'helloprobe/match/chai';

use(tlsMatchers);

describe('the monitoring of our gateway', () => {
  it('sees an expired certificate', async () => {
    await using headend = await startHeadend('expired');
    const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem] });
    expect(report).to.have.finding('cert.expired');
    expect(report).to.negotiate('TLSv1.2');
    expect(report).to.not.have.finding('cert.name-mismatch');
  });
});
// #endregion
