import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import {
  type AeadSuite,
  aeadSuite,
  KeyLog,
  nextTrafficSecret,
  sealerTls12,
  sealerTls13,
} from '../../../lib/session/index.ts';
import { nodeAead } from '../../../lib/session/node.ts';
import {
  certificateTls13,
  compressedCertificate,
  concat,
  encode,
  fromHex,
  handshakeType,
  tlsRecord,
} from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { ed25519Key } from '../../support/capture/tls/keys.ts';
import { alertBody, helloRecord, type Identity, message } from '../../support/capture/tls/messages.ts';
import { tls12Hello, tls13Hello } from '../../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { tls13Streams } from '../../support/capture/tls/tls13.ts';
import { client, content, contextWith, cut, type Fed, feed, type Piece, server } from './streams.ts';

const seed = new Uint8Array(32).fill(5);
const hello = tls13Hello(6, 'host.example', seed);
const certified = (number: number, count: number): Identity => {
  const random = bytesFrom(number);
  return {
    certificates: Array.from({ length: count }, () => random(600)),
    privateKey: ed25519Key(new Uint8Array(32).fill(number)).privateKey,
  };
};
const streams = tls13Streams({
  hello,
  clientSeed: seed,
  seed: 7,
  server: certified(8, 3),
  client: certified(9, 2),
  alpn: 'h2',
});
const data = (from: 'client' | 'server', bytes: Uint8Array, type = 23): Uint8Array => streams.seal(from, type, bytes);
const session: Piece[] = [
  ['c', helloRecord(hello)],
  ['s', streams.server],
  ['c', streams.client],
  ['s', data('server', message(handshakeType.new_session_ticket, new Uint8Array(60)), 22)],
  ['c', data('client', new Uint8Array(300))],
  ['s', data('server', new Uint8Array(300))],
  ['c', data('client', alertBody(1, 0), 21)],
];

function logged(...lines: readonly string[]): KeyLog {
  const log = new KeyLog();
  for (const line of lines) log.add(line);
  return log;
}

const opened = (pieces: readonly Piece[], log: KeyLog): Fed => feed(pieces, contextWith({}, log));
const names = (list: TlsFacts['received']): string[] => list.map(({ message: name }) => name);

