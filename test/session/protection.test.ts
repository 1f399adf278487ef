/** Records: what was sealed opens in its place and nowhere else, ours, OpenSSL's and the RFC's. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { createTestPki } from '../../lib/lab/index.ts';
import {
  type AeadSuite,
  aeadSuite,
  finishedTls12,
  finishedTls13,
  hashLength,
  KeyLog,
  openerDtls12,
  openerTls12,
  openerTls13,
  type RecordKeys,
  type RecordOpener,
  type RecordSealer,
  sealerDtls12,
  sealerTls12,
  sealerTls13,
  sessionKeysTls12,
  suiteDigest,
} from '../../lib/session/index.ts';
import { nodeAead } from '../../lib/session/node.ts';
import {
  certificateTls13,
  cipherSuites,
  concat,
  contentType,
  decode,
  encodeRecord,
  fromHex,
  HandshakeDeframer,
  handshakeType,
  type TlsRecord,
  toHex,
} from '../../lib/wire/index.ts';
import { corpusLines, corpusRecords, corpusText } from './corpus.ts';
import { recordHandshake } from './recorded-handshakes.ts';

const suites13 = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
];
/** With OpenSSL's names. */
const suites12: readonly (readonly [string, string])[] = [
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CCM', 'ECDHE-ECDSA-AES128-CCM'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CCM', 'ECDHE-ECDSA-AES256-CCM'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', 'ECDHE-ECDSA-AES128-CCM8'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8', 'ECDHE-ECDSA-AES256-CCM8'],
];

function suite(name: string): AeadSuite {
  return aeadSuite(cipherSuites.codeOf(name) as number) as AeadSuite;
}

function keysFor({ keyLength, fixedIvLength }: AeadSuite): RecordKeys {
  return { key: new Uint8Array(keyLength).fill(9), iv: new Uint8Array(fixedIvLength).fill(8) };
}

/** Every kind of protection, with a fresh opener and sealer. */
const kinds: readonly { readonly name: string; readonly make: () => { opener: RecordOpener; sealer: RecordSealer } }[] =
  [
    ...suites13.map((name) => ({
      name,
      make: () => {
        const secret = new Uint8Array(hashLength(suite(name).hash)).fill(7);
        return {
          opener: openerTls13(suite(name), secret, nodeAead),
          sealer: sealerTls13(suite(name), secret, nodeAead),
        };
      },
    })),
    ...suites12.map(([name]) => ({
      name,
      make: () => {
        const keys = keysFor(suite(name));
        return { opener: openerTls12(suite(name), keys, nodeAead), sealer: sealerTls12(suite(name), keys, nodeAead) };
      },
    })),
  ];

const open = (opener: RecordOpener, { type, version, fragment }: TlsRecord): ReturnType<RecordOpener['open']> =>
  opener.open(type, version, fragment);

