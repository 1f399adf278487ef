/** TLS in TDS, the protocol of Microsoft SQL Server: the handshake in its packets, records alone behind it. */

import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { looksLikeTds } from '../../lib/capture/carriers/tds.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import type { CaptureReport } from '../../lib/evidence/index.ts';
import { alertDescription, concat, contentType } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { preLogin, tdsPackets, tdsType } from '../support/capture/tds.ts';
import { alertRecord, helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello, tls13Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';
import { tls13Streams } from '../support/capture/tls/tls13.ts';

const name = 'sql.example.com';
const hello = tls12Hello(7, name);
const options = { hello, seed: 8, server: webIdentity([name]) };
const text = new TextEncoder();
const now = new Date('2026-03-05T00:00:00Z');
const inPackets = (bytes: Uint8Array, size?: number): Uint8Array => tdsPackets(tdsType.preLogin, bytes, size);
const refused = alertRecord(alertDescription.handshake_failure);
/** What SQL Server says in clear to a login: tokens of an error and of the end. */
const errorReply = tdsPackets(tdsType.reply, Uint8Array.of(0xaa, 4, 0, 0x14, 0x48, 0, 0, 0xfd, 2, 0, 0, 0, 0, 0));

async function reportOf(play: (talk: Talk) => void, port = 1433): Promise<CaptureReport> {
  const trace = new Trace();
  play(new Talk(trace, { server: { port } }));
  return await analyzeCapture(trace.toPcapng(), { now });
}

/** Who may encrypt is agreed on. */
function agree(talk: Talk, size?: number): Talk {
  talk.connect();
  const how = size === undefined ? {} : { size };
  talk.send('client', preLogin(tdsType.preLogin, 1), how);
  talk.send('server', preLogin(tdsType.reply, 1), how);
  return talk;
}

/** A whole connection; `packet` and `segment` are the most bytes that TDS and TCP put together. */
function play(talk: Talk, packet = 4_096, segment?: number): void {
  const how = segment === undefined ? {} : { size: segment };
  const streams = tls12Streams(tls12Handshake(options));
  agree(talk, segment);
  talk.send('client', inPackets(helloRecord(hello), packet), how);
  talk.send('server', inPackets(streams.server, packet), how);
  talk.send('client', inPackets(streams.client, packet), how);
  talk.send('server', inPackets(streams.serverEnd, packet), how);
  const data = (side: 'client' | 'server'): Uint8Array =>
    streams.seal(side, contentType.application_data, text.encode('login'));
  talk.send('client', data('client'), how);
  talk.send('server', data('server'), how);
  talk.close('client');
}

const summary = ({ conversations }: CaptureReport): unknown[] =>
  conversations.map(({ outcome, clientHello, serverHello, certificates, server }) => [
    outcome,
    clientHello?.sni,
    serverHello?.version,
    certificates.server?.length,
    server.port,
  ]);
/** But for the root of the tests, which nobody trusts. */
const found = ({ findings }: CaptureReport): string[] =>
  findings.map(({ id }) => id).filter((id) => id !== 'cert.untrusted-root' && id !== 'cert.chain-incomplete');
const whole = [['completed', name, 'TLSv1.2', 2, 1433]];

describe('capture: TLS in TDS', () => {
  it('is read: hello, certificates, and how it ended', async () => {
    const report = await reportOf((talk) => play(talk));
    expect(summary(report)).to.deep.equal(whole);
    expect(found(report)).to.deep.equal([]);
    expect(report.counters.dropped).to.deep.equal({});
  });

  for (const [packet, segment] of [
    [4_096, 1],
    [4_096, 7],
    [512, 1_448],
    [512, 100],
    [21, 1_448],
    [19, 10],
  ] as const) {
    it(`is read in packets of ${packet} bytes, in segments of ${segment}`, async () => {
      expect(summary(await reportOf((talk) => play(talk, packet, segment)))).to.deep.equal(whole);
    });
  }

  it('is the same hello as without TDS', async () => {
    const plain = await reportOf((talk) => talk.connect().send('client', helloRecord(hello)));
    const packed = await reportOf((talk) => agree(talk).send('client', inPackets(helloRecord(hello))));
    expect(packed.conversations[0]?.clientHello).to.deep.include({
      ja3: plain.conversations[0]?.clientHello?.ja3,
      ja4: plain.conversations[0]?.clientHello?.ja4,
      segments: 1,
    });
  });

  it('is read where TLS is for the login alone, and the answer to that in clear', async () => {
    const report = await reportOf((talk) => {
      const streams = tls12Streams(tls12Handshake(options));
      agree(talk);
      talk.send('client', inPackets(helloRecord(hello)));
      talk.send('server', inPackets(streams.server));
      talk.send('client', inPackets(streams.client));
      talk.send('server', inPackets(streams.serverEnd));
      talk.send('client', streams.seal('client', contentType.application_data, text.encode('login')));
      talk.send('server', errorReply);
      talk.close('client');
    });
    expect(summary(report)).to.deep.equal(whole);
    expect(found(report)).to.deep.equal([]);
  });

  it('is read in TLS 1.3, whose server goes on in either form', async () => {
    for (const pack of [inPackets, (bytes: Uint8Array): Uint8Array => bytes]) {
      const seed = bytesFrom(9)(32);
      const hello13 = tls13Hello(7, name, seed);
      const streams = tls13Streams({ hello: hello13, seed: 8, server: options.server, clientSeed: seed });
      const report = await reportOf((talk) => {
        agree(talk).send('client', inPackets(helloRecord(hello13)));
        talk.send('server', inPackets(streams.server));
        talk.send('client', inPackets(streams.client));
        talk.send('client', streams.seal('client', contentType.application_data, text.encode('login')));
        talk.send('server', pack(streams.seal('server', contentType.handshake, new Uint8Array(60))));
        talk.send('server', streams.seal('server', contentType.application_data, text.encode('reply')));
        talk.close('client');
      });
      expect(report.conversations.map(({ outcome, serverHello }) => [outcome, serverHello?.version])).to.deep.equal([
        ['completed', 'TLSv1.3'],
      ]);
    }
  });

  it('may come in replies, as some servers send it', async () => {
    const report = await reportOf((talk) => {
      agree(talk).send('client', inPackets(helloRecord(hello)));
      talk.send('server', tdsPackets(tdsType.reply, refused));
      talk.close('server');
    });
    expect(report.conversations.map(({ outcome, alerts }) => [outcome, alerts[0]?.name])).to.deep.equal([
      ['alert', 'handshake_failure'],
    ]);
  });

  it('ends as other handshakes do: with an alert, RST, silence, or an answer that is none', async () => {
    const ends: ((talk: Talk) => void)[] = [
      (talk) => talk.send('server', inPackets(refused)) && talk.close('server'),
      (talk) => talk.reset('server'),
      (talk) => talk.close('server'),
      (talk) => {
        talk.trace.wait(20_000);
        talk.close('client');
      },
      (talk) => talk.send('server', errorReply) && talk.close('server'),
    ];
    const seen: unknown[] = [];
    for (const end of ends) {
      const report = await reportOf((talk) => {
        agree(talk).send('client', inPackets(helloRecord(hello)));
        end(talk);
      });
      seen.push([report.conversations[0]?.evidence.end, ...report.findings.map(({ id }) => id)]);
    }
    expect(seen).to.deep.equal([
      ['alert', 'handshake.alert'],
      ['reset', 'handshake.reset'],
      ['closed', 'handshake.closed'],
      ['closed', 'handshake.silent'],
      ['not-tls', 'handshake.not-tls'],
    ]);
  });

  it('is none where the server does not have it, or the client does not want it', async () => {
    for (const [asked, answered] of [
      [0, 2],
      [2, 2],
      [1, 2],
    ] as const) {
      const report = await reportOf((talk) => {
        talk.connect().send('client', preLogin(tdsType.preLogin, asked));
        talk.send('server', preLogin(tdsType.reply, answered));
        if (asked !== 1) {
          talk.send('client', tdsPackets(tdsType.login7, new Uint8Array(200)));
          talk.send('server', errorReply);
        }
        talk.close('client');
      });
      expect([report.conversations, found(report), report.verdict]).to.deep.equal([[], [], 'inconclusive']);
    }
  });

  it('is found where the capture begins late, or lacks the beginning', async () => {
    const streams = tls12Streams(tls12Handshake(options));
    const late = await reportOf((talk) => {
      talk.send('client', inPackets(helloRecord(hello)));
      talk.send('server', inPackets(streams.server));
    });
    expect(late.conversations[0]?.clientHello?.sni).to.equal(name);
    expect(late.conversations[0]?.certificates.server).to.have.length(2);
    const lacking = await reportOf((talk) => {
      talk.connect().send('client', preLogin(tdsType.preLogin, 1), { unseen: [0] });
      talk.send('server', preLogin(tdsType.reply, 1));
      talk.send('client', inPackets(helloRecord(hello)));
      talk.send('server', inPackets(streams.server));
    });
    expect(lacking.conversations[0]?.clientHello?.sni).to.equal(name);
    expect(lacking.conversations[0]?.certificates.server).to.have.length(2);
  });

  it('is told without the hello that the capture lacks, or without a side', async () => {
    const streams = tls12Streams(tls12Handshake(options));
    const report = await reportOf((talk) => {
      agree(talk).send('client', inPackets(helloRecord(hello)), { unseen: [0] });
      talk.send('server', inPackets(streams.server));
      talk.send('client', inPackets(streams.client));
    });
    expect(report.conversations[0]?.clientHello).to.equal(null);
    expect(report.conversations[0]?.certificates.server).to.have.length(2);
    expect(found(report)).to.deep.equal([]);
  });

  it('is read past bytes that the capture lacks within a packet', async () => {
    const streams = tls12Streams(tls12Handshake(options));
    const report = await reportOf((talk) => {
      agree(talk).send('client', inPackets(helloRecord(hello)));
      talk.send('server', inPackets(streams.server), { size: 400, unseen: [1] });
      talk.send('client', inPackets(streams.client));
      talk.send('server', inPackets(streams.serverEnd));
      talk.close('client');
    });
    expect(report.conversations[0]).to.deep.include({ outcome: 'completed' });
    expect(report.conversations[0]?.certificateAbsence.server).to.equal('truncated');
    expect(found(report)).to.deep.equal([]);
  });

  it('is not what SOCKS 4 asks for, though it begins alike', async () => {
    const request = Uint8Array.of(4, 1, 1, 0xbb, 192, 0, 2, 0, 0);
    const report = await reportOf((talk) => {
      talk.connect().send('client', request);
      talk.send('server', Uint8Array.of(0, 90, 0, 0, 0, 0, 0, 0));
      talk.send('client', helloRecord(hello));
      talk.send('server', refused);
    }, 1080);
    expect(report.conversations.map(({ outcome, clientHello }) => [outcome, clientHello?.sni])).to.deep.equal([
      ['alert', name],
    ]);
  });

  it('begins with what nothing else does', () => {
    const first = preLogin(tdsType.preLogin, 1);
    expect(looksLikeTds(concat(Uint8Array.of(9), first), 1, 1 + first.length)).to.equal(2);
    for (let end = 1; end < 11; end++) expect(looksLikeTds(first, 0, end), String(end)).to.equal(1);
    for (const [place, byte] of [
      [0, 0x10],
      [1, 2],
      [3, 10],
      [7, 1],
      [8, 0x17],
      [9, 1],
      [10, 12],
    ] as const)
      expect(looksLikeTds(first.with(place, byte), 0, first.length), String(place)).to.equal(0);
    // SOCKS 4, to an address that ends with 0.
    const socks4 = Uint8Array.of(4, 1, 1, 0xbb, 192, 0, 2, 0, 0x75, 0x73, 0);
    expect(looksLikeTds(socks4, 0, socks4.length)).to.equal(0);
  });
});
