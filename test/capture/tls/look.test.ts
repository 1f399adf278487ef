import { expect } from 'chai';
import * as fc from 'fast-check';
import { looksLikeTlsStart, mayBeginTls } from '../../../lib/capture/tls/look.ts';
import { encode, fromHex, sslv2ClientHello } from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { handshakeRecord, tls12 } from './streams.ts';

const look = (hex: string): number => looksLikeTlsStart(fromHex(hex), 0, fromHex(hex).length);
const [hello, serverFlight, , serverEnd, data] = tls12().map(([, bytes]) => bytes) as [
  Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array,
]; // biome-ignore format: a tuple

describe('capture tls look', () => {
  it('knows a ClientHello by its first six bytes, wherever it lies in a buffer', () => {
    for (let length = 6; length <= hello.length; length += 7) {
      expect(looksLikeTlsStart(hello, 0, length), `${length} bytes`).to.equal(1);
    }
    const buffer = new Uint8Array(hello.length + 9);
    buffer.set(hello, 9);
    expect(looksLikeTlsStart(buffer, 9, buffer.length)).to.equal(1);
    for (let length = 0; length < 6; length++) expect(looksLikeTlsStart(hello, 0, length)).to.equal(0);
  });

  it('need not be asked of segments that cannot begin TLS', () => {
    const first = fc.constantFrom(0x00, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x50, 0x80, 0x81, 0xff);
    const second = fc.constantFrom(0x00, 0x02, 0x03, 0x2e);
    const rest = fc.tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 60 }));
    let begin = 0;
    fc.assert(
      fc.property(first, second, rest, (type, major, [third, more]) => {
        const bytes = Uint8Array.of(type, major, third, ...more);
        const begins = looksLikeTlsStart(bytes, 0, bytes.length) !== 0;
        if (begins) begin++;
        for (let end = 1; end <= bytes.length; end++)
          if (looksLikeTlsStart(bytes, 0, end) !== 0 || begins) expect(mayBeginTls(bytes, 0, end)).to.equal(true);
      }),
      {
        numRuns: 3000,
        examples: [
          [0x80, 0x2e, [1, Uint8Array.from([3, 1, 0, 3, 0, 0, 0, 16, ...Array.from({ length: 36 }, () => 1)])]],
        ],
      },
    );
    expect(begin).to.be.above(3);
    expect(mayBeginTls(Uint8Array.of(0x47, 0x45, 0x54), 0, 3)).to.equal(false);
  });

  it('knows a ClientHello whose record holds a byte or two of it', () => {
    expect(look('1603010001 01 1603010001 00')).to.equal(1);
    expect(look('1603010002 0100 1603010100')).to.equal(1);
    expect(look('1603010002 0100 ff')).to.equal(1);
    expect(look('1603010002 0100 aabbccddee')).to.equal(0);
  });

  it('knows a ClientHello in SSL 2.0 form whose lengths add up, and no other', () => {
    const record = encode(sslv2ClientHello, {
      version: 0x0301,
      cipherSpecs: [0x2f, 0x010080],
      sessionId: new Uint8Array(),
      challenge: new Uint8Array(16),
    });
    expect(looksLikeTlsStart(record, 0, record.length)).to.equal(1);
    for (let i = 0; i < 11; i++) {
      const damaged = record.slice();
      damaged[i] = (damaged[i] as number) ^ 0x41;
      expect(looksLikeTlsStart(damaged, 0, record.length), `byte ${i}`).to.equal(0);
    }
  });

  it('tells the records of servers, alerts in clear and everything else apart', () => {
    expect(looksLikeTlsStart(serverFlight, 0, serverFlight.length)).to.equal(2);
    expect(look('16 0303 0004 00000000'), 'HelloRequest').to.equal(2);
    expect(look('15 0301 0002 02 28'), 'alert').to.equal(2);
    expect(looksLikeTlsStart(serverEnd, 0, serverEnd.length), 'change_cipher_spec').to.equal(3);
    expect(looksLikeTlsStart(data, 0, data.length), 'application data').to.equal(3);
    const certificate = handshakeRecord(11, new Uint8Array(600));
    expect(looksLikeTlsStart(certificate, 0, certificate.length), 'Certificate').to.equal(3);
    expect(look('16 0303 0fa0 0b 000fe7 000fe4 000758 3082 0754'), 'a list of certificates').to.equal(2);
    expect(look('16 0303 0fa0 0b 000fe7 000fe4 000fe2 3082 0fde'), 'a certificate longer than its list').to.equal(3);
  });

  it('takes other protocols for none', () => {
    const texts = [
      'GET / HTTP/1.1\r\n',
      'SSH-2.0-OpenSSH_9.6\r\n',
      '220 mail ESMTP\r\n',
      '\x16\x16\x16\x16\x16\x16\x16',
    ];
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      expect(looksLikeTlsStart(bytes, 0, bytes.length), text).to.equal(0);
    }
    expect(look('15 0301 0002 07 28'), 'an alert of an unknown level').to.equal(0);
    expect(look('17 0301 0000 17'), 'an empty record').to.equal(0);
    expect(look('16 0305 0100 01 000100 0303'), 'version 3.5').to.equal(0);
    expect(look('17 0301 ffff 00000000'), 'too long').to.equal(0);
    expect(look('17 0303 0004 aabbccdd 47455420 2f'), 'no record follows').to.equal(0);
  });

  it('finds TLS in less than one of a million random segments', () => {
    // Only segments that could pass are tried: those with a record type, or with the high bit and the type of SSL 2.0.
    const random = bytesFrom(20);
    let found = 0;
    for (let i = 0; i < 100_000; i++) {
      const bytes = random(64);
      if (i % 3 === 0) bytes[0] = 0x16;
      if (i % 3 === 1) bytes[0] = 0x17;
      if (i % 3 === 2) bytes[2] = 1;
      found += looksLikeTlsStart(bytes, 0, 64) === 0 ? 0 : 1;
    }
    // Each of them stands for at least 85 random ones.
    expect(found / (100_000 * 85)).to.be.lessThan(1e-6);
  });

  it('never reads outside of the segment', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0x14, 0x15, 0x16, 0x17, 0x80), (bytes, type) => {
        const part = Uint8Array.from([type, 3, 1, ...bytes]);
        const buffer = new Uint8Array(part.length + 40).fill(0x16);
        buffer.set(part);
        const result = looksLikeTlsStart(buffer, 0, part.length);
        expect(looksLikeTlsStart(part, 0, part.length)).to.equal(result);
      }),
      { seed: 21, numRuns: 500 },
    );
  });
});
