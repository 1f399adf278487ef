/** What an outline leaves out must say nothing of a connection, and what says something must be in it. */

import { expect } from 'chai';
import { array, assert, constantFrom, property } from 'fast-check';
import { Outliner } from '../../../lib/capture/tls/outline.ts';
import type { UnreadStream } from '../../../lib/capture/tls/unread-stream.ts';
import { buildHello, type HelloOptions } from '../../../lib/hello/index.ts';
import {
  alertDescription,
  cipherSuite,
  concat,
  contentType,
  encodeRecord,
  extensionType,
  group,
  handshakeType,
  helloRetryRequestRandom,
  tlsVersion,
  toHex,
} from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { alertBody, alertRecord, changeCipherSpec } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import {
  authority,
  client,
  contextWith,
  handshakeRecord,
  identity,
  type Piece,
  server,
  tls12,
  unreadStream,
} from './streams.ts';

const host = 'host.example';

/** A mutual handshake; the seed is in everything that is made anew for each connection. */
function handshake(seed: number, options: Parameters<typeof tls12>[0] = {}): Piece[] {
  return tls12({ hello: tls12Hello(seed, host), seed: seed + 1, client, authorities: [authority], ...options });
}

function streamOf(pieces: readonly Piece[]): UnreadStream | null {
  const { packet } = contextWith();
  const stream = unreadStream();
  for (const [side, bytes] of pieces) {
    packet.number++;
    packet.time = 1000 * packet.number;
    if (!stream.take(side === 'c' ? 0 : 1, bytes, 0, bytes.length, packet)) return null;
  }
  return stream;
}

/** Hex; null for what has none. */
function outlineOf(pieces: readonly Piece[]): string | null {
  const outliner = new Outliner();
  const stream = streamOf(pieces);
  if (stream === null || !outliner.draw(stream)) return null;
  return toHex(outliner.bytes.subarray(0, outliner.length));
}

const data = (length: number): Uint8Array => encodeRecord(contentType.application_data, 0x0303, new Uint8Array(length));
const alertOf = (level: 1 | 2, code: number): Uint8Array =>
  encodeRecord(contentType.alert, 0x0303, alertBody(level, code));

function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += records.at(-1)?.length ?? 0)
    records.push(bytes.subarray(at, at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0))));
  return records;
}

/** A ServerHello (RFC 5246 §7.4.1.3) without a session id. */
function serverHello(
  version: number,
  random: Uint8Array,
  extensions: Uint8Array = new Uint8Array(0),
  suite: number = cipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
): Uint8Array {
  const head = Uint8Array.of(version >> 8, version & 255);
  const choice = Uint8Array.of(0, suite >> 8, suite & 255, 0);
  const length = Uint8Array.of(extensions.length >> 8, extensions.length & 255);
  return handshakeRecord(handshakeType.server_hello, concat(head, random, choice, length, extensions));
}

const [hello = ['c', new Uint8Array(0)] as Piece, flight = hello, answer = hello, end = hello] = handshake(3);
const usual = outlineOf(handshake(3));

