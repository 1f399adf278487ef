import { expect } from 'chai';
import * as fc from 'fast-check';
import { HarnessError } from '../../lib/wire/index.ts';
import { inspectPem, parsePem, pemProblemText, toPem } from '../../lib/x509/index.ts';

const one = toPem(Uint8Array.from({ length: 100 }, (_, i) => i));
const lines = one.trimEnd().split('\n');

describe('PEM', () => {
  it('gives back the bytes it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5000 }), (bytes) => {
        expect(parsePem(toPem(bytes))[0]?.bytes).to.deep.equal(bytes);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('finds blocks with their labels and lines among other text', () => {
    const text = `subject=x\r\n${lines.join('\r\n')}\r\n\r\ntext\r\n${toPem(Uint8Array.of(1), 'X509 CRL')}`;
    expect(parsePem(text).map(({ label, line, endLine }) => ({ label, line, endLine }))).to.deep.equal([
      { label: 'CERTIFICATE', line: 2, endLine: 6 },
      { label: 'X509 CRL', line: 9, endLine: 11 },
    ]);
    expect(parsePem(text, 'X509 CRL')).to.have.lengthOf(1);
    expect(parsePem('no blocks')).to.deep.equal([]);
  });

  it('forgives blanks around lines, blank lines, and lines of any length', () => {
    const body = lines.slice(1, -1).join('');
    const text = `  ${lines[0]} \n\n \t${body.slice(0, 5)}  \n${body.slice(5)}\n ${lines.at(-1)}`;
    expect(parsePem(text)[0]?.bytes).to.have.lengthOf(100);
  });

  it('names the line of a wrong character', () => {
    const text = ['', ...lines.with(2, 'AB CD')].join('\n');
    expect(() => parsePem(text))
      .to.throw(HarnessError, 'The CERTIFICATE block that begins at line 2 cannot be read: bad base64 at line 4.')
      .with.property('code', 'bad-pem');
  });

  it('tells the ways in which a block is damaged', () => {
    const problem = (text: string) => inspectPem(text).problems.map(({ problem: id, at }) => `${id} ${at}`);
    expect(problem(lines.slice(0, 3).join('\n'))).to.deep.equal(['not-closed 3']);
    expect(problem([...lines.slice(0, -1), '-----END X-----'].join('\n'))).to.deep.equal(['wrong-end 5']);
    expect(problem(lines.with(1, (lines[1] as string).slice(1)).join('\n'))).to.deep.equal(['bad-base64 2']);
    expect(problem(lines.with(1, 'AA==').join('\n'))).to.deep.equal(['bad-base64 2']);
    expect(problem('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----')).to.deep.equal(['empty 1']);
    expect(
      problem(`-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----`),
    ).to.deep.equal(['encrypted 1']);
  });

  it('goes on after a damaged block', () => {
    const { blocks, problems } = inspectPem(
      `${lines.slice(0, 2).join('\n')}\n${one}${lines.with(1, '?').join('\n')}\n${one}`,
    );
    expect(blocks.map(({ line }) => line)).to.deep.equal([3, 13]);
    expect(problems.map(({ line }) => line)).to.deep.equal([1, 8]);
  });

  it('ignores damage in blocks that were not asked for', () => {
    expect(parsePem(`-----BEGIN PRIVATE KEY-----\nMIIEv...\n${one}`, 'CERTIFICATE')).to.have.lengthOf(1);
  });

  it('never repeats what stands in a block', () => {
    const { problems } = inspectPem('-----BEGIN PRIVATE KEY-----\nsecret!\n-----END PRIVATE KEY-----');
    expect(problems).to.have.lengthOf(1);
    expect(JSON.stringify(problems) + problems.map(pemProblemText).join()).to.not.include('secret');
  });

  it('survives 2,000 seeded texts', () => {
    const piece = fc.constantFrom(
      '-----BEGIN A-----',
      '-----END A-----',
      '-----END B-----',
      'AAAA',
      'A=',
      '\n',
      '\r',
      ' ',
      '\0',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { blocks, problems } = inspectPem(pieces.join(''));
        expect(blocks.length + problems.length).to.be.at.most(pieces.length);
        for (const { line, at } of problems) expect(at).to.be.at.least(line);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});
