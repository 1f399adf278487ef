import { isIPv4 } from 'node:net';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { addressText } from '../../../lib/capture/link/address.ts';

describe('addresses as text', () => {
  it('writes the examples of RFC 5952', () => {
    const texts: Readonly<Record<string, readonly [number, number, number, number]>> = {
      '192.0.2.255': [0, 0, 0xffff, 0xc00002ff],
      '255.255.255.255': [0, 0, 0xffff, 0xffffffff],
      '::': [0, 0, 0, 0],
      '::1': [0, 0, 0, 1],
      '2001:db8::1': [0x20010db8, 0, 0, 1],
      '2001:db8:0:1:1:1:1:1': [0x20010db8, 1, 0x10001, 0x10001],
      '2001:0:0:1::1': [0x20010000, 1, 0, 1],
      '2001:db8::1:0:0:1': [0x20010db8, 0, 0x10000, 1],
      'fe80::': [0xfe800000, 0, 0, 0],
      '::aaaa:0:0:1': [0, 0, 0xaaaa0000, 1],
      '::ffff:0:c000:201': [0, 0, 0xffff0000, 0xc0000201],
    };
    for (const [text, words] of Object.entries(texts)) expect(addressText(...words)).to.equal(text);
  });

  it('writes what the URL standard, which has the same rules, writes', () => {
    const word = fc.oneof(fc.constant(0), fc.constantFrom(1, 0x10000, 0x10001, 0xffff), fc.nat(0xffffffff));
    fc.assert(
      fc.property(word, word, word, word, (w0, w1, w2, w3) => {
        const text = addressText(w0, w1, w2, w3);
        if (w0 === 0 && w1 === 0 && w2 === 0xffff) {
          expect(isIPv4(text)).to.equal(true);
        } else {
          expect(new URL(`http://[${text}]/`).hostname).to.equal(`[${text}]`);
        }
      }),
      { seed: 5952, numRuns: 500 },
    );
  });
});
