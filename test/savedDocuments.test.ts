import { expect } from 'chai';
import { type CertificateFilesOptions, judgeCertificates } from '../lib/certificateFiles.ts';
import type { CertificatesReport } from '../lib/evidence/index.ts';
import { createTestPki } from '../lib/lab/index.ts';
import { jsonLine, reportEvents } from '../lib/report/index.ts';
import { jsonText, savedDocuments } from '../lib/savedDocuments.ts';
import { bundle, sampleReport } from './report/samples.ts';

const now = new Date('2026-06-01T00:00:00Z');
const pki = createTestPki({ now });
const leaf = pki.issue({ names: ['vpn.example.com'] });
const [upper, lower] = pki.intermediates;

describe('what this program saved', () => {
  const file = {
    name: 'chain.pem',
    bytes: new TextEncoder().encode([leaf, lower, upper].map(({ pem }) => pem).join('')),
  };
  const judge = (inputs: Parameters<typeof judgeCertificates>[0], options: CertificateFilesOptions = {}) =>
    judgeCertificates(inputs, { now, caPem: [pki.rootsPem], ...options });
  const ids = ({ findings }: CertificatesReport): string[] => findings.map(({ id }) => id);
  const encode = (text: string) => new TextEncoder().encode(text);
  const line = (fields: object): string => `${JSON.stringify(fields)}\n`;

  it('come from JSON Lines too: of captures and files, of several in one file, and with the mark of UTF-16', async () => {
    const saved = await judge([file]);
    const [first, ...others] = saved.certificates;
    const { certificates: _c, chains, findings: _f, ...summary } = saved;
    const ofFiles = [
      ...saved.certificates.map((certificate) => line({ type: 'certificate', certificate })),
      ...chains.map((chain) => line({ type: 'chain', chain })),
      line({ type: 'summary', ...summary }),
    ].join('');
    const ofCaptures = [
      line({ capture: 'a.pcap', type: 'source', source: {} }),
      line({ capture: 'b.pcap', type: 'certificate', certificate: first }),
      ...others.map((certificate) => line({ capture: 'a.pcap', type: 'certificate', certificate })),
      line({ capture: 'a.pcap', type: 'summary', ...summary, command: 'pcap' }),
      line({ capture: 'b.pcap', type: 'summary', ...summary, command: 'pcap' }),
    ].join('');
    const shas = saved.certificates.map(({ sha256 }) => sha256);
    const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${ofCaptures}`, (c) => c.charCodeAt(0)).buffer);
    for (const bytes of [encode(ofFiles), encode(ofCaptures), encode(`${ofFiles}\r\n${ofCaptures}`), utf16]) {
      const report = await judge([{ name: 'saved.jsonl', bytes }], { expectName: 'other.example.com' });
      expect(report.files[0]).to.deep.include({ format: 'report', problems: [] });
      expect([...(report.files[0]?.certificates ?? [])].sort()).to.deep.equal([...shas].sort());
      expect(ids(report)).to.deep.equal(['cert.name-mismatch']);
    }
  });

  it('say of a report that breaks off, or was edited, that there may be more, and are not clean then', async () => {
    const saved = await judge([file]);
    const lines = saved.certificates.map((certificate) => line({ capture: 'a', type: 'certificate', certificate }));
    const end = line({ capture: 'a', type: 'summary', schemaVersion: 1, tool: saved.tool });
    const whole = JSON.stringify(saved);
    for (const [text, certificates] of [
      [lines.join(''), 3],
      [lines.slice(0, 2).join('') + end.slice(0, 20), 2],
      [`${lines.join('')}nothing\n${end}`, 3],
      [`${lines.join('')}{"type":"shopping-list"}\n${end}`, 3],
      [whole.slice(0, -1), 0],
      [JSON.stringify(saved, null, 2).slice(0, -20), 0],
    ] as const) {
      const report = await judge([{ name: 'saved.jsonl', bytes: encode(text) }]);
      expect(report.files[0]?.format).to.equal('report');
      expect(report.files[0]?.problems.map(({ problem }) => problem)).to.deep.equal(['broken-report']);
      expect(report.certificates.length).to.equal(certificates);
      expect(report.verdict).not.to.equal('clean');
    }
    for (const text of ['{"name":"something","type":"summary"}', '{"name":"else"}\n{"name":"else"}', '{'])
      expect((await judge([{ name: 'other.json', bytes: encode(text) }])).files[0]?.format, text).not.to.equal('pem');
  });

  it('is the events of a check, put together, one run behind the other', () => {
    const report = sampleReport();
    const run = reportEvents(report).map((event) => jsonLine(event, 'vpn.example.com:443'));
    const { findings: _f, ...kept } = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    const saved = savedDocuments(run.join('').repeat(2));
    expect(saved?.broken).to.equal(false);
    expect(saved?.documents.length).to.equal(2);
    for (const document of saved?.documents ?? []) expect(document).to.deep.include(kept);
    // Without its last line a run has the probes that were done.
    const cut = savedDocuments(run.slice(0, -1).join(''));
    expect(cut?.broken).to.equal(true);
    expect(cut?.documents[0]).to.deep.include({ observations: kept['observations'], target: kept['target'] });
  });

  it('is one document where it is one, a list of targets too, and nothing of other programs', () => {
    for (const document of [sampleReport(), bundle([sampleReport()])])
      for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)])
        expect(savedDocuments(text)).to.deep.equal({ documents: [JSON.parse(text)], broken: false });
    for (const text of [
      '',
      '{',
      '{}',
      '[]',
      '5',
      '{"type":"other"}\n{"type":"other"}',
      '{"tool":{"name":"helloprobe2"}',
    ])
      expect(savedDocuments(text), text).to.equal(null);
    expect(jsonText(encode('-----BEGIN'))).to.equal(null);
    expect(jsonText(new Uint8Array())).to.equal(null);
  });
});
