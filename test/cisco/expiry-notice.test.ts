import { expect } from 'chai';
import { expiryNotice, parseCertificateDates } from '../../lib/cisco/index.ts';

const now = new Date('2026-06-01T00:00:00Z');
const after = (days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString();
const notice = (days: number, internalCa = true) => expiryNotice({ notAfter: after(days), now, internalCa });

describe('the notice of a certificate that ends', () => {
  it('has the sentences of the script for each of its branches', () => {
    expect(notice(3649).text).to.deep.equal([
      'The certificate is valid for more than 30 days.',
      'It is valid for 3649 more days.',
      'There is no immediate need to perform action but this depends on how far the expiry date is in the future.',
    ]);
    expect(notice(29.5).text.slice(0, 3)).to.deep.equal([
      'The certificate will expire within the next 30 days!',
      'It is ONLY valid for 29 more days.',
      'It is recommended to take action in renewing the certificate as quickly as possible.',
    ]);
    expect(notice(-12).text.slice(0, 2)).to.deep.equal([
      'The certificate has expired 12 days ago.',
      'In case the sftunnel communication with the FTD is not yet lost, you need to take action immediately in renewing the certificate.',
    ]);
  });

  it('changes at 30 and 90 days and at the end, to the millisecond', () => {
    const state = (ms: number) =>
      expiryNotice({ notAfter: now.toISOString(), now: new Date(now.getTime() - ms), internalCa: true }).state;
    const day = 86_400_000;
    expect([
      state(-1),
      state(0),
      state(30 * day),
      state(30 * day + 1),
      state(90 * day),
      state(90 * day + 1),
    ]).to.deep.equal(['expired', 'within-30-days', 'within-30-days', 'within-90-days', 'within-90-days', 'later']);
  });

  it('says how an FMC tells it from 90 days before, of an InternalCA alone', () => {
    expect(notice(89).fmcAlert).to.deep.equal({ task: 'error', health: 'warning' });
    expect(notice(-1).fmcAlert).to.deep.equal({ task: 'error', health: 'error' });
    expect(notice(91).fmcAlert).to.equal(null);
    expect(notice(89, false).fmcAlert).to.equal(null);
    expect(notice(10).text.at(-1)).to.include('VDB 399');
    expect(expiryNotice({ notAfter: after(10), now, internalCa: true }, 'ja').text.at(-1)).to.include('VDB 399');
  });

  it('says of a certificate of another kind nothing about sftunnel', () => {
    for (const days of [-5, 10, 60, 400]) expect(notice(days, false).text.join(' ')).not.to.match(/sftunnel|FMC/);
  });

  it('does not know where a date cannot be read', () => {
    expect(expiryNotice({ notAfter: null, now, internalCa: true })).to.deep.equal({
      state: 'unknown',
      days: null,
      text: [],
      fmcAlert: null,
    });
  });

  it('is read back by the reader of the script', () => {
    expect(parseCertificateDates(notice(29.5, false).text.join('\n')).value.daysLeft).to.equal(29);
    expect(parseCertificateDates(notice(-12, false).text.join('\n')).value.daysLeft).to.equal(-12);
    expect(parseCertificateDates(notice(400, false).text.join('\n')).value.daysLeft).to.equal(400);
  });
});
