import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { alertDescription, concat } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord, helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';

const hello = tls12Hello(1, 'mail.example.com');

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

  for (const together of [true, false]) {
    it(`finds the answer behind the end of a reply that comes after the hello, ${together ? 'in its segment' : 'before it'}`, async () => {
      const { server } = tls12Streams(tls12Handshake({ hello, seed: 2, server: webIdentity(['mail.example.com']) }));
      const ready = text('220 2.0.0 Ready to start TLS');
      const trace = new Trace();
      const talk = new Talk(trace, { server: { port: 25 } }).connect();
      talk.send('server', text('220 mail.example.com ESMTP'));
      talk.send('client', text('STARTTLS'));
      talk.send('client', helloRecord(hello));
      for (const bytes of together ? [concat(ready, server)] : [ready, server]) talk.send('server', bytes);
      talk.close('client');
      const { conversations, findings } = await analyzeCapture(trace.toPcapng(), {
        now: new Date('2026-03-05T00:00:00Z'),
      });
      expect(
        conversations.map(({ certificates, evidence }) => [certificates.server?.length, evidence.end]),
      ).to.deep.equal([[2, 'closed']]);
      expect(findings.map(({ id }) => id)).not.to.include('handshake.not-tls');
    });
  }

  it('is read in captures of interfaces with different clocks, where the client goes on before the server seems to have answered', async () => {
    const streams = tls12Streams(tls12Handshake({ hello, seed: 2, server: webIdentity(['mail.example.com']) }));
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 25 } }).connect();
    const steps = [
      ['server', text('220 mail.example.com ESMTP')],
      ['client', text('STARTTLS')],
      ['server', text('220 2.0.0 Ready to start TLS')],
      ['client', helloRecord(hello)],
      ['server', streams.server],
      ['client', streams.client],
      ['server', streams.serverEnd],
    ] as const;
    for (const [from, bytes] of steps) {
      trace.wait(10);
      talk.send(from, bytes);
    }
    talk.close('client');
    const [addressFrom, addressTo] = [26, 30];
    const sourceOf = ({ bytes }: { readonly bytes: Uint8Array }) => bytes.subarray(addressFrom, addressTo).join('.');
    const [syn] = trace.packets;
    for (const ahead of [5, 11, 15, 25, 35, 100]) {
      const skewed = new Trace();
      const packets = trace.packets.map((packet) => ({
        ...packet,
        time: packet.time - (syn !== undefined && sourceOf(packet) === sourceOf(syn) ? ahead : 0),
      }));
      for (const { time, bytes } of packets.sort((a, b) => a.time - b.time)) skewed.at(time).add(bytes);
      const { conversations, findings } = await analyzeCapture(skewed.toPcapng(), {
        now: new Date('2026-03-05T00:00:00Z'),
      });
      expect(
        [conversations.map(({ outcome }) => outcome), findings.map(({ pattern }) => pattern)],
        `${ahead} ms`,
      ).to.deep.equal([
        ['completed'],
        // Of certificates alone.
        [1, 1],
      ]);
    }
  });

  it('finds the answer behind the one byte with which PostgreSQL agrees, where that is the first of the server', async () => {
    const { server } = tls12Streams(tls12Handshake({ hello, seed: 2, server: webIdentity(['mail.example.com']) }));
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 5432 } }).connect();
    talk.send('client', Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f));
    talk.send('client', helloRecord(hello));
    talk.send('server', concat(Uint8Array.of(0x53), server));
    talk.close('client');
    const { conversations } = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
    expect(conversations.map(({ certificates }) => certificates.server?.length)).to.deep.equal([2]);
  });

  it('knows a server that refuses, and a client that says hello all the same', async () => {
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 25 } }).connect();
    talk.send('server', text('220 mail.example.com ESMTP'));
    talk.send('client', text('STARTTLS'));
    talk.send('server', text('454 4.7.0 TLS not available'));
    talk.send('client', helloRecord(hello));
    talk.send('server', text('500 5.5.1 Command unrecognized'));
    talk.send('client', text('QUIT'));
    talk.close('server');
    const { findings } = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
    expect(findings.map(({ id }) => id)).to.deep.equal(['handshake.not-tls']);
  });
});
