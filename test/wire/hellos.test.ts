import { createHash } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  clientHelloExtensions,
  helloRetryRequestExtensions,
  serverHelloExtensions,
} from '../../lib/wire/extensions/tables.ts';
import {
  clientHello,
  clientHelloVerbatim,
  concat,
  decode,
  encode,
  extensionType,
  findExtension,
  fromHex,
  handshakeMessage,
  handshakeType,
  helloRetryRequestRandom,
  isHelloRetryRequest,
  serverHello,
  sslv2ClientHello,
  toHex,
} from '../../lib/wire/index.ts';
import { bytes, exactly, extensions, fields, list, u8, u16, u24 } from './arbitraries.ts';
import { bodies } from './bodies.ts';
import { codecLaws, refusal } from './codec-laws.ts';
import { bodiesOf, rfc8448 } from './sessions.ts';

const beforeCipherSuites = 2 + 32;

/** Where the extensions begin, which may be absent (RFC 5246 §7.4.1.2). */
function extensionsStart(hello: Uint8Array): number {
  let at = beforeCipherSuites;
  at += 1 + (hello[at] as number);
  at += 2 + (hello[at] as number) * 256 + (hello[at + 1] as number);
  return at + 1 + (hello[at] as number);
}

const hello = { legacyVersion: u16, random: exactly(32), sessionId: bytes(0, 32) };
const optionally = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 8 });
const offered = { cipherSuites: list(u16, 1, 40), compressionMethods: list(u8, 1) };
const ssl3Hello = `0300${'11'.repeat(32)}000004000500040100`;

codecLaws(
  'ClientHello',
  clientHello,
  fields({ ...hello, ...offered, extensions: optionally(extensions(clientHelloExtensions, bodies)) }) as never,
  {
    vectors: [rfc8448('clientHello'), ssl3Hello, ...bodiesOf(handshakeType.client_hello, 'tls13-hrr', 'tls12-ecdhe')],
    legalCuts: (wire) => [extensionsStart(wire)],
  },
);

codecLaws(
  'ClientHello with its extensions verbatim',
  clientHelloVerbatim,
  fields({ ...hello, ...offered, extensions: optionally(list(fields({ type: u16, data: bytes() }))) }),
  { vectors: [rfc8448('clientHello')], legalCuts: (wire) => [extensionsStart(wire)] },
);

const retry = { ...hello, random: fc.constant(helloRetryRequestRandom) };
const chosen = { cipherSuite: u16, compressionMethod: u8 };
const serverExtensionsStart = (wire: Uint8Array): number => 2 + 32 + 1 + (wire[34] as number) + 3;

codecLaws(
  'ServerHello',
  serverHello,
  fc.oneof(
    fields({ ...hello, ...chosen, extensions: optionally(extensions(serverHelloExtensions, bodies)) }),
    fields({ ...retry, ...chosen, extensions: optionally(extensions(helloRetryRequestExtensions, bodies)) }),
  ) as never,
  {
    vectors: [rfc8448('serverHello'), ...bodiesOf(handshakeType.server_hello, 'tls13-hrr', 'tls12-ecdhe', 'tls12-rsa')],
    legalCuts: (wire) => [serverExtensionsStart(wire)],
  },
);

codecLaws(
  'ClientHello in SSL 2.0 form',
  sslv2ClientHello,
  fields({ version: u16, cipherSpecs: list(u24), sessionId: bytes(), challenge: bytes() }),
  { vectors: [`8028010301000f00000010000004000005${'010080070 0c000002f'.replace(' ', '')}${'ab'.repeat(16)}`] },
);

describe('ClientHello', () => {
  it('are those of RFC 8448, which prints the hash of its ClientHello and ServerHello', () => {
    const messages = [
      { type: handshakeType.client_hello, body: fromHex(rfc8448('clientHello')) },
      { type: handshakeType.server_hello, body: fromHex(rfc8448('serverHello')) },
    ];
    const transcript = concat(...messages.map((message) => encode(handshakeMessage, message)));
    expect(createHash('sha256').update(transcript).digest('hex')).to.equal(
      '860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8',
    );
  });

  it('shows what the client of RFC 8448 offers', () => {
    const value = decode(clientHello, fromHex(rfc8448('clientHello')));
    expect(value.cipherSuites).to.deep.equal([0x1301, 0x1303, 0x1302]);
    expect(findExtension(value.extensions, extensionType.supported_versions)).to.deep.equal([0x0304]);
    const [name] = findExtension(value.extensions, extensionType.server_name) ?? [];
    expect(new TextDecoder().decode(name?.name)).to.equal('server');
    expect(findExtension(value.extensions, extensionType.record_size_limit)).to.equal(0x4001);
    const shares = findExtension(value.extensions, extensionType.key_share);
    expect(shares?.map(({ group, keyExchange }) => [group, keyExchange.length])).to.deep.equal([[29, 32]]);
  });

  it('tells absent extensions from an empty list, and writes each back', () => {
    const absent = decode(clientHello, fromHex(ssl3Hello));
    const empty = decode(clientHello, fromHex(`${ssl3Hello}0000`));
    expect(absent).not.to.have.property('extensions');
    expect(empty.extensions).to.deep.equal([]);
    expect(toHex(encode(clientHello, absent))).to.equal(ssl3Hello);
    expect(toHex(encode(clientHello, empty))).to.equal(`${ssl3Hello}0000`);
  });

  it('takes as many cipher suites as the length can count', () => {
    const value = decode(clientHello, fromHex(ssl3Hello));
    const cipherSuites = Array.from({ length: 32_767 }, (_, i) => i);
    expect(decode(clientHello, encode(clientHello, { ...value, cipherSuites })).cipherSuites).to.have.length(32_767);
  });

  it('keeps a malformed extension readable in the verbatim form', () => {
    const wire = fromHex(`${ssl3Hello}00060000000200ff`);
    expect(refusal(clientHello, wire).path).to.equal('extensions.0.data');
    const [only] = decode(clientHelloVerbatim, wire).extensions ?? [];
    expect(only).to.deep.equal({ type: 0, data: Uint8Array.of(0, 0xff) });
  });
});

describe('ServerHello', () => {
  it('tells a HelloRetryRequest by its random and reads the group in key_share', () => {
    const [retryRequest, answer] = bodiesOf(handshakeType.server_hello, 'tls13-hrr').map((hex) =>
      decode(serverHello, fromHex(hex)),
    );
    if (retryRequest === undefined || !isHelloRetryRequest(retryRequest)) throw new Error('not a HelloRetryRequest');
    expect(findExtension(retryRequest.extensions, extensionType.key_share)).to.equal(24);
    if (answer === undefined || isHelloRetryRequest(answer)) throw new Error('not a ServerHello');
    expect(findExtension(answer.extensions, extensionType.key_share)?.group).to.equal(24);
  });
});

describe('ClientHello in SSL 2.0 form', () => {
  it('gives TLS suites as three-byte codes that begin with zero', () => {
    const wire = fromHex(`801c0103010003 0000 0010 00002f`.replaceAll(' ', '') + 'cd'.repeat(16));
    const value = decode(sslv2ClientHello, wire);
    expect(value.version).to.equal(0x0301);
    expect(value.cipherSpecs).to.deep.equal([0x00002f]);
    expect(value.challenge).to.have.length(16);
  });

  it('refuses a TLS record', () => {
    expect(refusal(sslv2ClientHello, fromHex('1603010000')).code).to.equal('bad-value');
  });
});
