import { expect } from 'chai';
import * as fc from 'fast-check';
import * as wire from '../../lib/wire/index.ts';
import { bytes, fields, list, u8, u16, u24 } from './arbitraries.ts';
import { codecLaws } from './codec-laws.ts';

const u48 = fc.integer({ min: 0, max: 2 ** 48 - 1 });

codecLaws('48-bit integer', wire.u48, u48, { vectors: ['000000000000', '0102030405ff', 'ffffffffffff'] });

codecLaws(
  'DTLS record',
  wire.dtlsRecord,
  fields({ type: u8, version: u16, epoch: u16, sequenceNumber: u48, fragment: bytes() }),
  { vectors: ['16fefd00010000000000ff00020102', '15feff0000ffffffffffff0000'] },
);

codecLaws(
  'DTLS handshake fragment',
  wire.dtlsHandshake,
  fields({ type: u8, length: u24, messageSeq: u16, fragmentOffset: u24, fragment: bytes() }),
  { vectors: ['0e0000000005000000000000', '0b00100000020000100000020102'] },
);

const hello = `fefd${'c1'.repeat(32)}0002abcd0004c02b00ff0100`;
codecLaws(
  'ClientHello of DTLS without extensions',
  wire.dtlsClientHello,
  fields({
    legacyVersion: u16,
    random: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    sessionId: fc.uint8Array({ maxLength: 32 }),
    cookie: bytes(),
    cipherSuites: list(u16, 1),
    compressionMethods: list(u8, 1),
  }),
  {
    vectors: [hello, `${hello}0005ff01000100`],
    legalCuts: (whole) => [hello.length / 2].filter((cut) => cut < whole.length),
  },
);

describe('DTLS versions', () => {
  it('have names of their own, which no TLS version has', () => {
    expect([0x0100, 0xfeff, 0xfefd, 0xfefc].map((code) => wire.dtlsVersions.nameOf(code))).to.deep.equal([
      'DTLSv0.9',
      'DTLSv1.0',
      'DTLSv1.2',
      'DTLSv1.3',
    ]);
    for (const [code] of wire.dtlsVersions.entries()) expect(wire.tlsVersions.has(code)).to.equal(false);
  });

  it('have an encrypted record in 1.3 that begins like no other', () => {
    for (let byte = 0; byte < 256; byte++) expect(wire.isDtlsUnifiedHeader(byte)).to.equal(byte >= 32 && byte < 64);
    for (const [code] of wire.contentTypes.entries()) expect(wire.isDtlsUnifiedHeader(code)).to.equal(false);
  });
});
