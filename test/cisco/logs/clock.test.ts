import { expect } from 'chai';
import { expiredAttempt, read } from './support.ts';

const times = async (stamps: readonly string[], options = {}): Promise<(string | null)[]> => {
  const lines = stamps.flatMap((stamp) => expiredAttempt(stamp));
  const { episodes } = await read(lines.join('\n'), options);
  return episodes.map(({ startedAt }) => startedAt);
};

describe('times of logs', () => {
  it('counts years over New Year, so that no line lies in the future', async () => {
    expect(
      await times(['Dec 30 23:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:40', 'Jan  2 00:00:00'], {
        now: new Date('2025-01-05T00:00:00Z'),
      }),
    ).to.deep.equal([
      '2024-12-30T23:00:00.000Z',
      '2024-12-31T23:59:59.000Z',
      '2025-01-01T00:00:40.000Z',
      '2025-01-02T00:00:00.000Z',
    ]);
  });

  it('takes last year for a log that ends later in the year than now', async () => {
    expect(await times(['Sep 20 04:10:47'], { now: new Date('2025-09-18T00:00:00Z') })).to.deep.equal([
      '2024-09-20T04:10:47.000Z',
    ]);
    // A clock or zone that is a few hours ahead is no reason for another year.
    expect(await times(['Sep 20 04:10:47'], { now: new Date('2025-09-19T20:00:00Z') })).to.deep.equal([
      '2025-09-20T04:10:47.000Z',
    ]);
  });

  it('counts several years, and is not misled by lines that are a little out of order', async () => {
    expect(
      await times(
        [
          'Mar  1 00:00:00',
          'Dec 31 00:00:00',
          'Jan  1 00:00:00',
          'Dec 31 12:00:00',
          'Jun  1 00:00:00',
          'Feb  1 00:00:00',
        ],
        {
          now: new Date('2025-06-01T00:00:00Z'),
        },
      ),
    ).to.deep.equal([
      '2023-03-01T00:00:00.000Z',
      '2023-12-31T00:00:00.000Z',
      '2024-01-01T00:00:00.000Z',
      '2023-12-31T12:00:00.000Z',
      '2024-06-01T00:00:00.000Z',
      '2025-02-01T00:00:00.000Z',
    ]);
  });

  it('finds the year that has a 29th of February', async () => {
    expect(
      await times(['Feb 28 10:00:00', 'Feb 29 10:00:00'], { now: new Date('2026-06-01T00:00:00Z') }),
    ).to.deep.equal(['2024-02-28T10:00:00.000Z', '2024-02-29T10:00:00.000Z']);
  });

  it('follows --year, and says where the year comes from', async () => {
    const text = expiredAttempt('Sep 20 04:10:47').join('\n');
    const given = await read(text, { year: 2019 });
    expect(given.sources[0]?.clock).to.deep.equal({ year: 'given', zone: 'assumed-utc' });
    expect(given.episodes[0]?.startedAt).to.equal('2019-09-20T04:10:47.000Z');
    expect((await read(text)).sources[0]?.clock.year).to.equal('inferred');
    expect((await read('no line with a time')).sources[0]?.clock).to.deep.equal({ year: null, zone: null });
  });

  it('reads years and zones where they are written, and an offset where it is given', async () => {
    expect(await times(['Sep 20 2021 04:10:47'])).to.deep.equal(['2021-09-20T04:10:47.000Z']);
    expect(await times(['2021-09-20T04:10:47.250+09:00'])).to.deep.equal(['2021-09-19T19:10:47.250Z']);
    expect(await times(['Sep 20 04:10:47'], { utcOffset: 540 })).to.deep.equal(['2024-09-19T19:10:47.000Z']);
  });

  it('has no time for what is none', async () => {
    for (const stamp of [
      'Sep 31 04:10:47',
      'Feb 30 04:10:47',
      'Sep 20 25:10:47',
      '2021-13-20 04:10:47',
      '2021-09-20T04:61:47Z',
    ]) {
      const report = await read(`${stamp} host openconnect: Server certificate verify failed: certificate expired`);
      expect(report.episodes[0]?.startedAt, stamp).to.equal(null);
    }
  });

  it('begins another attempt after half a minute of silence', async () => {
    const lines = [
      'Sep 20 04:10:00 pc openconnect: Server certificate verify failed: certificate expired',
      'Sep 20 04:10:29 pc openconnect: SSL connection failure: Error in the certificate.',
      'Sep 20 04:11:30 pc openconnect: Server certificate verify failed: certificate expired',
    ];
    const { episodes } = await read(lines.join('\n'));
    expect(episodes.map(({ firstLine, lastLine }) => [firstLine, lastLine])).to.deep.equal([
      [1, 2],
      [3, 3],
    ]);
  });
});
