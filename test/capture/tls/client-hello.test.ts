import { expect } from 'chai';
import * as fc from 'fast-check';
import { Counters } from '../../../lib/capture/counters.ts';
import { ClientHelloReader, clientHelloFault, type ReadHello } from '../../../lib/capture/tls/client-hello.ts';
import { HelloCache } from '../../../lib/capture/tls/hello-cache.ts';
import {
  alpnOf,
  decodeHello,
  encodeHello,
  extensionTypesOf,
  groupsOf,
  type HelloSpec,
  ja3,
  ja4,
  presets,
  sniOf,
} from '../../../lib/hello/index.ts';
import { helloFacts } from '../../../lib/session/index.ts';
import { codeText, concat, encode, isGrease, sslv2ClientHello, toHex } from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { tls12Hello, tls13Hello } from '../../support/capture/tls/play.ts';

const place = { packet: 9, segments: 2 };
const readerWith = (counters = new Counters()): ClientHelloReader => new ClientHelloReader(new HelloCache(counters));

/** Reads a message (header included) that lies in the middle of other bytes. */
function read(message: Uint8Array, reader = readerWith()): ReadHello | null {
  const buffer = new Uint8Array(message.length + 30).fill(0x33);
  buffer.set(message, 11);
  return reader.read(buffer, 15, 11 + message.length, false, place);
}

/** What the general decoder and the fingerprints say of the same message. */
function expectAgreement(message: Uint8Array, reader?: ClientHelloReader): void {
  const spec = decodeHello(message);
  const facts = helloFacts(message);
  const found = read(message, reader);
  expect(found).not.to.equal(null);
  if (found === null) return;
  const { hello, offer, random } = found;
  expect(toHex(random)).to.equal(spec.random);
  expect(hello.length).to.equal(message.length);
  expect(hello).to.include({ packet: 9, segments: 2, ja3: ja3(spec).hash, ja4: ja4(spec) });
  expect(hello.cipherSuites).to.deep.equal(spec.cipherSuites);
  expect(hello.extensions.map(codeText)).to.deep.equal(extensionTypesOf(spec));
  expect(hello.alpn).to.deep.equal(alpnOf(spec));
  expect(hello.groups.filter((code) => !isGrease(Number(code)))).to.deep.equal(groupsOf(spec));
  if (sniOf(spec) !== null) expect(hello.sni).to.equal(sniOf(spec));
  if (facts !== null)
    expect({ sni: hello.sni, versions: offer.versions, length: hello.length }).to.deep.equal(facts.evidence);
}