for (const { name, make } of kinds) {
  describe(`records of ${name}`, () => {
    it('open to what was sealed, in order', () => {
      fc.assert(
        fc.property(
          fc.array(fc.record({ content: fc.uint8Array({ maxLength: 40 }), padding: fc.nat(20) }), { maxLength: 5 }),
          (records) => {
            const { opener, sealer } = make();
            for (const { content, padding } of records) {
              const opened = open(opener, sealer.seal(contentType.handshake, content, padding));
              expect(opened).to.deep.equal({ type: contentType.handshake, fragment: content });
            }
          },
        ),
        { seed: 11, numRuns: 30 },
      );
    });

    it('do not open with any bit changed, and leave the opener where it was', () => {
      const { opener, sealer } = make();
      const record = sealer.seal(contentType.handshake, Uint8Array.of(1, 2, 3));
      const bytes = encodeRecord(record.type, record.version, record.fragment);
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        // The length is not changed: it says where the fragment ends.
        if (bit >> 3 === 3 || bit >> 3 === 4) continue;
        const damaged = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        const version = (damaged[1] as number) * 256 + (damaged[2] as number);
        expect(opener.open(damaged[0] as number, version, damaged.subarray(5)), `bit ${bit}`).to.equal(null);
      }
      for (let length = 0; length < record.fragment.length; length++) {
        expect(opener.open(record.type, record.version, record.fragment.subarray(0, length))).to.equal(null);
      }
      expect(open(opener, record)?.fragment).to.deep.equal(Uint8Array.of(1, 2, 3));
    });

    it('do not open twice, nor out of order', () => {
      const { opener, sealer } = make();
      const [first, second] = [1, 2].map((n) => sealer.seal(contentType.handshake, Uint8Array.of(n))) as [
        TlsRecord,
        TlsRecord,
      ];
      expect(open(opener, second)).to.equal(null);
      expect(open(opener, first)).to.not.equal(null);
      expect(open(opener, first)).to.equal(null);
      expect(open(opener, second)).to.not.equal(null);
    });

    it('keep to the length of their version', () => {
      const { opener, sealer } = make();
      expect(open(opener, sealer.seal(contentType.handshake, new Uint8Array(2 ** 14)))?.fragment).to.have.length(
        2 ** 14,
      );
      expect(open(opener, sealer.seal(contentType.handshake, new Uint8Array(2 ** 14 + 1)))).to.equal(null);
      expect(opener.open(contentType.application_data, 0x0303, new Uint8Array(65_535))).to.equal(null);
    });
  });
}

describe('records of TLS 1.3', () => {
  it('do not open with a secret of another length', () => {
    const { sealer } = (kinds[0] as (typeof kinds)[number]).make();
    const record = sealer.seal(contentType.handshake, Uint8Array.of(1));
    for (const length of [0, 1, 31, 33, 48]) {
      const opener = openerTls13(suite(suites13[0] as string), new Uint8Array(length).fill(7), nodeAead);
      expect(open(opener, record), `${length} bytes`).to.equal(null);
    }
  });

  it('are nothing when they hold zeros alone', () => {
    const { opener, sealer } = (kinds[0] as (typeof kinds)[number]).make();
    expect(open(opener, sealer.seal(0, new Uint8Array(5)))).to.equal(null);
  });

  it('open to the payloads of the RFC 8448 handshakes', function () {
    const lines = corpusLines<{ section: string; who: string; step: string; label: string; hex: string }>(
      'rfc8448-draft',
    );
    if (lines.length === 0) this.skip();
    const writers = new Map<string, RecordOpener>();
    let payload = '';
    let opened = 0;
    for (const { section, who, step, label, hex } of lines) {
      if (step.startsWith('derive write traffic keys') && label === 'PRK') {
        writers.set(section + who, openerTls13(suite('TLS_AES_128_GCM_SHA256'), fromHex(hex), nodeAead));
      }
      // The client's keys for the handshake stand where the server derives them for reading.
      if (step === 'derive read traffic keys for handshake data' && label === 'PRK') {
        writers.set(`${section}client`, openerTls13(suite('TLS_AES_128_GCM_SHA256'), fromHex(hex), nodeAead));
      }
      if (step.startsWith('send ') && label === 'payload') payload = hex;
      if (step.startsWith('send ') && label === 'complete record' && hex.startsWith('17')) {
        const inner = writers.get(section + who)?.open(0x17, 0x0303, fromHex(hex).subarray(5));
        expect(toHex(inner?.fragment ?? new Uint8Array()), `${section}: ${step}`).to.equal(payload);
        opened++;
      }
    }
    expect(opened).to.equal(
      lines.filter(({ label, hex }) => label === 'complete record' && hex.startsWith('17')).length,
    );
    expect(opened).to.be.greaterThan(20);
  });

  it('open to the plaintexts of an annotated handshake with its key log', function () {
    const records = corpusRecords('illustrated-tls13');
    if (records.size === 0) this.skip();
    const log = new KeyLog();
    log.add(corpusText('illustrated-tls13/keylog.txt'));
    const random = Uint8Array.from({ length: 32 }, (_, i) => i);
    const secret = (label: Parameters<KeyLog['find']>[1]): Uint8Array => log.find(random, label) as Uint8Array;
    const flights: readonly [Parameters<KeyLog['find']>[1], Readonly<Record<string, string>>][] = [
      [
        'SERVER_HANDSHAKE_TRAFFIC_SECRET',
        {
          serverencextensions: 'serverextensions',
          serverenccert: 'servercert',
          serverenccertverify: 'servercertverify',
          serverencfinished: 'serverfinished',
        },
      ],
      ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', { clientencfinished: 'clientfinished' }],
      ['CLIENT_TRAFFIC_SECRET_0', { clientencdata: 'clientdata' }],
      [
        'SERVER_TRAFFIC_SECRET_0',
        { serverencticket1: 'serverticket1', serverencticket2: 'serverticket2', serverencdata: 'serverdata' },
      ],
    ];
    for (const [label, pairs] of flights) {
      const opener = openerTls13(suite('TLS_AES_256_GCM_SHA384'), secret(label), nodeAead);
      for (const [sealed, plain] of Object.entries(pairs)) {
        const inner = opener.open(0x17, 0x0303, fromHex(records.get(sealed) as string).subarray(5));
        expect(toHex(concat(inner?.fragment ?? new Uint8Array(), Uint8Array.of(inner?.type ?? 0))), sealed).to.equal(
          records.get(plain),
        );
      }
    }
  });
});

