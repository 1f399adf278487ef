import { expect } from 'chai';
import {
  clientHello,
  decode,
  encode,
  fromHex,
  HarnessError,
  handshakeType,
  keyShareEntry,
  malform,
  opaque,
  serverHello,
  spansOf,
  sslv2ClientHello,
  struct,
  toHex,
  u8,
  u16,
  vec,
} from '../../lib/wire/index.ts';
import { refusal } from './codec-laws.ts';
import { codecOf, recordedMessages, rfc8448 } from './sessions.ts';

const shares = vec(2, keyShareEntry);
const wire = encode(shares, [{ group: 0x1d, keyExchange: fromHex('a1a2a3a4') }]);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof HarnessError) return error.code;
    throw error;
  }
  return 'none';
};

describe('spansOf', () => {
  it('names lengths, values and groups in reading order', () => {
    expect(spansOf(shares, wire).map(({ path, start, end, kind }) => `${path} ${start}-${end} ${kind}`)).to.deep.equal([
      '#length 0-2 length',
      '0.group 2-4 value',
      '0.keyExchange.#length 4-6 length',
      '0.keyExchange 6-10 value',
      '0 2-10 group',
      ' 2-10 group',
    ]);
  });

  it('covers every byte of every recorded message once', () => {
    for (const message of recordedMessages()) {
      const covered = new Uint8Array(message.body.length);
      for (const { start, end, kind } of spansOf(codecOf(message), message.body)) {
        if (kind !== 'group') for (let i = start; i < end; i++) covered[i] = (covered[i] as number) + 1;
      }
      expect(
        covered.every((count) => count === 1),
        `${message.session} type ${message.type}`,
      ).to.equal(true);
    }
  });

  it('gives no two fields the same name', () => {
    for (const message of recordedMessages()) {
      const paths = spansOf(codecOf(message), message.body)
        .filter(({ kind }) => kind !== 'group')
        .map(({ path }) => path);
      expect(new Set(paths).size, `${message.session} type ${message.type}`).to.equal(paths.length);
    }
  });

  it('tells the length of an extension from the length of the list inside it', () => {
    const hello = fromHex(rfc8448('clientHello'));
    const lengthAt = (path: string): number => {
      const span = spansOf(clientHello, hello).find((candidate) => candidate.path === path);
      return span === undefined ? -1 : (hello[span.start] as number) * 256 + (hello[span.start + 1] as number);
    };
    expect(lengthAt('extensions.0.#length')).to.equal(11);
    expect(lengthAt('extensions.0.data.#length')).to.equal(9);
    expect(lengthAt('extensions.0.data.0.name.#length')).to.equal(6);
  });

  it('covers the SSL 2.0 form too', () => {
    const hello = encode(sslv2ClientHello, {
      version: 0x0301,
      cipherSpecs: [0x2f],
      sessionId: new Uint8Array(),
      challenge: new Uint8Array(16),
    });
    const spans = spansOf(sslv2ClientHello, hello).filter(({ kind }) => kind !== 'group');
    expect(spans.reduce((sum, { start, end }) => sum + end - start, 0)).to.equal(hello.length);
  });

  it('gives the same error as decode', () => {
    const hello = fromHex(rfc8448('clientHello'));
    for (const length of [1, 40, 60, 100, 150]) {
      const cut = hello.subarray(0, length);
      expect(() => spansOf(clientHello, cut)).to.throw(refusal(clientHello, cut).message);
    }
  });
});

describe('malform', () => {
  it('changes the named fields and nothing else', () => {
    const bad = malform(shares, wire, { '0.keyExchange.#length': 0xffff, '0.group': 0x6399 });
    expect(toHex(bad)).to.equal('00086399ffffa1a2a3a4');
    expect(refusal(shares, bad).message).to.equal('truncated: 0.keyExchange: need 65535 bytes, have 4 at byte 6');
  });

  it('puts longer, shorter and no bytes in place of a field, without repairing lengths', () => {
    expect(toHex(malform(shares, wire, { '0.keyExchange': fromHex('ff') }))).to.equal('0008001d0004ff');
    expect(toHex(malform(shares, wire, { '0.keyExchange': new Uint8Array() }))).to.equal('0008001d0004');
    expect(toHex(malform(shares, wire, { '0': fromHex('00112233445566778899') }))).to.equal('000800112233445566778899');
  });

  it('reaches every field of a recorded hello', () => {
    const hello = fromHex(rfc8448('clientHello'));
    for (const { path, start, end, kind } of spansOf(clientHello, hello)) {
      if (kind === 'group' || start === end) continue;
      const edited = malform(clientHello, hello, { [path]: new Uint8Array(end - start).fill(0xee) });
      expect(toHex(edited.subarray(start, end))).to.equal('ee'.repeat(end - start));
      expect(edited.length).to.equal(hello.length);
    }
  });

  it('edits what decides the form of a message', () => {
    const [first] = recordedMessages().filter(({ type }) => type === handshakeType.server_hello);
    const bytes = malform(serverHello, first?.body as Uint8Array, { legacyVersion: 0x0305 });
    expect(decode(serverHello, bytes).legacyVersion).to.equal(0x0305);
  });

  it('refuses unknown fields, numbers that do not fit and edits that overlap', () => {
    expect(codeOf(() => malform(shares, wire, { '1.group': 1 }))).to.equal('unknown-field');
    expect(codeOf(() => malform(shares, wire, { '0.group': 0x10000 }))).to.equal('out-of-range');
    expect(codeOf(() => malform(shares, wire, { '0.group': -1 }))).to.equal('out-of-range');
    expect(codeOf(() => malform(shares, wire, { '0': fromHex('00'), '0.group': 1 }))).to.equal('overlapping-edits');
  });

  it('writes numbers in the width of the field', () => {
    const codec = struct({ a: u8, b: opaque(3), c: u16 });
    const bytes = encode(codec, { a: 1, b: fromHex('01'), c: 2 });
    expect(toHex(malform(codec, bytes, { a: 255, 'b.#length': 0xff_ffff, c: 0 }))).to.equal('ffffffff010000');
  });
});
