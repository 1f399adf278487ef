import { expect } from 'chai';
import * as fc from 'fast-check';
import type { CapturedCertificate } from '../../../lib/evidence/index.ts';
import {
  type CaptureField,
  captureCsv,
  captureCsvHead,
  captureFields,
  csvCell,
  csvLine,
  defaultFields,
} from '../../../lib/report/index.ts';
import { captured, captureEvents, conversation, sha } from '../captureSamples.ts';

function fields(...names: string[]): CaptureField[] {
  return names.map((name) => captureFields.get(name) as CaptureField);
}

function rows(
  names: readonly string[],
  events = captureEvents(),
  maxWaiting?: number,
): { lines: string[]; left: number } {
  let text = '';
  const options = { name: 'x.pcap', ...(maxWaiting === undefined ? {} : { maxWaiting }) };
  const writer = captureCsv((piece) => void (text += piece), fields(...names), options);
  for (const event of events) writer.event(event);
  writer.end({ finishedAt: '', error: null });
  return { lines: text.split('\n').slice(0, -1), left: writer.left };
}

/** RFC 4180, read back. */
function parseCsv(text: string): string[][] {
  const found: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    found.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\n') found.push([]);
    if (end === '') break;
  }
  return found.slice(0, -1);
}

describe('report: a capture as CSV', () => {
  it('has a row for each conversation, written when it ends', () => {
    const lines: string[] = [];
    const writer = captureCsv((line) => lines.push(line), fields('id', 'server', 'server.port', 'suite', 'outcome'), {
      name: 'x.pcap',
    });
    for (const event of captureEvents().slice(0, 2)) writer.event(event);
    expect(lines).to.deep.equal(['c1,198.51.100.7,443,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,completed\n']);
  });

  it('has a row for each certificate, once, when only certificate fields are chosen', () => {
    const { lines } = rows(['cert.sha256', 'cert.daysLeft', 'cert.status']);
    expect(lines).to.deep.equal([`${sha.web},-52,expired`, `${sha.fmc},2881,valid`, `${sha.ftd},2881,valid`]);
  });

  it('has no status where a date that cannot be read would decide', () => {
    const names = ['cert.status', 'cert.statusAtCapture'];
    const of = (known: Partial<CapturedCertificate>): string[] =>
      rows(names, captureEvents({ certificates: [captured(known)] })).lines.slice(-1);
    const unread = { notBefore: null, notAfter: null };
    expect(of({ ...unread, status: 'valid', statusAtCapture: 'valid' })).to.deep.equal([',']);
    expect(of({ notBefore: null, status: 'expired', statusAtCapture: 'valid' })).to.deep.equal(['expired,']);
  });

  it('has a row for each certificate that was presented when fields of both kinds are chosen', () => {
    const conversations = [
      conversation('c1', { certificates: { server: [], client: [] }, outcome: 'reset' }),
      conversation('c2', { certificates: { server: [sha.fmc, sha.ftd], client: [sha.web] } }),
    ];
    const { lines } = rows(
      ['id', 'outcome', 'cert.from', 'cert.position', 'cert.status'],
      captureEvents({ conversations }),
    );
    expect(lines).to.deep.equal([
      'c1,reset,,,',
      'c2,completed,server,0,valid',
      'c2,completed,server,1,valid',
      'c2,completed,client,0,expired',
    ]);
  });

  it('keeps no more conversations waiting than it may, and counts the others', () => {
    const conversations = Array.from({ length: 5 }, (_, index) => conversation(`c${index + 1}`));
    const { lines, left } = rows(['id', 'cert.status'], captureEvents({ conversations }), 3);
    expect(lines).to.have.length(3);
    expect(left).to.equal(2);
  });

  it('still has the conversations when reading broke off before the certificates came', () => {
    const { lines } = rows(['id', 'cert.status'], captureEvents().slice(0, 3));
    expect(lines).to.deep.equal(['c1,', 'c2,']);
  });

  it('names every field in two languages, and has those that are printed by default', () => {
    for (const { name, about } of captureFields.values()) {
      expect(name).to.match(/^[a-zA-Z0-9.]+$/);
      expect(about.en).to.not.equal('');
      expect(about.ja).to.not.equal('');
    }
    expect([...captureFields.keys()]).to.include.members([...defaultFields]);
    expect(captureCsvHead(fields('id', 'cert.subject'))).to.equal('id,cert.subject\n');
  });

  it('reads every field of any conversation and certificate', () => {
    const { lines } = rows([...captureFields.keys()]);
    expect(lines).to.have.length(3);
    for (const line of lines) expect(parseCsv(`${line}\n`)[0]).to.have.length(captureFields.size);
  });

  it('quotes as RFC 4180 says, and reads back as it was', () => {
    expect(csvLine(['a,b', 'say "so"', null, -5, 'plain'])).to.equal('"a,b","say ""so""",,-5,plain\n');
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '日', '"', ',', ' ', "'", ';', '\\') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (cells) => {
        expect(parseCsv(csvLine(cells))).to.deep.equal([cells]);
      }),
      { seed: 4180 },
    );
  });

  it('never gives a spreadsheet a formula, or a terminal a control character', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '＝1', '－1', '＠a', '＋1'])
      expect(csvCell(text), text).to.match(/^"?'/);
    expect(csvCell(-1)).to.equal('-1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = csvCell(text);
        expect(cell).to.not.match(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(cell).to.not.match(/^"?\s*[=+\-@＝＋－＠]/);
      }),
      { seed: 4181, numRuns: 500 },
    );
  });
});