describe('capture tls outline', () => {
  it('is the same for connections that differ in randoms, session ids, keys, signatures, tickets and what is encrypted', () => {
    expect(usual).to.be.a('string');
    for (const seed of [30, 300]) expect(outlineOf(handshake(seed))).to.equal(usual);
    const withTicket = (seed: number): string | null => outlineOf(handshake(seed, { ticket: true }));
    expect(withTicket(30)).to.equal(withTicket(300)).and.not.to.equal(usual);
    const refused = (seed: number): string | null =>
      outlineOf([...handshake(seed).slice(0, 2), ['c', alertRecord(alertDescription.unknown_ca)]]);
    expect(refused(30)).to.equal(refused(300)).and.be.a('string');
  });

  it('is the same for every cut into segments, and into records', () => {
    const pieces = handshake(3).slice(0, 4);
    assert(
      property(array(constantFrom(150, 199, 536, 1460), { minLength: 1, maxLength: 5 }), (lengths) => {
        let next = 0;
        const segments = pieces.flatMap(([side, bytes]) =>
          recordsOf(bytes).flatMap((record) => {
            // Not within a header: those of handshakes are not kept in pieces.
            const cut: Piece[] = [];
            for (let at = 0; at < record.length; ) {
              const until = Math.max(at, 5) + (lengths[next++ % lengths.length] ?? 1);
              cut.push([side, record.subarray(at, until)]);
              at = until;
            }
            return cut;
          }),
        );
        expect(outlineOf(segments)).to.equal(outlineOf(pieces));
      }),
      { numRuns: 100, seed: 5 },
    );
    const oneRecord: Piece = [
      's',
      encodeRecord(contentType.handshake, 0x0303, concat(...recordsOf(flight[1]).map((record) => record.subarray(5)))),
    ];
    expect(outlineOf([hello, oneRecord, answer, end])).to.equal(outlineOf(pieces));
  });

  it('keeps names, offers, choices, certificates, requests, alerts, and who sent them', () => {
    const offer = (options: Partial<HelloOptions>) => {
      const hello12 = { versions: [tlsVersion['TLSv1.2']], sni: host, random: bytesFrom(3) };
      return outlineOf(handshake(3, { hello: buildHello({ ...hello12, ...options }) }));
    };
    const begun: Piece[] = [hello, flight];
    const outlines: Record<string, string | null> = {
      usual,
      'another name': offer({ sni: 'hosu.example' }),
      'no name': offer({ sni: null }),
      ALPN: offer({ alpn: ['h2'] }),
      'other suites': offer({ cipherSuites: [cipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384] }),
      'another suite chosen': outlineOf(
        handshake(3, { cipherSuite: cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 }),
      ),
      'another certificate': outlineOf(handshake(3, { server: identity(9, 3) })),
      'fewer certificates': outlineOf(
        handshake(3, { server: { ...server, certificates: server.certificates.slice(1) } }),
      ),
      'another client certificate': outlineOf(handshake(3, { client: identity(9, 2) })),
      'no client certificate': outlineOf(tls12({ hello: tls12Hello(3, host), authorities: [authority] })),
      'no request': outlineOf(tls12({ hello: tls12Hello(3, host) })),
      'other names in the request': outlineOf(handshake(3, { authorities: [] })),
      'a ticket': outlineOf(handshake(3, { ticket: true })),
      'an alert': outlineOf([...begun, ['c', alertOf(2, 48)]]),
      'another alert': outlineOf([...begun, ['c', alertOf(2, 42)]]),
      'another level': outlineOf([...begun, ['c', alertOf(1, 48)]]),
      'an alert of the server': outlineOf([...begun, ['s', alertOf(2, 48)]]),
      'nothing more': outlineOf(begun),
      'no answer': outlineOf([hello]),
      'a client in the other direction': outlineOf([
        ['s', hello[1]],
        ['c', flight[1]],
      ]),
    };
    for (const [name, outline] of Object.entries(outlines)) {
      expect(outline, name).to.be.a('string');
      const same = Object.keys(outlines).filter((other) => outlines[other] === outline);
      expect(same, name).to.deep.equal([name]);
    }
  });

  it('keeps of application data who spoke after whom, whether a Finished fits in, and what is like an alert at the end', () => {
    const then = (...pieces: Piece[]): string | null => outlineOf([hello, flight, answer, end, ...pieces]);
    const long = then(['c', data(900)], ['s', data(900)]);
    expect(then(['c', concat(data(45), data(900), data(30))], ['s', data(45)])).to.equal(long);
    const other = {
      'the other way round': then(['s', data(900)], ['c', data(900)]),
      'too short for a Finished': then(['c', data(44)], ['s', data(900)]),
      'as short as an alert': then(['c', data(24)], ['s', data(900)]),
      'one side alone': then(['c', data(900)]),
      'an alert of TLS 1.3 at the end': then(['c', data(900)], ['s', concat(data(900), data(19))]),
      'an end within a record': then(['c', data(900)], ['s', data(900).subarray(0, 800)]),
    };
    const outlines = Object.values(other);
    expect(new Set([long, ...outlines]).size).to.equal(1 + outlines.length);
    const turns = (count: number): string | null =>
      then(...Array.from({ length: count }, (_, i): Piece => [i % 2 === 0 ? 'c' : 's', data(100)]));
    expect(turns(4)).not.to.equal(turns(3));
    expect(turns(40)).to.equal(turns(30));
    // As long as the client sent nothing that may be its Finished, nothing is decided.
    const short = (length: number): string | null =>
      then(
        ...Array.from({ length: 20 }, (): Piece[] => [
          ['s', data(100)],
          ['c', data(30)],
        ]).flat(),
        ['c', data(length)],
      );
    expect(short(45)).not.to.equal(short(44)).and.not.to.equal(null);
  });

  it('keeps of application data as much behind a ServerHello, whatever went by before', () => {
    const early = Array.from({ length: 40 }, (_, i): Piece => [i % 2 === 0 ? 'c' : 's', data(100)]);
    const then = (...pieces: Piece[]): string | null =>
      outlineOf([hello, ['s', alertOf(1, 112)], ...early, flight, ...pieces]);
    const outlines = [
      then(),
      then(['c', data(900)]),
      then(['s', data(900)]),
      then(['c', data(900)], ['s', data(900)]),
      then(['s', data(900)], ['c', data(900)]),
      then(['s', data(900)], ['c', data(44)]),
    ];
    expect(outlines).to.not.include(null);
    expect(new Set(outlines).size).to.equal(outlines.length);
  });

  it('keeps the group of a key exchange, also behind the hint of a pre-shared key, and nothing else of it', () => {
    const { TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA: psk, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: signed } = cipherSuite;
    const exchanged = (suite: number, hint: string | null, curve: number, seed: number): string | null => {
      const name = new TextEncoder().encode(hint ?? '');
      const point = concat(Uint8Array.of(3, curve >> 8, curve & 255, 65), bytesFrom(seed)(65));
      const body = hint === null ? point : concat(Uint8Array.of(0, name.length), name, point);
      const answered = concat(
        serverHello(0x0303, bytesFrom(8)(32), undefined, suite),
        handshakeRecord(handshakeType.server_key_exchange, body),
      );
      return outlineOf([hello, ['s', answered]]);
    };
    for (const [suite, hint] of [
      [psk, ''],
      [psk, 'a long hint'],
      [signed, null],
    ] as const) {
      const usualGroup = exchanged(suite, hint, group.secp256r1, 1);
      expect(usualGroup).to.be.a('string');
      expect(exchanged(suite, hint, group.secp256r1, 2)).to.equal(usualGroup);
      expect(exchanged(suite, hint, group.secp384r1, 1)).not.to.equal(usualGroup);
    }
    expect(exchanged(psk, 'another hint', group.secp256r1, 3)).to.equal(exchanged(psk, '', group.secp256r1, 1));
  });

  it('goes on with application data until both sides have surely finished', () => {
    const then = (...pieces: Piece[]): string | null => outlineOf([hello, flight, answer, end, ...pieces]);
    const turns = (length: number): Piece[] =>
      Array.from({ length: 30 }, (_, i): Piece => [i % 2 === 0 ? 'c' : 's', data(i % 2 === 0 ? length : 900)]);
    const finished: Piece[] = [
      ['c', data(45)],
      ['s', data(900)],
    ];
    expect(then(...turns(44), ...finished)).not.to.equal(then(...turns(44)));
    expect(then(...turns(45), ...finished)).to.equal(then(...turns(45)));
    const alone = Array.from({ length: 30 }, (_, i): Piece => [i % 2 === 0 ? 'c' : 's', data(i % 2 === 0 ? 900 : 20)]);
    expect(then(...alone, ['s', data(900)])).not.to.equal(then(...alone));
  });

  it('keeps the group of an exchange with a pre-shared key, behind the hint', () => {
    const { TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256: suite } = cipherSuite;
    const choice = serverHello(tlsVersion['TLSv1.2'], bytesFrom(5)(32), new Uint8Array(0), suite);
    const groups = [0x17, 0x18].flatMap((group) => {
      const exchange = Uint8Array.of(0, 0, 3, 0, group, 1, 4);
      return (
        outlineOf([hello, ['s', concat(choice, handshakeRecord(handshakeType.server_key_exchange, exchange))]]) ?? []
      );
    });
    expect(new Set(groups).size).to.equal(2);
  });

  it('knows the packets that complete the first certificates of both sides', () => {
    const outliner = new Outliner();
    const half = flight[1].length >> 1;
    const pieces: Piece[] = [hello, ['s', flight[1].subarray(0, half)], ['s', flight[1].subarray(half)], answer, end];
    expect(outliner.draw(streamOf(pieces) as UnreadStream)).to.equal(true);
    expect(outliner.client).to.equal(0);
    expect(outliner.certificateAt).to.deep.equal([
      { number: 4, time: 4000 },
      { number: 3, time: 3000 },
    ]);
    expect(outliner.draw(streamOf([hello]) as UnreadStream)).to.equal(true);
    expect(outliner.certificateAt.map(({ number }) => number)).to.deep.equal([0, 0]);
  });

  it('does not depend on the outline before', () => {
    const outliner = new Outliner();
    expect(outliner.draw(streamOf(handshake(3)) as UnreadStream)).to.equal(true);
    expect(outliner.draw(streamOf([hello]) as UnreadStream)).to.equal(true);
    expect(toHex(outliner.bytes.subarray(0, outliner.length))).to.equal(outlineOf([hello]));
    const words = [...outliner.words.subarray(0, (outliner.length + 3) >> 2)];
    const fresh = new Outliner();
    fresh.draw(streamOf([hello]) as UnreadStream);
    expect(words).to.deep.equal([...fresh.words.subarray(0, (fresh.length + 3) >> 2)]);
  });

  it('is not drawn of what is rare, or of messages that are spread over records or do not add up', () => {
    const random = bytesFrom(8)(32);
    const message = hello[1].subarray(5);
    const longer = concat(message, new Uint8Array(1));
    longer[3] = (longer[3] ?? 0) + 1;
    const share = Uint8Array.of(extensionType.key_share >> 8, extensionType.key_share & 255, 0, 9, 0, 29);
    const none: Record<string, Piece[]> = {
      nothing: [],
      'a HelloRetryRequest': [hello, ['s', serverHello(0x0303, helloRetryRequestRandom)]],
      'a draft of TLS 1.3': [hello, ['s', serverHello(0x7f17, random)]],
      'an extension longer than its hello': [hello, ['s', serverHello(0x0303, random, share)]],
      'a hello with something behind it': [['c', encodeRecord(contentType.handshake, 0x0301, longer)]],
      'a message over two records': [
        ['c', encodeRecord(contentType.handshake, 0x0301, message.subarray(0, 50))],
        ['c', encodeRecord(contentType.handshake, 0x0301, message.subarray(50))],
      ],
      'a message that nobody knows': [hello, ['s', handshakeRecord(99, new Uint8Array(4))]],
      'an empty handshake record': [hello, ['s', encodeRecord(contentType.handshake, 0x0303, new Uint8Array(0))]],
      'a ClientHello of the server': [hello, ['s', hello[1]]],
      'a ServerHello of the client': [hello, ['c', serverHello(0x0303, random)]],
      'a ClientHello behind a change_cipher_spec': [hello, ['c', concat(changeCipherSpec, hello[1])]],
      'a long change_cipher_spec': [hello, ['c', encodeRecord(contentType.change_cipher_spec, 0x0303, random)]],
      'a long alert in clear': [hello, ['s', encodeRecord(contentType.alert, 0x0303, new Uint8Array(4))]],
      'an empty alert behind a change_cipher_spec': [
        hello,
        ['c', concat(changeCipherSpec, encodeRecord(contentType.alert, 0x0303, new Uint8Array(0)))],
      ],
      'less than a message behind a change_cipher_spec': [
        hello,
        ['c', concat(changeCipherSpec, encodeRecord(contentType.handshake, 0x0303, new Uint8Array(3).fill(9)))],
      ],
      'certificates sent twice': [hello, flight, flight],
      'an end within a message': [['c', hello[1].subarray(0, 60)]],
    };
    for (const [name, pieces] of Object.entries(none)) {
      expect(streamOf(pieces), name).not.to.equal(null);
      expect(outlineOf(pieces), name).to.equal(null);
    }
    expect(outlineOf([hello, ['s', serverHello(0x0303, random)]])).to.be.a('string');
  });
});