describe('records of DTLS 1.2', () => {
  for (const [name] of suites12) {
    it(`open by the place in their headers: ${name}`, () => {
      const keys = keysFor(suite(name));
      const sealer = sealerDtls12(suite(name), keys, nodeAead);
      const opener = openerDtls12(suite(name), keys, nodeAead);
      const numbers = [5, 0, 2 ** 48 - 1, 2 ** 32, 5];
      for (const sequence of numbers) {
        const fragment = sealer.seal(22, 0xfefd, 1, sequence, Uint8Array.of(1, 2));
        expect(opener.open(22, 0xfefd, 1, sequence, fragment)?.fragment).to.deep.equal(Uint8Array.of(1, 2));
        expect(opener.open(22, 0xfefd, 1, sequence ^ 1, fragment)).to.equal(null);
        expect(opener.open(22, 0xfefd, 2, sequence, fragment)).to.equal(null);
        expect(opener.open(21, 0xfefd, 1, sequence, fragment)).to.equal(null);
        expect(opener.open(22, 0xfeff, 1, sequence, fragment)).to.equal(null);
      }
    });

    it(`open with their connection ID alone, and have their type inside: ${name}`, () => {
      const keys = keysFor(suite(name));
      const opener = openerDtls12(suite(name), keys, nodeAead);
      const id = Uint8Array.of(7, 8, 9);
      const padded = Uint8Array.of(1, 2, 21, 0, 0);
      const fragment = sealerDtls12(suite(name), keys, nodeAead).seal(0, 0xfefd, 1, 5, padded, id);
      expect(opener.open(25, 0xfefd, 1, 5, fragment, id)).to.deep.equal({ type: 21, fragment: Uint8Array.of(1, 2) });
      expect(opener.open(25, 0xfefd, 1, 6, fragment, id)).to.equal(null);
      expect(opener.open(25, 0xfefd, 1, 5, fragment, id.subarray(1))).to.equal(null);
      expect(opener.open(25, 0xfefd, 1, 5, fragment)).to.equal(null);
    });
  }
});

