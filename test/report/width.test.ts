import { expect } from 'chai';
import * as fc from 'fast-check';
import { cutColumns, displayWidth, padColumns, wrapColumns } from '../../lib/report/index.ts';

describe('report: columns', () => {
  it('counts wide characters as two, combining ones as none', () => {
    expect(displayWidth('abc')).to.equal(3);
    expect(displayWidth('証明書')).to.equal(6);
    expect(displayWidth('ｶﾅ')).to.equal(2);
    expect(displayWidth('ＡＢ')).to.equal(4);
    expect(displayWidth('e\u0301')).to.equal(1);
    expect(displayWidth('한글')).to.equal(4);
    expect(displayWidth('✔✖…·')).to.equal(4);
    expect(displayWidth('😀𠮷')).to.equal(4);
  });

  it('pads and cuts by columns', () => {
    expect(padColumns('証明書', 8)).to.equal('証明書  ');
    expect(padColumns('証明書', 4)).to.equal('証明書');
    expect(cutColumns('証明書', 5)).to.equal('証明…');
    expect(cutColumns('証明書', 4)).to.equal('証…');
    expect(cutColumns('abc', 3)).to.equal('abc');
  });

  it('wraps at spaces and between wide characters, never before a closing mark', () => {
    expect(wrapColumns('one two three', 7)).to.deep.equal(['one two', 'three']);
    expect(wrapColumns('証明書の期限が切れています。', 12)).to.deep.equal(['証明書の期限', 'が切れていま', 'す。']);
    expect(wrapColumns('期限切れです。', 12)).to.deep.equal(['期限切れで', 'す。']);
    expect(wrapColumns('abcdefghij', 4)).to.deep.equal(['abcd', 'efgh', 'ij']);
    expect(wrapColumns('', 10)).to.deep.equal(['']);
  });

  it('keeps every line within its columns and loses nothing but spaces', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '証', '明', '。', '(', 'e\u0301', '-'),
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 40 }), (text, columns) => {
        const lines = wrapColumns(text, columns);
        // A mark that may not begin a line hangs over by one character at most.
        for (const line of lines) expect(displayWidth(line)).to.be.at.most(columns + 2);
        expect(lines.join('').replaceAll(' ', '')).to.equal(text.replaceAll(' ', ''));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