describe('capture tls client hello', () => {
  it('reads the hellos of all presets as the general decoder does', () => {
    const reader = readerWith();
    for (const preset of Object.values(presets)) {
      for (const [seed, sni] of ['host.example', 'other.example', null].entries()) {
        expectAgreement(encodeHello(preset.make({ sni, random: bytesFrom(seed) })), reader);
      }
    }
  });

  it('reads hellos of any content as the general decoder does', () => {
    const code = fc.integer({ min: 0, max: 0xffff });
    const list = (bytes: number, prefix: number) =>
      fc.uint8Array({ maxLength: 12 * bytes }).map((body) => {
        const even = body.subarray(0, body.length - (body.length % bytes));
        return prefix === 2
          ? Uint8Array.of(even.length >> 8, even.length, ...even)
          : Uint8Array.of(even.length, ...even);
      });
    const extension = fc.oneof(
      fc.tuple(fc.constantFrom(10, 13), list(2, 2)),
      fc.tuple(fc.constantFrom(11), list(1, 1)),
      fc.tuple(fc.constantFrom(43), list(2, 1)),
      fc.tuple(fc.constantFrom(0, 10, 11, 13, 16, 43, 49, 51), fc.uint8Array({ maxLength: 12 })),
      fc.tuple(code, fc.uint8Array({ maxLength: 9 })),
    );
    const hello = fc.record({
      version: fc.constantFrom(0x0300, 0x0301, 0x0303, 0x0304, 0x7f1c, 0x0002),
      id: fc.uint8Array({ maxLength: 32 }),
      suites: fc.array(code, { minLength: 1, maxLength: 40 }),
      extensions: fc.option(fc.uniqueArray(extension, { maxLength: 12, selector: ([type]) => type })),
    });
    const reader = readerWith();
    fc.assert(
      fc.property(hello, ({ version, id, suites, extensions }) => {
        const spec: HelloSpec = {
          recordVersion: '0x0301',
          legacyVersion: codeText(version),
          random: 'ab'.repeat(32),
          sessionId: toHex(id),
          cipherSuites: suites.map(codeText),
          compressionMethods: [0],
          extensions: extensions?.map(([type, body]) => ({ type: codeText(type), data: toHex(body) })) ?? null,
        };
        const message = encodeHello(spec);
        const found = read(message, reader);
        const general = decodeHello(message);
        expect(found?.hello).to.deep.include({
          ja3: ja3(general).hash,
          ja4: ja4(general),
          cipherSuites: general.cipherSuites,
          extensions: (general.extensions ?? []).map(({ type }) => Number(type)),
        });
      }),
      { seed: 30, numRuns: 400 },
    );
  });

  it('refuses every message that is cut or has a byte too many, as the general decoder does, and says why', () => {
    const message = encodeHello(tls12Hello(1, 'host.example'));
    for (let end = 4; end < message.length; end++) {
      const found = readerWith().read(message, 4, end, false, place);
      const fault = clientHelloFault(message.slice(4, end), false);
      if (found === null) expect(fault, `${end} bytes`).to.match(/^(?:truncated|too-short|trailing)/);
      else expect(fault).to.equal('its lengths do not add up');
    }
    const longer = Uint8Array.from([...message, 0]);
    expect(readerWith().read(longer, 4, longer.length, false, place)).to.equal(null);
  });

  it('makes lists and fingerprints of hellos that offer the same only once', () => {
    const reader = readerWith();
    const [a, b] = [tls12Hello(1, 'a.example'), tls12Hello(2, 'b.example')].map((spec) =>
      read(encodeHello(spec), reader),
    );
    expect(a?.offer).to.equal(b?.offer);
    expect([a?.hello.sni, b?.hello.sni]).to.deep.equal(['a.example', 'b.example']);
  });

  it('reads the SSL 2.0 form: TLS suites, the challenge as random, a version of its own', () => {
    const challenge = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
    const record = encode(sslv2ClientHello, {
      version: 0x0301,
      cipherSpecs: [0x00002f, 0x010080, 0x000005],
      sessionId: new Uint8Array(),
      challenge,
    });
    const found = readerWith().readSslv2(record, place);
    expect(found?.hello).to.include({ version: 'SSLv2', sni: null, length: record.length - 2 });
    expect(found?.hello.cipherSuites).to.deep.equal(['0x002f', '0x0005']);
    expect(found?.offer.versions).to.deep.equal(['0x0301']);
    expect(toHex(found?.random ?? new Uint8Array())).to.equal(`${'00'.repeat(16)}${toHex(challenge)}`);
    expect(readerWith().readSslv2(record.subarray(0, -1), place)).to.equal(null);
  });

  it('shows at most 1,000 items of a list, and counts lists that it shortened', () => {
    const counters = new Counters();
    // By hand: the encoder writes no more than 4,096.
    const plain = encodeHello({ ...tls12Hello(1, null), extensions: null });
    const block = new Uint8Array(2 + 15_000 * 4);
    block.set([(block.length - 2) >> 8, (block.length - 2) & 0xff]);
    for (let i = 0; i < 15_000; i++) block.set([0x40 + (i >> 8), i & 0xff], 2 + 4 * i);
    const message = concat(plain, block);
    const found = read(message, readerWith(counters));
    expect(found?.hello.extensions.length).to.equal(1000);
    expect(found?.hello.length).to.equal(message.length);
    expect(counters.toJSON()).to.deep.equal({ 'hello-list-shortened': 1 });
  });

  it('makes names safe to print and cuts them', () => {
    for (const [name, shown] of [
      ['a\u0000b\u001b[31m', 'a\\u{0}b\\u{1b}[31m'],
      ['../../etc/passwd', '../../etc/passwd'],
      ['__proto__', '__proto__'],
      ['x'.repeat(400), 'x'.repeat(255)],
    ] as const) {
      const bytes = new TextEncoder().encode(name);
      const body = Uint8Array.of(
        (bytes.length + 3) >> 8,
        bytes.length + 3,
        0,
        bytes.length >> 8,
        bytes.length,
        ...bytes,
      );
      const spec: HelloSpec = { ...tls12Hello(1, null), extensions: [{ type: '0x0000', data: toHex(body) }] };
      expect(read(encodeHello(spec))?.hello.sni).to.equal(shown);
    }
  });

  it('stays fast and small when every hello offers something else', () => {
    const counters = new Counters();
    const reader = readerWith(counters);
    const spec = tls13Hello(1, null, new Uint8Array(32).fill(1));
    for (let i = 0; i < 300; i++) {
      const cipherSuites = [...spec.cipherSuites, codeText(0x4000 + i)];
      expectAgreement(encodeHello({ ...spec, cipherSuites }), reader);
    }
  });
});
