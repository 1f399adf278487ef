/** Servers that speak before the hello: of another protocol, to a client that takes them for TLS. */

import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';

const greeting = 'SSH-2.0-OpenSSH_9.6\r\n';
const text = new TextEncoder();
const hello = helloRecord(tls12Hello(1, 'vpn.example.com'));

/** The one finding: its id, its evidence, and what to do first; and what the evidence has of the greeting. */
async function found(says: (talk: Talk) => void): Promise<unknown[]> {
  const trace = new Trace();
  says(new Talk(trace).connect());
  const { findings, conversations } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
  const [finding] = findings;
  return [
    findings.map(({ id }) => id).join(),
    finding?.evidence[0]?.text.includes(`${greeting.length} bytes before the hello`),
    finding?.remedies[0]?.id,
    conversations[0]?.evidence.greeted,
  ];
}

describe('capture: a server that speaks before the hello', () => {
  it('has not answered it with what it said before: the port is the first to be checked', async () => {
    const told = ['check-port', greeting.length] as const;
    const closed = await found((talk) => {
      talk.send('server', text.encode(greeting));
      talk.send('client', hello);
      talk.close('server');
    });
    expect(closed).to.deep.equal(['handshake.closed', true, ...told]);
    const silent = await found((talk) => {
      talk.send('server', text.encode(greeting));
      talk.send('client', hello);
      talk.trace.wait(15_000);
      talk.close('client');
    });
    expect(silent).to.deep.equal(['handshake.silent', true, ...told]);
  });

  it('is one of another protocol where it answers in that', async () => {
    const told = await found((talk) => {
      talk.send('server', text.encode(greeting));
      talk.send('client', hello);
      talk.send('server', text.encode('Invalid SSH identification string.\r\n'));
      talk.close('server');
    });
    expect(told).to.deep.equal(['handshake.not-tls', false, 'check-port', undefined]);
  });

  it('is one with STARTTLS where the client has spoken, too', async () => {
    const [id, , remedy, greeted] = await found((talk) => {
      talk.send('server', text.encode('220 mail.example.com ESMTP\r\n'));
      talk.send('client', text.encode('STARTTLS\r\n'));
      talk.send('server', text.encode('220 ready\r\n'));
      talk.send('client', hello);
      talk.close('server');
    });
    expect([id, remedy, greeted]).to.deep.equal(['handshake.closed', 'read-server-log', undefined]);
  });
});
