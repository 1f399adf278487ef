import { expect } from 'chai';
import * as fc from 'fast-check';
import { codeText, concat, fromHex, HarnessError, sameBytes, toHex } from '../../lib/wire/index.ts';

describe('bytes', () => {
  it('turn into hex and back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => sameBytes(fromHex(toHex(bytes)), bytes)),
      { seed: 3 },
    );
    expect(toHex(fromHex('0A:ff 10\n'))).to.equal('0aff10');
  });

  it('refuse text that is not hex', () => {
    for (const text of ['0', 'zz', '0x01', '01,02']) expect(() => fromHex(text), text).to.throw(HarnessError);
  });

  it('join in order', () => {
    expect([...concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))]).to.deep.equal([1, 2, 3]);
    expect(concat()).to.have.length(0);
  });

  it('compare by content and length', () => {
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).to.equal(true);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).to.equal(false);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.equal(false);
  });
});

describe('codeText', () => {
  it('writes code points with four hex digits', () => {
    expect([0, 0x2f, 0x1301, 0xffff].map(codeText)).to.deep.equal(['0x0000', '0x002f', '0x1301', '0xffff']);
  });
});

describe('HarnessError', () => {
  it('carries code and hint, and is recognised across copies of the package', () => {
    const error = new HarnessError('some-code', 'A sentence.', { hint: 'Do this.' });
    expect(error).to.include({ name: 'HarnessError', code: 'some-code', message: 'A sentence.', hint: 'Do this.' });
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('helloprobe.HarnessError'), { value: true });
    expect(foreign instanceof HarnessError).to.equal(true);
    expect(new Error('x') instanceof HarnessError).to.equal(false);
    expect(((value: unknown) => value instanceof HarnessError)(null)).to.equal(false);
  });
});
