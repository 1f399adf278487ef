import { expect } from 'chai';
import * as fc from 'fast-check';
import { nearest, printable } from '../../lib/wire/index.ts';

describe('printable', () => {
  it('writes control, bidi and invisible characters out', () => {
    expect(printable('a\u001b[31mb\u0007\n')).to.equal('a\\u{1b}[31mb\\u{7}\\u{a}');
    expect(printable('a\u202eb\u200bc\u2028d\u009b')).to.equal('a\\u{202e}b\\u{200b}c\\u{2028}d\\u{9b}');
    expect(printable('\ud800x\ue000\ufdd0')).to.equal('\\u{d800}x\\u{e000}\\u{fdd0}');
  });

  it('leaves every other text as it is', () => {
    expect(printable('証明書 CN=é 😀 \\u{1b}')).to.equal('証明書 CN=é 😀 \\u{1b}');
  });

  it('has nothing left to write out the second time, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(printable(text))).to.equal(printable(text));
      }),
      { seed: 0x7e47 },
    );
  });
});

describe('nearest', () => {
  const names = ['cert.expired', 'cert.expiring', 'tls.no-common-cipher', 'TLS_AES_128_GCM_SHA256', 'x25519'];

  it('gives the words that differ least, best first and in whatever case', () => {
    expect(nearest('cert.expird', names)).to.deep.equal(['cert.expired', 'cert.expiring']);
    expect(nearest('tls_aes_128_gcm_sha265', names)).to.deep.equal(['TLS_AES_128_GCM_SHA256']);
    expect(nearest('X25519', names)).to.deep.equal(['x25519']);
    expect(nearest('X2551', names)).to.deep.equal(['x25519']);
  });

  it('gives words that hold the wanted one', () => {
    expect(nearest('cipher', names)).to.deep.equal(['tls.no-common-cipher']);
    expect(nearest('ci', names)).to.deep.equal([]);
  });

  it('gives at most three, none when all are far away, and takes words of any length', () => {
    expect(nearest('abc', ['abcd', 'abce', 'abcf', 'abcg'])).to.deep.equal(['abcd', 'abce', 'abcf']);
    expect(nearest('zzzzzzzz', names)).to.deep.equal([]);
    expect(nearest('', names)).to.deep.equal([]);
    expect(nearest('x'.repeat(1_000_000), names)).to.deep.equal([]);
  });
});
