/** The matchers under jest. */
// #region snippet
import { expect, test } from '@jest/globals';
import { check } from 'helloprobe';
import { startHeadend } from 'helloprobe/lab';
import { tlsMatchers } from 'helloprobe/match/jest';

expect.extend(tlsMatchers);

test('the monitoring of our gateway sees an expired certificate', async () => {
  const headend = await startHeadend('expired');
  try {
    const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem] });
    expect(report).toHaveFinding('cert.expired');
    expect(report).not.toHaveFinding('cert.name-mismatch');
  } finally {
    await headend.close();
  }
});
// #endregion

test('a failing matcher says what was found, and an unknown answer passes neither way', async () => {
  const headend = await startHeadend('expired');
  try {
    const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem], only: ['certificates'] });
    expect(() => expect(report).not.toHaveFinding('cert.expired')).toThrow('not to have finding cert.expired');
    expect(() => expect(report).toSupportGroup('x25519')).toThrow('the probe groups was not run');
    expect(() => expect(report).not.toSupportGroup('x25519')).toThrow('the probe groups was not run');
    // @ts-expect-error: versions are typed
    expect(() => expect(report).toNegotiate('TLS 1.2')).toThrow('There is no TLS version');
  } finally {
    await headend.close();
  }
});
