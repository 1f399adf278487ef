import { expect } from 'chai';
import * as fc from 'fast-check';
import { DecodeError } from '../../lib/wire/index.ts';
import { checkDer } from '../../lib/x509/index.ts';
import { childrenOf, readTlv, rootTlv } from '../../lib/x509/tlv.ts';
import { der, int, octets, seq } from './der.ts';

const refuse = (bytes: Uint8Array, code: string): void => {
  expect(() => checkDer(bytes))
    .to.throw(DecodeError)
    .with.property('code', code);
};

describe('DER framing', () => {
  it('finds the end of the outermost element and leaves what follows alone', () => {
    expect(checkDer(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05, 0xff))).to.deep.equal({ end: 5, longLengthAt: null });
  });

  it('refuses indefinite lengths with their offset', () => {
    expect(() => checkDer(seq(Uint8Array.of(0x30, 0x80, 0, 0)))).to.throw(/indefinite length.* at byte 2/);
  });

  it('tells the first length that could be shorter', () => {
    expect(checkDer(seq(Uint8Array.of(0x04, 0x81, 0x01, 0x00))).longLengthAt).to.equal(2);
    expect(checkDer(Uint8Array.of(0x04, 0x82, 0x00, 0x80, ...new Uint8Array(128))).longLengthAt).to.equal(0);
    expect(checkDer(octets(new Uint8Array(300))).longLengthAt).to.equal(null);
  });

  it('refuses an inner element that reaches beyond its parent', () => {
    refuse(Uint8Array.of(0x30, 0x03, 0x04, 0x05, 0x00, 0, 0, 0, 0), 'truncated');
  });

  it('refuses lengths beyond anything that can be sent, without allocating', () => {
    refuse(Uint8Array.of(0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00), 'truncated');
    refuse(Uint8Array.of(0x30, 0xff, 0x00), 'bad-value');
  });

  it('walks 64 levels and refuses the 65th', () => {
    const nested = (levels: number): Uint8Array => (levels === 1 ? seq() : seq(nested(levels - 1)));
    expect(checkDer(nested(64)).end).to.be.greaterThan(0);
    refuse(nested(65), 'too-deep');
  });

  it('reads tags above 30 as one identifier', () => {
    expect(readTlv(Uint8Array.of(0x5f, 0x81, 0x01, 0x01, 0x00), 0, 5)).to.include({ content: 4, end: 5 });
    refuse(Uint8Array.of(0x1f, 0x81, 0x81, 0x81, 0x81, 0x01, 0x00), 'bad-value');
  });

  it('refuses every proper prefix', () => {
    const whole = seq(int(1), octets(new Uint8Array(200)), der(0xa0, seq(int(2))));
    for (let n = 0; n < whole.length; n++) expect(() => checkDer(whole.subarray(0, n)), `${n}`).to.throw(DecodeError);
  });

  it('lists children that fill their parent exactly', () => {
    const bytes = seq(int(1), int(2), octets());
    const children = childrenOf(bytes, rootTlv(bytes, 0x30, 'test'));
    expect(children.map(({ start, end }) => end - start)).to.deep.equal([3, 3, 2]);
  });

  it('throws nothing but DecodeError on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          const { end } = checkDer(bytes);
          return end <= bytes.length;
        } catch (error) {
          return error instanceof DecodeError;
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
