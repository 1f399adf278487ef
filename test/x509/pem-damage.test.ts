import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { inspectPem, pemDamageText, toPem } from '../../lib/x509/index.ts';

const sample = (name: string): string =>
  readFileSync(new URL(`../vectors/cisco-222464/${name}.txt`, import.meta.url), 'utf8');
/** A DER SEQUENCE of 300 bytes: 400 characters, six lines of 64 and one of 16. */
const der = Uint8Array.from({ length: 300 }, (_, i) => [0x30, 0x82, 0x01, 0x28][i] ?? i % 251);
const lines = toPem(der).trimEnd().split('\n');
const damageOf = (text: string): string[] =>
  inspectPem(text).problems.flatMap(({ damage }) => damage.map((item) => pemDamageText(item)));

describe('damage of PEM blocks', () => {
  it('reports every line of the InternalCA certificate in Cisco 222464 that has not 64 characters', () => {
    const { blocks, problems } = inspectPem(sample('cacert'));
    expect(blocks).to.deep.equal([]);
    expect(problems.map(({ line, at, problem }) => ({ line, at, problem }))).to.deep.equal([
      { line: 2, at: 3, problem: 'bad-base64' },
    ]);
    const damage = problems[0]?.damage ?? [];
    expect(damage.flatMap((item) => (item.kind === 'length' ? [[item.line, item.found]] : []))).to.deep.equal([
      [3, 63],
      [5, 63],
      [7, 65],
      [8, 63],
      [11, 63],
      [14, 63],
      [15, 63],
      [18, 63],
    ]);
    expect(damage.at(-1)).to.deep.equal({
      kind: 'total',
      line: 21,
      found: { characters: 1202, lines: 19 },
      expected: { characters: 1208, lines: 19 },
    });
  });

  it('reports the blank and the missing line of its device certificate', () => {
    const damage = inspectPem(sample('sftunnel-cert')).problems[0]?.damage ?? [];
    expect(damage.filter(({ kind }) => kind !== 'length')).to.deep.equal([
      { kind: 'character', line: 21, column: 61, count: 1 },
      { kind: 'total', line: 23, found: { characters: 1261, lines: 20 }, expected: { characters: 1328, lines: 21 } },
    ]);
  });

  it('reports its private key as cut, without a character of it', () => {
    const result = inspectPem(sample('sftunnel-key'));
    expect(result.blocks).to.deep.equal([]);
    expect(result.problems.map(({ label, at, problem }) => [label, at, problem])).to.deep.equal([
      ['PRIVATE KEY', 4, 'not-closed'],
    ]);
    expect(JSON.stringify(result)).to.not.include('MIIE');
  });

  it('names lines that are too short or too long, wrong characters, and padding in the middle', () => {
    expect(damageOf(lines.with(2, (lines[2] as string).slice(1)).join('\n'))).to.include(
      'line 3 has 63 characters, it should have 64',
    );
    expect(damageOf(lines.with(2, `${lines[2]}A`).join('\n'))).to.include(
      'line 3 has 65 characters, it should have 64',
    );
    expect(damageOf(lines.with(2, (lines[2] as string).replace(/^.{3}/, 'ab?')).join('\n'))).to.deep.equal([
      'line 3 has 1 character that base64 does not have, the first in column 3',
    ]);
    expect(damageOf(lines.with(2, `${(lines[2] as string).slice(0, 63)}=`).join('\n'))).to.deep.equal([
      'line 3 has "=" where the text goes on',
    ]);
  });

  it('tells from the first bytes that a whole line is missing, though every other line is right', () => {
    const [block] = inspectPem(lines.toSpliced(3, 1).join('\n')).blocks;
    expect(block?.declared).to.equal(300);
    expect(block?.bytes).to.have.lengthOf(252);
    expect(damageOf(lines.toSpliced(3, 1).with(3, '?'.repeat(64)).join('\n')).at(-1)).to.equal(
      'the block has 336 characters in 6 lines, its first bytes announce 400 in 7',
    );
  });

  it('finds nothing in a block that is whole, whatever the width of its lines', () => {
    const body = lines.slice(1, -1).join('');
    for (const width of [16, 60, 64, 76, 400]) {
      const text = [lines[0], ...(body.match(new RegExp(`.{1,${width}}`, 'g')) ?? []), lines.at(-1)].join('\n');
      expect(inspectPem(text).problems).to.deep.equal([]);
    }
  });

  it('reports the line in which any one character was lost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: lines.length - 2 }), fc.integer({ min: 0, max: 15 }), (line, at) => {
        const text = lines
          .with(line, (lines[line] as string).slice(0, at) + (lines[line] as string).slice(at + 1))
          .join('\n');
        const [problem] = inspectPem(text).problems;
        // Of the last line only the sum tells.
        expect(problem?.damage[0]).to.include(
          line === lines.length - 2 ? { kind: 'total' } : { kind: 'length', line: line + 1, found: 63 },
        );
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('has the same things to say in Japanese', () => {
    const { problems } = inspectPem(sample('sftunnel-cert'));
    for (const item of problems[0]?.damage ?? []) expect(pemDamageText(item, 'ja')).to.match(/行/);
  });
});
