/** A client that is not answered in TLS: what its alert says is no cause. */

import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import { alertDescription } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord, helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';

/** What a browser says of a line of text where a record should be: the length of the "record" is that of two letters. */
const complaint = alertRecord(alertDescription.record_overflow);

/** Ends and findings of a capture in which that answers a hello, and the client complains. */
async function found(answer: Uint8Array): Promise<unknown[]> {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  talk.send('client', helloRecord(tls12Hello(1, 'vpn.example.com')));
  talk.send('server', answer);
  talk.send('client', complaint);
  talk.close('client');
  const { conversations, findings } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
  return [...conversations.map(({ evidence }) => evidence.end), ...findings.map(({ id }) => id)];
}

describe('capture of a client that complains of its answer', () => {
  it('names what another protocol answered as the cause, not the alert that says so', async () => {
    const answer = new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    expect(await found(answer)).to.deep.equal(['not-tls', 'handshake.not-tls']);
  });

  it('keeps an alert of the server, which is an answer', async () => {
    expect((await found(alertRecord(alertDescription.handshake_failure)))[0]).to.equal('alert');
  });
});
