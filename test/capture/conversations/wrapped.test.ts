import { expect } from 'chai';
import { webIdentity } from '../../../captures/make/pki.ts';
import { destinationUnreachable, ipProtocol } from '../../../lib/capture/index.ts';
import { analyzeCapture } from '../../../lib/captures.ts';
import { buildHello, encodeHello } from '../../../lib/hello/index.ts';
import { concat, encodeRecord, tlsVersion } from '../../../lib/wire/index.ts';
import { Talk, Trace, UdpTalk } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { dtls12Exchange } from '../../support/capture/tls/dtls12.ts';

const now = new Date('2026-03-05T00:00:00Z');
const name = 'vpn.example.com';
const hello = buildHello({ versions: [tlsVersion['TLSv1.2']], sni: name, random: bytesFrom(9) });
const record = encodeRecord(22, 0x0301, encodeHello(hello));
const utf8 = new TextEncoder();

describe('captures: TLS behind something else', () => {
  it('finds DTLS behind the preamble of CAPWAP', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace, { server: { port: 5246 } });
    const { datagrams } = dtls12Exchange({ hello, seed: 10, server: webIdentity([name]), size: 600 });
    for (const { from, bytes } of datagrams) talk.send(from, concat(Uint8Array.of(1, 0, 0, 0), bytes));
    const [conversation] = (await analyzeCapture(trace.toPcapng(), { now })).conversations;
    expect(conversation).to.deep.include({ protocol: 'dtls', outcome: 'completed' });
    expect(conversation?.clientHello?.sni).to.equal(name);
    expect(conversation?.certificates.server).to.have.length(2);
  });

  it('lists twenty ICMP errors about a DTLS conversation, and counts the others', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    const [first] = dtls12Exchange({ hello, seed: 11, server: webIdentity([name]), size: 600 }).datagrams;
    const bytes = first?.bytes ?? new Uint8Array();
    talk.send('client', bytes);
    const error = destinationUnreachable(talk.packet('client', bytes), 3);
    for (let i = 0; i < 25; i++)
      trace.add(talk.pair.frame('server', talk.pair.packet('server', ipProtocol.icmp, error)));
    const { conversations, counters } = await analyzeCapture(trace.toPcapng(), { now });
    expect(conversations[0]?.loss.icmp).to.have.length(20);
    expect(counters.dropped).to.deep.equal({ 'icmp-not-listed': 5 });
  });

  const headers: Readonly<Record<string, Uint8Array>> = {
    'version 1': utf8.encode('PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n'),
    'version 2': Uint8Array.of(
      0x0d,
      0x0a,
      0x0d,
      0x0a,
      0,
      0x0d,
      0x0a,
      0x51,
      0x55,
      0x49,
      0x54,
      0x0a,
      0x21,
      0x11,
      0,
      4,
      1,
      2,
      3,
      4,
    ),
  };
  for (const [version, header] of Object.entries(headers)) {
    for (const together of [true, false]) {
      it(`finds a hello behind a PROXY header of ${version}, ${together ? 'in the same segment' : 'in the next segment'}`, async () => {
        const trace = new Trace();
        const talk = new Talk(trace).connect();
        for (const bytes of together ? [concat(header, record)] : [header, record]) talk.send('client', bytes);
        const [conversation] = (await analyzeCapture(trace.toPcapng(), { now })).conversations;
        expect(conversation?.clientHello?.sni).to.equal(name);
      });
    }
  }

  it('puts segments in order that come before TLS begins', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', utf8.encode('CONNECT vpn.example.com:443 HTTP/1.1\r\n\r\n'));
    talk.send('server', utf8.encode('HTTP/1.1 200 OK\r\n\r\n'));
    talk.send('client', record, { size: 60, order: [0, 2, 1, 3] });
    const [conversation] = (await analyzeCapture(trace.toPcapng(), { now })).conversations;
    expect(conversation?.clientHello?.sni).to.equal(name);
  });

  it('counts the segments of a hello that comes byte by byte', async () => {
    const trace = new Trace();
    new Talk(trace).connect().send('client', record, { size: 1 });
    const [conversation] = (await analyzeCapture(trace.toPcapng(), { now })).conversations;
    // The header of the record is no part of the hello.
    expect(conversation?.clientHello?.segments).to.equal(record.length - 5);
  });
});