describe('handshakes of OpenSSL, with their key logs', function () {
  this.timeout(20_000);
  const pki = createTestPki({ now: new Date() });
  const leaf = pki.issue({ names: ['vpn.example.test'] });
  const chain = [leaf, ...pki.intermediates.toReversed()];
  const identity = { key: leaf.privateKeyPem, cert: chain.map(({ pem }) => pem).join('') };

  for (const name of suites13) {
    it(`open to the certificates sent, and Finished fits: ${name}`, async () => {
      const { client, server, keyLog } = await recordHandshake(
        { ...identity, ciphers: `${name}:DEFAULT:@SECLEVEL=0`, minVersion: 'TLSv1.3' },
        'welcome',
      );
      const log = logOf(keyLog);
      const random = clientRandomOf(client);
      const serverSecret = log.find(random, 'SERVER_HANDSHAKE_TRAFFIC_SECRET') as Uint8Array;
      const opener = openerTls13(suite(name), serverSecret, nodeAead);
      const handshake = new HandshakeDeframer();
      let transcript = concat(clearHandshake(client), clearHandshake(server));
      let done = 0;
      for (const record of server) {
        if (record.type !== contentType.application_data || done > 0) continue;
        for (const { type, body, raw } of handshake.push(open(opener, record)?.fragment as Uint8Array)) {
          if (type === handshakeType.certificate) {
            const sent = decode(certificateTls13, body).certificateList.map(({ certificateData }) => certificateData);
            expect(sent).to.deep.equal(chain.map(({ der }) => der));
          }
          if (type === handshakeType.finished) {
            const { hash } = suite(name);
            expect(finishedTls13(hash, serverSecret, suiteDigest(hash, transcript))).to.deep.equal(body);
            done++;
          }
          transcript = concat(transcript, raw);
        }
      }
      expect(done).to.equal(1);
      const data = openerTls13(suite(name), log.find(random, 'SERVER_TRAFFIC_SECRET_0') as Uint8Array, nodeAead);
      const texts = server.map((record) => open(data, record)).filter((inner) => inner?.type === 23);
      expect(texts.map((inner) => new TextDecoder().decode(inner?.fragment))).to.deep.equal(['welcome']);
    });
  }

  for (const [name, ciphers] of suites12) {
    it(`open to Finished and data, and Finished fits: ${name}`, async () => {
      const { client, server, keyLog } = await recordHandshake(
        { ...identity, ciphers: `${ciphers}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' },
        'welcome',
      );
      const random = clientRandomOf(client);
      const master = logOf(keyLog).find(random, 'CLIENT_RANDOM') as Uint8Array;
      const serverRandom = (server[0] as TlsRecord).fragment.slice(6, 38);
      const keys = sessionKeysTls12(suite(name), master, random, serverRandom);
      const opener = openerTls12(suite(name), keys.client, nodeAead);
      const opened = client.slice(client.findIndex(({ type }) => type === contentType.change_cipher_spec) + 1);
      const finished = open(opener, opened[0] as TlsRecord)?.fragment.subarray(4);
      const [hello, ...rest] = handshakesOf(client);
      const { hash } = suite(name);
      const transcript = concat(hello as Uint8Array, ...handshakesOf(server, handshakeType.server_hello_done), ...rest);
      expect(finishedTls12(hash, master, 'client', suiteDigest(hash, transcript))).to.deep.equal(finished);
      const answer = openerTls12(suite(name), keys.server, nodeAead);
      const after = server.slice(server.findIndex(({ type }) => type === contentType.change_cipher_spec) + 1);
      const texts = after.map((record) => open(answer, record));
      expect(texts.every((inner) => inner !== null)).to.equal(true);
      expect(new TextDecoder().decode(texts.find((inner) => inner?.type === 23)?.fragment)).to.equal('welcome');
    });
  }
});

function logOf(text: string): KeyLog {
  const log = new KeyLog();
  log.add(text);
  log.end();
  return log;
}

function clientRandomOf(client: readonly TlsRecord[]): Uint8Array {
  return (client[0] as TlsRecord).fragment.slice(6, 38);
}

/** The handshake messages in clear, joined. */
function clearHandshake(records: readonly TlsRecord[]): Uint8Array {
  return concat(...records.filter(({ type }) => type === contentType.handshake).map(({ fragment }) => fragment));
}

/** Handshake messages before change_cipher_spec, up to one of type `last`. */
function handshakesOf(records: readonly TlsRecord[], last = -1): Uint8Array[] {
  const deframer = new HandshakeDeframer();
  const clear = records.slice(
    0,
    records.findIndex(({ type }) => type === contentType.change_cipher_spec),
  );
  const messages = deframer.push(clearHandshake(clear));
  const end = messages.findIndex(({ type }) => type === last);
  return messages.slice(0, end < 0 ? messages.length : end + 1).map(({ raw }) => raw);
}
