import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  cipherSuite,
  clientKeyExchange,
  decode,
  encode,
  fromHex,
  group,
  handshakeType,
  type SuiteTraits,
  serverKeyExchange,
  suiteTraits,
  tlsVersion,
  toHex,
} from '../../lib/wire/index.ts';
import { bytes, fields, u16 } from './arbitraries.ts';
import { codecLaws, refusal } from './codec-laws.ts';
import { bodiesOf } from './sessions.ts';

const tls12: number = tlsVersion['TLSv1.2'];
const traits = (code: number): SuiteTraits => suiteTraits(code) as SuiteTraits;

const number = bytes(1);
const ecdh = fields({ curveType: fc.constant(3 as const), namedCurve: u16, publicPoint: bytes(1) });
const dh = fields({ p: number, g: number, ys: number });
const rsa = fields({ modulus: number, exponent: number });
const srp = fields({ n: number, g: number, s: number, b: number });
const signed = fields({ algorithm: u16, signature: bytes() });
const signedTls10 = fields({ signature: bytes() });
const hint = bytes();

const server = (session: string): string[] => bodiesOf(handshakeType.server_key_exchange, session);
const client = (session: string): string[] => bodiesOf(handshakeType.client_key_exchange, session);
const two = (value: string): string => `0002${value}`;

describe('ServerKeyExchange', () => {
  const laws = (
    name: string,
    code: number,
    value: fc.Arbitrary<unknown>,
    vectors: readonly string[],
    version = tls12,
  ): void => codecLaws<unknown>(name, serverKeyExchange(traits(code), version), value, { vectors });

  laws(
    'ECDHE with a signature',
    cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    fields({ ecdh, signed }),
    server('tls12-ecdhe'),
  );
  laws(
    'DHE before TLS 1.2',
    cipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
    fields({ dh, signed: signedTls10 }),
    server('tls11-dhe'),
    tlsVersion['TLSv1.1'],
  );
  laws('DHE in TLS 1.2', cipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA, fields({ dh, signed }), server('tls12-dhe'));
  laws('anonymous ECDHE', cipherSuite.TLS_ECDH_anon_WITH_AES_128_CBC_SHA, fields({ ecdh }), server('tls12-anon'));
  laws('PSK', cipherSuite.TLS_PSK_WITH_AES_128_CBC_SHA, fields({ pskIdentityHint: hint }), server('tls12-psk'));
  laws(
    'ECDHE_PSK',
    cipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA,
    fields({ pskIdentityHint: hint, ecdh }),
    server('tls12-ecdhepsk'),
  );
  laws(
    'DHE_PSK',
    cipherSuite.TLS_DHE_PSK_WITH_AES_128_CBC_SHA,
    fields({ pskIdentityHint: hint, dh }),
    server('tls12-dhepsk'),
  );
  laws(
    'export RSA',
    cipherSuite.TLS_RSA_EXPORT_WITH_RC4_40_MD5,
    fields({ rsa, signed: signedTls10 }),
    [`${two('c0c1')}0003010001${two('5a5b')}`],
    tlsVersion['TLSv1.0'],
  );
  laws('SRP', cipherSuite.TLS_SRP_SHA_WITH_AES_128_CBC_SHA, fields({ srp }), [
    `${two('a1a2')}0001020173${two('b1b2')}`,
  ]);

  it('keeps the whole body of a form it does not know', () => {
    const codec = serverKeyExchange(traits(cipherSuite.TLS_ECCPWD_WITH_AES_128_GCM_SHA256), tls12);
    expect(decode(codec, Uint8Array.of(1, 2, 3))).to.deep.equal({ other: Uint8Array.of(1, 2, 3) });
  });

  it('refuses explicit curves', () => {
    const codec = serverKeyExchange(traits(cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), tls12);
    const error = refusal(codec, fromHex('01001d'));
    expect([error.code, error.path, error.offset]).to.deep.equal(['bad-value', 'ecdh.curveType', 0]);
  });

  it('shows group and signature algorithm of a recorded handshake', () => {
    const codec = serverKeyExchange(traits(cipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384), tls12);
    const [value] = server('tls12-ecdhe').map((hex) => decode(codec, fromHex(hex)));
    expect(value?.ecdh?.namedCurve).to.equal(group.x25519);
    expect(value?.signed?.algorithm).to.equal(0x0403);
  });
});

describe('ClientKeyExchange', () => {
  const laws = (name: string, code: number, value: fc.Arbitrary<unknown>, vectors: readonly string[]): void =>
    codecLaws<unknown>(name, clientKeyExchange(traits(code), tls12), value, { vectors });

  laws(
    'RSA',
    cipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
    fields({ encryptedPreMasterSecret: bytes() }),
    client('tls12-rsa'),
  );
  codecLaws<unknown>(
    'ECDHE',
    clientKeyExchange(traits(cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), tls12),
    fields({ ecdhYc: bytes(1) }),
    { vectors: client('tls12-ecdhe'), legalCuts: () => [0] },
  );
  codecLaws<unknown>(
    'DHE',
    clientKeyExchange(traits(cipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA), tls12),
    fields({ dhYc: bytes(1) }),
    { vectors: client('tls12-dhe'), legalCuts: () => [0] },
  );
  laws('PSK', cipherSuite.TLS_PSK_WITH_AES_128_CBC_SHA, fields({ pskIdentity: bytes() }), client('tls12-psk'));

  it('has no length before the secret in SSL 3.0', () => {
    const codec = clientKeyExchange(traits(cipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA), tlsVersion.SSLv3);
    expect(toHex(encode(codec, decode(codec, fromHex('a1a2a3'))))).to.equal('a1a2a3');
    expect(decode(codec, fromHex('a1a2a3')).encryptedPreMasterSecret).to.have.length(3);
  });
});
