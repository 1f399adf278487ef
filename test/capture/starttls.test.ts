import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import { alertDescription } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord, helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';

const text = (line: string): Uint8Array => new TextEncoder().encode(`${line}\r\n`);

describe('capture of TLS behind STARTTLS', () => {
  it('sees an answer that is an alert, though the server spoke something else before', async () => {
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 25 } }).connect();
    talk.send('server', text('220 mail.example.com ESMTP'));
    talk.send('client', text('STARTTLS'));
    talk.send('server', text('220 2.0.0 Ready to start TLS'));
    talk.send('client', helloRecord(tls12Hello(1, 'mail.example.com')));
    talk.send('server', alertRecord(alertDescription.handshake_failure));
    talk.close('server');
    for (const format of [trace.toPcap(), trace.toPcapng()]) {
      const { conversations } = await analyzeCapture(format, { now: new Date('2026-03-05T00:00:00Z') });
      expect(conversations.map(({ outcome, alerts }) => [outcome, alerts.map(({ name }) => name)])).to.deep.equal([
        ['alert', ['handshake_failure']],
      ]);
    }
  });

  it('sees the answer also behind bytes that the capture lacks', async () => {
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 25 } }).connect();
    // So much that segments need not be in order any more.
    talk.send('server', text('220 '.repeat(6_000)), { unseen: [14] });
    talk.send('client', helloRecord(tls12Hello(1, 'mail.example.com')));
    talk.send('server', alertRecord(alertDescription.handshake_failure));
    talk.close('server');
    const { conversations } = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
    expect(conversations.map(({ outcome, evidence }) => [outcome, evidence.completeness])).to.deep.equal([
      ['alert', 'full'],
    ]);
  });
});
