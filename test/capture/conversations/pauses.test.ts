/** Captures with days or years in which nothing was captured: nobody waited then. */

import { expect } from 'chai';
import { Pauses } from '../../../lib/capture/conversations/pauses.ts';
import { analyzeCapture } from '../../../lib/captures.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';

const day = 24 * 3600_000;

/** A hello and a SYN that nobody answers, and another connection so many milliseconds later. */
async function found(pause: number, ...more: readonly number[]): Promise<unknown> {
  const trace = new Trace();
  const talk = new Talk(trace, { client: { port: 50_000 } }).connect();
  talk.send('client', helloRecord(tls12Hello(1, 'vpn.example.com')));
  new Talk(trace, { client: { port: 50_001 }, server: { address: '198.51.100.99' } }).syn();
  for (const [i, wait] of [pause, ...more].entries()) {
    trace.wait(wait);
    new Talk(trace, { client: { port: 50_002 + i }, server: { port: 80 } }).connect();
  }
  const { conversations, failedConnections } = await analyzeCapture(trace.toPcap(), {
    now: new Date('2026-03-05T00:00:00Z'),
  });
  return [conversations[0]?.evidence.end ?? null, failedConnections.map(({ kind }) => kind)];
}

describe('capture pauses', () => {
  it('are no silence of a server, and no wait for the answer to a SYN', async () => {
    expect(await found(3 * 365 * day)).to.deep.equal([null, []]);
    expect(await found(day + 1000)).to.deep.equal([null, []]);
    // Where the capture went on long enough before, it shows the silence.
    expect(await found(20_000)).to.deep.equal(['silent', ['unanswered']]);
    expect(await found(20_000, 400 * day)).to.deep.equal(['silent', ['unanswered']]);
    expect(await found(day - 1000)).to.deep.equal(['silent', ['unanswered']]);
  });

  it('are none where one packet has a wrong time', () => {
    const pauses = new Pauses();
    for (const time of [0, 10, 900 * day, 20, 30]) pauses.packet({ time });
    expect(pauses.watched(5, 30)).to.equal(25);
    expect(pauses.watched(5, 901 * day)).to.equal(5);
  });

  it('count from the first one after the time in question', () => {
    const pauses = new Pauses();
    for (const time of [0, 10, 2 * day, 2 * day + 50, 9 * day]) pauses.packet({ time });
    expect(pauses.watched(4, 9 * day)).to.equal(6);
    expect(pauses.watched(2 * day, 9 * day)).to.equal(50);
    expect(pauses.watched(9 * day, 9 * day + 7)).to.equal(7);
  });

  it('take no more memory than a thousand of them', () => {
    const pauses = new Pauses();
    for (let i = 0; i < 5_000; i++) pauses.packet({ time: i * 2 * day });
    expect(pauses.watched(0, 10_000 * day)).to.equal(0);
    expect(pauses.watched(4_000 * day, 4_000 * day + 1)).to.equal(1);
  });
});
