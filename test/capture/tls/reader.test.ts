import { expect } from 'chai';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import {
  concat,
  contentType,
  encode,
  encodeRecord,
  fromHex,
  handshakeType,
  sslv2ClientHello,
} from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { alertRecord, changeCipherSpec } from '../../support/capture/tls/messages.ts';
import {
  client,
  content,
  contextWith,
  cut,
  feed,
  handshakeRecord,
  mutual,
  type Piece,
  server,
  tls12,
} from './streams.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const names = (list: TlsFacts['received']): string[] => list.map(({ message }) => message);
const [hello, serverFlight, clientFlight, serverEnd, clientData, serverData] = mutual as readonly [
  Piece, Piece, Piece, Piece, Piece, Piece,
]; // biome-ignore format: a tuple

describe('capture tls reader', () => {
  it('reads a mutual TLS 1.2 handshake: hellos, certificates of both sides, the request, every message with its packet', () => {
    const { facts, dropped, certificates } = feed(mutual);
    expect(dropped).to.deep.equal({});
    expect(certificates).to.equal(5);
    expect(facts.clientHellos).to.have.length(1);
    expect(facts.clientHellos[0]).to.include({ packet: 1, sni: 'host.example', version: 'TLSv1.2', segments: 1 });
    expect(facts.serverHellos).to.deep.equal([
      {
        packet: 2,
        version: 'TLSv1.2',
        cipherSuite: '0xc030',
        group: '0x001d',
        extensions: facts.serverHellos[0]?.extensions,
        alpn: null,
      },
    ]);
    expect(facts.certificates.server).to.have.length(server.certificates.length);
    expect(facts.certificates.client).to.have.length(client.certificates.length);
    expect(facts.certificateAbsence).to.deep.equal({ client: null, server: null });
    expect(facts.certificateRequest).to.deep.equal({ packet: 2, authorities: ['CN=Test CA'] });
    expect(facts.certificateVerify).to.deep.equal({ client: true, server: false });
    expect(names(facts.received)).to.deep.equal([
      'server-hello', 'certificate', 'server-key-exchange', 'certificate-request', 'server-hello-done', 'change-cipher-spec', 'application-data',
    ]); // biome-ignore format: a list
    expect(names(facts.clientMessages)).to.deep.equal([
      'client-hello', 'certificate', 'client-key-exchange', 'certificate-verify', 'change-cipher-spec', 'application-data',
    ]); // biome-ignore format: a list
    expect(facts.received[0]).to.deep.include({ at: '2024-01-02T03:04:05.678Z' });
    expect(facts.negotiated).to.deep.equal({ version: '0x0303', cipherSuite: '0xc030', group: '0x001d' });
    expect(facts.hello).to.deep.include({ sni: 'host.example', versions: ['0x0303'] });
    expect(facts).to.deep.include({
      complete: true,
      resumed: false,
      renegotiated: false,
      decrypted: false,
      malformed: null,
      notTls: null,
    });
    expect(facts).to.deep.include({
      lastPacket: { client: 3, server: 4 },
      encryptedHandshakes: { client: 1, server: 1 },
      applicationData: { client: 1, server: 1 },
      cut: { client: false, server: false },
      gap: { client: false, server: false },
      midStream: { client: false, server: false },
    });
  });

  it('shows the same facts wherever the stream is cut', () => {
    const context = contextWith();
    const whole = content(feed(mutual, context).facts);
    for (const size of [1, 2, 3, 5, 7, 64, 500, 1448]) {
      expect(content(feed(cut(mutual, size), context).facts), `pieces of ${size}`).to.deep.equal(whole);
    }
    for (const [index, [side, bytes]] of mutual.entries()) {
      for (let at = 1; at < bytes.length; at++) {
        const pieces: Piece[] = [
          ...mutual.slice(0, index),
          [side, bytes.subarray(0, at)],
          [side, bytes.subarray(at)],
          ...mutual.slice(index + 1),
        ];
        if (at < 90 || at % 23 === 0)
          expect(content(feed(pieces, context).facts), `${index} at ${at}`).to.deep.equal(whole);
      }
    }
  });

  it('shows the same facts however messages are laid out in records', () => {
    const whole = feed(mutual).facts;
    const messages = (bytes: Uint8Array): Uint8Array => {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = at + 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
        if (bytes[at] === contentType.handshake) parts.push(bytes.subarray(at + 5, end));
        at = end;
      }
      return concat(...parts);
    };
    const flight = messages(serverFlight[1]);
    for (const size of [1, 3, 100, 16_384]) {
      const records: Uint8Array[] = [];
      for (let at = 0; at < flight.length; at += size) {
        records.push(encodeRecord(22, 0x0303, flight.subarray(at, at + size)));
      }
      const { facts } = feed([hello, ['s', concat(...records)], clientFlight, serverEnd, clientData, serverData]);
      expect(content(facts), `records of ${size}`).to.deep.equal(content(whole));
    }
  });

  it('counts the segments that a ClientHello came in', () => {
    const { facts } = feed(cut([hello], 50));
    expect(facts.clientHellos[0]).to.include({
      segments: Math.ceil(hello[1].length / 50),
      packet: Math.ceil(hello[1].length / 50),
    });
  });

  it('never shows less when more of the stream comes', () => {
    const pieces = cut(mutual, 41);
    const reader = new TlsReader(contextWith());
    let before = reader.facts;
    for (const [side, bytes] of pieces) {
      reader.data(side === 'c' ? 0 : 1, bytes, 0, bytes.length);
      const { facts } = reader;
      for (const of of ['client', 'server'] as const) {
        expect(facts.certificates[of].length).to.be.at.least(before.certificates[of].length);
        expect(facts.messages[of]).to.be.at.least(before.messages[of]);
      }
      expect(facts.clientHellos.length).to.be.at.least(before.clientHellos.length);
      expect(facts.serverHellos.length).to.be.at.least(before.serverHellos.length);
      expect(Number(facts.complete)).to.be.at.least(Number(before.complete));
      before = facts;
    }
    expect(before.complete).to.equal(true);
  });

  it('wants a connection to its end, and nothing of a direction that is no TLS', () => {
    const reader = new TlsReader(contextWith());
    for (const [side, bytes] of mutual) {
      expect(reader.data(side === 'c' ? 0 : 1, bytes, 0, bytes.length)).to.equal(true);
    }
    expect(reader.handshakeOver).to.equal(true);
    const other = new TlsReader(contextWith());
    other.data(0, hello[1], 0, hello[1].length);
    const answer = text('HTTP/1.1 400 Bad Request\r\n');
    expect(other.data(1, answer, 0, answer.length)).to.equal(false);
    expect(other.data(0, hello[1], 0, hello[1].length)).to.equal(true);
  });

  it('says what a server speaks that does not answer in TLS, however its answer is cut', () => {
    for (const [answer, looksLike] of [
      ['HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n', 'http'],
      ['SSH-2.0-OpenSSH_9.6\r\n', 'ssh'],
      ['220 mail.example ESMTP\r\n', 'smtp'],
      ['what is this?\r\n', 'text'],
      ['\u0001\u0002\u0003', 'binary'],
    ] as const) {
      for (const size of [1, 4, 1000]) {
        const { facts } = feed([hello, ...cut([['s', text(answer)]], size)]);
        expect(facts.notTls, answer).to.deep.include({ from: 'server', looksLike });
        expect(facts.certificateAbsence).to.deep.equal({ client: 'not-tls', server: 'not-tls' });
      }
    }
    expect(feed([hello, ['s', text('220 mail')]]).facts.notTls).to.deep.include({ looksLike: 'smtp' });
  });

  it('reads a connection whose hello is in SSL 2.0 form and whose answer is TLS', () => {
    const record = encode(sslv2ClientHello, {
      version: 0x0301,
      cipherSpecs: [0x2f],
      sessionId: new Uint8Array(),
      challenge: new Uint8Array(16).fill(7),
    });
    for (const size of [1, 3, 1000]) {
      const { facts } = feed(cut([['c', record], serverFlight, clientFlight, serverEnd], size));
      expect(facts.clientHellos[0], `pieces of ${size}`).to.include({ version: 'SSLv2', length: record.length - 2 });
      expect(facts).to.deep.include({ complete: true, malformed: null });
      expect(facts.certificates.server).to.have.length(3);
    }
  });

  it('tells alerts in clear from those that are encrypted, and what kind of alert it is', () => {
    const refused = feed([hello, serverFlight, ['c', alertRecord(42)]]).facts;
    expect(refused.alerts).to.deep.equal([
      { from: 'client', level: 'fatal', code: 42, name: 'bad_certificate', packet: 3 },
    ]);
    const closing = encodeRecord(contentType.alert, 0x0303, new Uint8Array(26));
    const closed = feed([...mutual, ['c', closing]]).facts;
    expect(closed.alerts).to.deep.equal([{ from: 'client', level: 'encrypted', code: null, name: null, packet: 7 }]);
    expect(closed.complete).to.equal(true);
    const several = feed([hello, ['s', encodeRecord(contentType.alert, 0x0303, fromHex('017001000228'))]]).facts;
    expect(several.alerts.map(({ level, name }) => [level, name])).to.deep.equal([
      ['warning', 'unrecognized_name'],
      ['warning', 'close_notify'],
      ['fatal', 'handshake_failure'],
    ]);
  });

  it('knows a second handshake inside the encryption', () => {
    const sealed = encodeRecord(22, 0x0303, bytesFrom(5)(200));
    expect(feed(tls12()).facts).to.deep.include({
      renegotiated: false,
      certificateAbsence: { client: null, server: null },
    });
    const { facts } = feed([...tls12(), ['c', sealed], ['s', sealed]]);
    expect(facts).to.deep.include({ renegotiated: true, certificateAbsence: { client: 'renegotiated', server: null } });
    expect(facts.certificates.server).to.have.length(3);
  });

  it('takes both hellos and the change_cipher_spec between them for what they are, after a HelloRetryRequest', () => {
    const retry = handshakeRecord(
      handshakeType.server_hello,
      fromHex(
        `0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 00 1301 00 000c 002b00020304 003300020017`,
      ),
    );
    const answer = handshakeRecord(
      handshakeType.server_hello,
      fromHex(`0303 ${'22'.repeat(32)} 00 1301 00 000e 002b00020304 0033000400170000`),
    );
    const data = encodeRecord(23, 0x0303, new Uint8Array(100));
    const small = encodeRecord(23, 0x0303, new Uint8Array(53));
    const pieces: Piece[] = [
      hello,
      ['s', concat(retry, changeCipherSpec)],
      ['c', concat(changeCipherSpec, hello[1])],
      ['s', concat(answer, data, data)],
      ['c', small],
      ['s', data],
    ];
    for (const size of [1, 10_000]) {
      const { facts } = feed(cut(pieces, size));
      expect(facts.clientHellos).to.have.length(2);
      expect(facts.helloRetryRequest).to.deep.include({ cipherSuite: '0x1301', group: '0x0017' });
      expect(facts.serverHellos.map(({ version, group }) => [version, group])).to.deep.equal([['TLSv1.3', '0x0017']]);
      expect(names(facts.received).slice(0, 3)).to.deep.equal([
        'hello-retry-request',
        'change-cipher-spec',
        'server-hello',
      ]);
      expect(facts).to.deep.include({ complete: true, clientAnswered: true, renegotiated: false });
      expect(facts.certificateAbsence).to.deep.equal({ client: 'tls13-encrypted', server: 'tls13-encrypted' });
    }
    expect(feed(pieces.slice(0, -1)).facts).to.deep.include({ complete: false, clientAnswered: true });
    const refused: Piece = ['s', encodeRecord(23, 0x0303, new Uint8Array(19))];
    const { facts } = feed([...pieces.slice(0, -1), refused]);
    expect(facts.complete).to.equal(false);
    expect(facts.endsLikeAlert).to.deep.equal({ client: false, server: true });
  });

  it('starts in the middle of a session where a segment begins with a record', () => {
    const record = encodeRecord(23, 0x0303, bytesFrom(8)(300));
    const middle = record.subarray(100);
    const pieces: Piece[] = [
      ['c', middle],
      ['s', middle],
      ['c', record],
      ['s', record],
      ['c', record],
      ['s', record],
    ];
    const { facts } = feed(pieces);
    expect(facts).to.deep.include({
      midStream: { client: true, server: true },
      applicationData: { client: 2, server: 2 },
      complete: true,
      malformed: null,
      certificateAbsence: { client: 'truncated', server: 'truncated' },
    });
  });

  it('names the sides by what only one of them sends when no hello was captured', () => {
    const rest: Piece[] = [serverFlight, clientFlight, serverEnd];
    const withoutHello = feed([...rest]).facts;
    expect(withoutHello.certificates.server).to.have.length(3);
    expect(withoutHello.midStream).to.deep.equal({ client: true, server: false });
    const reader = new TlsReader(contextWith());
    reader.data(0, clientData[1], 0, clientData[1].length);
    expect(reader.client).to.equal(null);
    reader.client = 1;
    expect(reader.facts.applicationData).to.deep.equal({ client: 0, server: 1 });
  });

  it('keeps its place over missing bytes that lie within a record, and gives up a direction where they do not', () => {
    const big = encodeRecord(23, 0x0303, new Uint8Array(10_000));
    const context = contextWith();
    const reader = new TlsReader(context);
    for (const [side, bytes] of mutual) reader.data(side === 'c' ? 0 : 1, bytes, 0, bytes.length);
    reader.data(1, big, 0, 1000);
    expect(reader.hole(1, 5000)).to.equal(true);
    reader.data(1, big, 6000, big.length);
    reader.data(1, big, 0, big.length);
    expect(reader.facts.applicationData.server).to.equal(3);
    expect(reader.facts.gap.server).to.equal(false);
    expect(reader.hole(1, 1)).to.equal(false);
    expect(reader.data(1, big, 0, big.length)).to.equal(false);
    expect(reader.facts).to.deep.include({ gap: { client: false, server: true }, complete: true });
  });

  it('tells alerts in clear behind missing bytes with which it lost its place, but nothing else', () => {
    const lost = (...pieces: readonly Uint8Array[]): TlsFacts => {
      const reader = new TlsReader(contextWith());
      reader.data(0, hello[1], 0, hello[1].length);
      reader.data(1, serverFlight[1], 0, 600);
      expect(reader.hole(1, serverFlight[1].length)).to.equal(true);
      for (const bytes of pieces) reader.data(1, bytes, 0, bytes.length);
      return reader.facts;
    };
    const { alerts, gap } = lost(bytesFrom(1)(300), alertRecord(51), serverEnd[1]);
    expect(alerts.map(({ from, name }) => `${from} ${name}`)).to.deep.equal(['server decrypt_error']);
    expect(gap.server).to.equal(true);
    const none = lost(serverFlight[1], encodeRecord(21, 0x0303, new Uint8Array(32)), alertRecord(51).subarray(0, 6));
    expect(none.alerts).to.deep.equal([]);
    expect(none.received).to.deep.equal(lost().received);
    // Of a stream that goes on, not for ever.
    expect(lost(...Array.from({ length: 65 }, () => text('x')), alertRecord(51)).alerts).to.deep.equal([]);
  });

  it('reads on after a message with missing bytes, and says that it was not read', () => {
    const reader = new TlsReader(contextWith());
    reader.data(0, hello[1], 0, hello[1].length);
    reader.data(1, serverFlight[1], 0, 600);
    expect(reader.hole(1, 200)).to.equal(true);
    reader.data(1, serverFlight[1], 800, serverFlight[1].length);
    const { facts } = reader;
    expect(names(facts.received)).to.deep.equal([
      'server-hello',
      'server-key-exchange',
      'certificate-request',
      'server-hello-done',
    ]);
    expect(facts.certificates.server).to.deep.equal([]);
    expect(facts.certificateAbsence.server).to.equal('truncated');
    expect(facts.gap.server).to.equal(true);
  });

  it('says where a direction ends within a record', () => {
    const { facts } = feed([hello, ['s', serverFlight[1].subarray(0, 700)]]);
    expect(facts.cut).to.deep.equal({ client: false, server: true });
    expect(facts.certificateAbsence.server).to.equal('truncated');
  });

  it('stops a direction that breaks the protocol, and keeps what came before', () => {
    const garbage = concat(serverFlight[1], text('HTTP/1.1 200 OK\r\n'));
    const { facts } = feed([hello, ['s', garbage], clientFlight]);
    expect(facts.malformed).to.deep.include({ from: 'server' });
    expect(facts.malformed?.detail).to.match(/^What follows record 5 is no TLS record: it begins with 0x485454\.$/);
    expect(facts.certificates.server).to.have.length(3);
    const broken = handshakeRecord(handshakeType.certificate, fromHex('000009 000004 aabbccdd 0000'));
    const bad = feed([hello, ['s', broken]]).facts;
    expect(bad.malformed?.detail).to.equal(
      'The Certificate message cannot be read: the length of certificate 2 does not fit the list.',
    );
    expect(bad.certificates.server).to.have.length(1);
    const hellos = feed([['c', handshakeRecord(handshakeType.client_hello, new Uint8Array(60))]]).facts;
    expect(hellos.clientHellos).to.deep.equal([]);
    expect(hellos.malformed?.detail).to.match(/^The ClientHello cannot be read: .*\.$/);
  });

  it('does not take a connection that leaves TLS after the handshake for broken', () => {
    const { facts, dropped } = feed([...mutual, ['c', text('QUIT\r\n')]]);
    expect(facts).to.deep.include({ complete: true, malformed: null });
    expect(dropped).to.deep.equal({ 'no-tls-after-handshake': 1 });
  });

  it('survives 5,000 damaged streams, with facts that are still plain data', function () {
    this.timeout(20_000);
    const pieces = cut(mutual, 700);
    const random = bytesFrom(77);
    const context = contextWith();
    for (let run = 0; run < 5000; run++) {
      const damaged = pieces.map(([side, bytes]): Piece => [side, bytes.slice()]);
      const [choices] = [random(12)];
      for (let i = 0; i + 2 < choices.length; i += 3) {
        const [, bytes] = damaged[(choices[i] as number) % damaged.length] as Piece;
        const at = ((choices[i + 1] as number) * 7) % bytes.length;
        bytes[run % 3 === 0 ? Math.min(at, 12) % bytes.length : at] = choices[i + 2] as number;
      }
      if (run % 5 === 0) damaged.splice((choices[0] as number) % damaged.length, 1);
      const { facts } = feed(damaged, context);
      expect(JSON.stringify(facts)).not.to.match(/NaN|undefined/);
      expect(facts.received.length).to.be.at.most(64);
    }
  });
});
