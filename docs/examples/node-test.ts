/** The same with node:test and its assertions. */
// #region snippet
import { test } from 'node:test';
import { check } from 'helloprobe';
import { startHeadend } from 'helloprobe/lab';
import { assertFinding, assertNoFinding } from 'helloprobe/match/node';

await test('the monitoring of our gateway sees a certificate for another name', async () => {
  await using headend = await startHeadend('wrong-name');
  const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem] });
  assertFinding(report, 'cert.name-mismatch');
  assertNoFinding(report, 'cert.expired');
});
// #endregion
