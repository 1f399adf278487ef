import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  decodeHello,
  encodeHello,
  type HelloSpec,
  helloLength,
  makePreset,
  withExtension,
} from '../../lib/hello/index.ts';
import {
  clientHelloVerbatim,
  decode,
  encode,
  fromHex,
  HarnessError,
  handshakeMessage,
  toHex,
} from '../../lib/wire/index.ts';
import { anyExtension, anyHello, seededRandom } from './support.ts';

const hello = makePreset('openssl-3', { sni: 'vpn.example.com', random: seededRandom(1) });

/** The hello with one extension whose body is these bytes. */
function withBody(type: number, body: string): Uint8Array {
  const message = {
    ...decode(clientHelloVerbatim, decode(handshakeMessage, encodeHello(hello)).body),
    extensions: [{ type, data: fromHex(body) }],
  };
  return encode(handshakeMessage, { type: 1, body: encode(clientHelloVerbatim, message) });
}

describe('HelloSpec and its bytes', () => {
  it('gives back every spec it can write', () => {
    fc.assert(
      fc.property(anyHello, (spec) => {
        expect(decodeHello(encodeHello(spec))).to.deep.equal(spec);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives back the same bytes for every hello it accepts, whatever its extension bodies hold', () => {
    const body = fc.uint8Array({ maxLength: 40 });
    const type = fc.oneof(
      fc.constantFrom(0, 1, 5, 10, 11, 13, 16, 21, 27, 28, 35, 41, 43, 44, 45, 50, 51, 0xff01),
      fc.nat(0xffff),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(type, body), { maxLength: 6 }), (list) => {
        const value = {
          ...decode(clientHelloVerbatim, decode(handshakeMessage, encodeHello(hello)).body),
          extensions: list.map(([type, data]) => ({ type, data })),
        };
        const message = encode(handshakeMessage, { type: 1, body: encode(clientHelloVerbatim, value) });
        expect(toHex(encodeHello(decodeHello(message)))).to.equal(toHex(message));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('gives back the same bytes for mutations of a real hello, or refuses them with a typed error', () => {
    const original = encodeHello(hello);
    const edits = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(8), (changes, cut) => {
        const bytes = original.slice(0, original.length - cut);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        let spec: HelloSpec;
        try {
          spec = decodeHello(bytes);
        } catch (error) {
          expect(error).to.be.instanceOf(HarnessError);
          return;
        }
        expect(toHex(encodeHello(spec))).to.equal(toHex(bytes));
      }),
      { seed: 3, numRuns: 1500 },
    );
  });

  it('is plain JSON', () => {
    fc.assert(
      fc.property(anyHello, (spec) => {
        expect(encodeHello(JSON.parse(JSON.stringify(spec)) as HelloSpec)).to.deep.equal(encodeHello(spec));
      }),
      { seed: 4, numRuns: 50 },
    );
  });

  it('shows the common extensions in readable form', () => {
    expect(hello.extensions).to.deep.include({ type: '0x0000', serverName: 'vpn.example.com' });
    expect(hello.extensions).to.deep.include({
      type: '0x002b',
      supportedVersions: ['0x0304', '0x0303', '0x0302', '0x0301'],
    });
    const alpn = decodeHello(withBody(16, '000c02683208687474702f312e31')).extensions;
    expect(alpn).to.deep.equal([{ type: '0x0010', alpn: ['h2', 'http/1.1'] }]);
  });

  it('keeps a known extension verbatim when its body is not as specified', () => {
    for (const [type, body] of [
      [10, '0003001d00'], // odd length of two-byte items
      [0, '00'], // too short for its own length
      [13, '0000'], // an empty list where at least one is required
      [21, '0001'], // padding that is not zero
      [5, '0200000000'], // a status type that is not ocsp
      [0, '000c000003612e62000003632e64'], // two host names
      [43, '0304030304'], // bytes left over
    ] as const) {
      const spec = decodeHello(withBody(type, body));
      expect(spec.extensions, `${type} ${body}`).to.deep.equal([
        { type: `0x00${toHex(Uint8Array.of(type))}`, data: body },
      ]);
    }
  });

  it('tells a hello without an extension block from one with an empty block', () => {
    const without = { ...hello, extensions: null };
    const empty = { ...hello, extensions: [] };
    expect(helloLength(empty) - helloLength(without)).to.equal(2);
    expect(decodeHello(encodeHello(without)).extensions).to.equal(null);
    expect(decodeHello(encodeHello(empty)).extensions).to.deep.equal([]);
  });

  it('writes a verbatim body and the same body in readable form alike', () => {
    fc.assert(
      fc.property(anyExtension, (extension) => {
        const message = encodeHello({ ...hello, extensions: [extension] });
        const [verbatim] = decode(clientHelloVerbatim, decode(handshakeMessage, message).body).extensions ?? [];
        const spec = withExtension(
          { ...hello, extensions: [] },
          { type: extension.type, data: toHex(verbatim?.data as Uint8Array) },
        );
        expect(encodeHello(spec)).to.deep.equal(message);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('refuses other messages and broken lengths with typed errors', () => {
    const message = encodeHello(hello);
    expect(() => decodeHello(Uint8Array.of(2, 0, 0, 0))).to.throw(HarnessError, /server_hello, not a ClientHello/);
    for (let n = 0; n < message.length; n++) {
      expect(() => decodeHello(message.subarray(0, n)), `cut at ${n}`).to.throw(HarnessError);
    }
    expect(() => decodeHello(Uint8Array.of(...message, 0))).to.throw(HarnessError, /trailing/);
  });

  it('names what is wrong with a spec that came from a file', () => {
    const broken = (changes: object): HelloSpec => ({ ...hello, ...changes });
    expect(() => encodeHello(broken({ cipherSuites: ['1302'] }))).to.throw(HarnessError, /"1302" is not a code/);
    expect(() => encodeHello(broken({ cipherSuites: undefined }))).to.throw(
      HarnessError,
      /not a ClientHello specification/,
    );
    expect(() => encodeHello(broken({ random: 'aa' }))).to.throw(HarnessError, /random/);
    expect(() => encodeHello(broken({ extensions: [{ type: '0x000a', grups: [] }] }))).to.throw(
      HarnessError,
      'The extension 0x000a needs data or groups.',
    );
    expect(() => encodeHello(broken({ extensions: [{ type: '0x0000', serverName: '例え.jp' }] }))).to.throw(
      HarnessError,
      /not one byte/,
    );
  });
});