describe('capture tls opening', () => {
  it('reads what TLS 1.3 encrypts when the secrets are known: certificates of both sides, ALPN, tickets, alerts', () => {
    const { facts } = opened(session, logged(streams.keyLog));
    expect(facts).to.deep.include({
      decrypted: true,
      complete: true,
      certificateAbsence: { client: null, server: null },
    });
    expect(facts.certificates.server).to.have.length(3);
    expect(facts.certificates.client).to.have.length(2);
    expect(facts.serverHellos[0]).to.include({ alpn: 'h2', version: 'TLSv1.3' });
    expect(facts.certificateRequest).to.deep.include({ authorities: [] });
    expect(facts.certificateVerify).to.deep.equal({ client: true, server: true });
    expect(names(facts.received)).to.deep.equal([
      'server-hello', 'change-cipher-spec', 'encrypted-extensions', 'certificate-request', 'certificate', 'certificate-verify', 'finished', 'new-session-ticket', 'application-data',
    ]); // biome-ignore format: a list
    expect(facts.alerts).to.deep.equal([
      { from: 'client', level: 'warning', code: 0, name: 'close_notify', packet: 7 },
    ]);
    expect(facts.applicationData).to.deep.equal({ client: 1, server: 1 });
  });

  it('shows the same wherever the stream is cut', () => {
    const log = logged(streams.keyLog);
    const whole = content(opened(session, log).facts);
    for (const size of [1, 7, 500])
      expect(content(opened(cut(session, size), log).facts), String(size)).to.deep.equal(whole);
  });

  it('opens nothing without secrets or with wrong ones', () => {
    const without = feed(session).facts;
    for (const log of [logged(), logged(streams.keyLog.replaceAll(/[0-9a-f]{96}$/gm, 'ab'.repeat(48)))]) {
      const { facts } = opened(session, log);
      expect(content(facts)).to.deep.equal(content(without));
    }
    expect(without).to.deep.include({
      decrypted: false,
      complete: true,
      certificateAbsence: { client: 'tls13-encrypted', server: 'tls13-encrypted' },
    });
  });

  it('opens a side of which the secrets are known, and what follows when only the later ones are', () => {
    const lines = streams.keyLog.split('\n');
    const of = (pattern: RegExp): KeyLog =>
      logged(...lines.filter((line) => pattern.test(line)).map((line) => `${line}\n`));
    const serverOnly = opened(session, of(/^SERVER/)).facts;
    expect(serverOnly.certificates.server).to.have.length(3);
    expect(serverOnly.certificateAbsence).to.deep.equal({ client: 'tls13-encrypted', server: null });
    const later = opened(session, of(/TRAFFIC_SECRET_0/)).facts;
    expect(later.certificateAbsence).to.deep.equal({ client: 'tls13-encrypted', server: 'tls13-encrypted' });
    expect(later.alerts.map(({ name }) => name)).to.deep.equal(['close_notify']);
  });

  it('takes a client that was not asked, in an opened handshake, for one without certificates', () => {
    const plain = tls13Streams({ hello, clientSeed: seed, seed: 7, server: certified(8, 1) });
    const { facts } = opened(
      [
        ['c', helloRecord(hello)],
        ['s', plain.server],
        ['c', plain.client],
      ],
      logged(plain.keyLog),
    );
    expect(facts).to.deep.include({ complete: true, certificateAbsence: { client: null, server: null } });
    const refused = opened(
      [
        ['c', helloRecord(hello)],
        ['s', plain.server],
        ['c', plain.client],
        ['s', plain.seal('server', 21, alertBody(2, 116))],
      ],
      logged(plain.keyLog),
    ).facts;
    expect(refused).to.deep.include({ complete: false });
    expect(refused.alerts).to.deep.equal([
      { from: 'server', level: 'fatal', code: 116, name: 'certificate_required', packet: 4 },
    ]);
  });

  it('reads certificates that are asked for after the handshake, and goes on after a KeyUpdate', () => {
    const plain = tls13Streams({ hello, clientSeed: seed, seed: 7, server: certified(8, 1) });
    const suite = aeadSuite(0x1302) as AeadSuite;
    const secret = fromHex(/^CLIENT_TRAFFIC_SECRET_0 \S+ (\S+)$/m.exec(plain.keyLog)?.[1] ?? '');
    const [before, after] = [
      sealerTls13(suite, secret, nodeAead),
      sealerTls13(suite, nextTrafficSecret('SHA384', secret), nodeAead),
    ];
    const certificate = encode(certificateTls13, {
      certificateRequestContext: Uint8Array.of(1),
      certificateList: [{ certificateData: bytesFrom(40)(500), extensions: [] }],
    });
    const { facts } = opened(
      [
        ['c', helloRecord(hello)],
        ['s', plain.server],
        ['c', plain.client],
        ['c', encode(tlsRecord, before.seal(22, message(handshakeType.key_update, Uint8Array.of(0))))],
        ['c', encode(tlsRecord, after.seal(22, message(handshakeType.certificate, certificate)))],
        ['c', encode(tlsRecord, after.seal(21, alertBody(1, 0)))],
      ],
      logged(plain.keyLog),
    );
    expect(facts.certificates.client).to.have.length(1);
    expect(facts.certificateAbsence.client).to.equal(null);
    expect(facts.alerts).to.have.length(1);
  });

  it('reads compressed certificates', () => {
    const plain = tls13Streams({ hello, clientSeed: seed, seed: 7, server: certified(8, 1) });
    const suite = aeadSuite(0x1302) as AeadSuite;
    const secret = fromHex(/^SERVER_HANDSHAKE_TRAFFIC_SECRET \S+ (\S+)$/m.exec(plain.keyLog)?.[1] ?? '');
    const sealer = sealerTls13(suite, secret, nodeAead);
    const certificate = encode(certificateTls13, {
      certificateRequestContext: new Uint8Array(),
      certificateList: [{ certificateData: new Uint8Array(900).fill(3), extensions: [] }],
    });
    const body = encode(compressedCertificate, {
      algorithm: 1,
      uncompressedLength: certificate.length,
      compressedCertificateMessage: new Uint8Array(deflateSync(certificate)),
    });
    const serverHello = plain.server.subarray(
      0,
      5 + (((plain.server[3] as number) << 8) | (plain.server[4] as number)),
    );
    const flight = concat(
      serverHello,
      encode(tlsRecord, sealer.seal(22, message(handshakeType.compressed_certificate, body))),
    );
    const { facts } = opened(
      [
        ['c', helloRecord(hello)],
        ['s', flight],
      ],
      logged(plain.keyLog),
    );
    expect(facts.certificates.server).to.have.length(1);
    expect(names(facts.received)).to.deep.equal(['server-hello', 'compressed-certificate']);
  });

  it('keeps its place over a record with missing bytes', () => {
    const plain = tls13Streams({ hello, clientSeed: seed, seed: 7, server: certified(8, 1) });
    const damaged = plain.seal('client', 23, new Uint8Array(500));
    const alert = plain.seal('client', 21, alertBody(1, 0));
    const held = new TlsReader(contextWith({}, logged(plain.keyLog)));
    for (const [side, bytes] of [
      ['c', helloRecord(hello)],
      ['s', plain.server],
      ['c', plain.client],
    ] as const) {
      held.data(side === 'c' ? 0 : 1, bytes, 0, bytes.length);
    }
    held.data(0, damaged, 0, 100);
    expect(held.hole(0, 200)).to.equal(true);
    held.data(0, damaged, 300, damaged.length);
    held.data(0, alert, 0, alert.length);
    expect(held.facts.alerts.map(({ name }) => name)).to.deep.equal(['close_notify']);
  });

  it('reads alerts and a second handshake of TLS 1.2 when the master secret is known', () => {
    const first = tls12Hello(11, 'host.example');
    const handshake = tls12Handshake({ hello: first, seed: 12, server, ticket: false });
    const made = tls12Streams(handshake);
    const again = tls12Hello(13, 'other.example');
    const second = tls12Handshake({ hello: again, seed: 14, server, client, authorities: [], ticket: false });
    const seal = (from: 'client' | 'server', ...messages: readonly Uint8Array[]): Uint8Array =>
      concat(...messages.map((part) => made.seal(from, 22, part)));
    const next = sealerTls12(second.suite, second.keys.client, nodeAead);
    const { facts } = opened(
      [
        ['c', helloRecord(first)],
        ['s', made.server],
        ['c', made.client],
        ['s', made.serverEnd],
        ['c', made.seal('client', 23, new Uint8Array(90))],
        ['s', made.seal('server', 23, new Uint8Array(90))],
        ['c', seal('client', helloRecord(again).subarray(5))],
        ['s', seal('server', ...second.serverFlight)],
        ['c', seal('client', ...second.clientFlight)],
        ['c', made.seal('client', 20, Uint8Array.of(1))],
        ['c', encode(tlsRecord, next.seal(22, second.clientFinished))],
        ['c', encode(tlsRecord, next.seal(21, alertBody(2, 80)))],
      ],
      logged(handshake.keyLog, second.keyLog),
    );
    expect(facts).to.deep.include({ decrypted: true, renegotiated: true, complete: true });
    expect(facts.clientHellos.map(({ sni }) => sni)).to.deep.equal(['host.example', 'other.example']);
    expect(facts.certificates.client).to.have.length(2);
    expect(facts.certificateAbsence).to.deep.equal({ client: null, server: null });
    expect(facts.alerts).to.deep.equal([
      { from: 'client', level: 'fatal', code: 80, name: 'internal_error', packet: 12 },
    ]);
  });
});
