import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { CaptureEvent, CaptureReport } from '../../../lib/evidence/index.ts';
import { captureBundleJson, captureJson, captureJsonLines } from '../../../lib/report/index.ts';
import { captureEvents, conversation, sftunnelConversation } from '../captureSamples.ts';

const head = { name: 'x.pcap', tool: { name: 'helloprobe', version: '0.1.0' }, startedAt: '2026-11-22T09:00:00.000Z' };
const finishedAt = '2026-11-22T09:00:01.000Z';
const vanished = { code: 'unreadable-file', message: 'The file is gone.' };

describe('report: a capture as JSON', () => {
  let validate: ValidateFunction;

  before(() => {
    const schema = JSON.parse(
      readFileSync(new URL('../../../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    validate = ajv.compile(schema);
  });

  const problems = (document: unknown): string[] => {
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };

  /** The text written for the first `count` events, reading broken off where there are more. */
  function written(events: readonly CaptureEvent[], count = events.length): string {
    let text = '';
    const writer = captureJson((piece) => void (text += piece), head);
    for (const event of events.slice(0, count)) writer.event(event);
    writer.end({ finishedAt, error: count < events.length ? vanished : null });
    return text;
  }

  it('is one document that the schema accepts, with the verdict last', () => {
    const document = JSON.parse(written(captureEvents())) as CaptureReport;
    expect(problems(document)).to.deep.equal([]);
    expect(Object.keys(document).at(-1)).to.equal('verdict');
    expect(document).to.include({ schemaVersion: 1, command: 'pcap', verdict: 'findings' });
    expect(document.conversations.map(({ id }) => id)).to.deep.equal(['c1', 'c2']);
    expect(document.certificates).to.have.length(3);
    expect(document.source.firstPacketAt).to.equal('2026-10-07T12:16:56.125Z');
  });

  it('is a document without findings, with the error in it, wherever reading breaks off', () => {
    const events = captureEvents();
    for (let count = 1; count < events.length; count++) {
      const document = JSON.parse(written(events, count)) as CaptureReport;
      expect(problems(document), `after ${count} events`).to.deep.equal([]);
      expect(document).to.include({ verdict: 'inconclusive' }).and.to.deep.include({ error: vanished, findings: [] });
      const told = events.slice(0, count);
      const progress = told.findLast((event) => event.type === 'progress');
      if (progress !== undefined) expect(document.counters).to.deep.equal(progress.counters);
      else expect(document.counters).to.include({ tlsConversations: document.conversations.length });
    }
  });

  it('is nothing at all where not even the format became known', () => {
    expect(written(captureEvents(), 0)).to.equal('');
  });

  it('has nothing in it that waits: a conversation is written when it ends', () => {
    const pieces: string[] = [];
    const writer = captureJson((piece) => pieces.push(piece), head);
    for (const event of captureEvents().slice(0, 2)) writer.event(event);
    expect(pieces.at(-1)).to.contain('"id":"c1"');
  });

  it('is refused by the schema when a field of a conversation is missing or wrong', () => {
    const document = JSON.parse(written(captureEvents())) as CaptureReport;
    const [one] = document.conversations;
    const { loss: _, ...without } = one as object & { loss: unknown };
    expect(problems({ ...document, conversations: [without] })).to.not.be.empty;
    expect(problems({ ...document, conversations: [{ ...one, outcome: 'fine' }] })).to.not.be.empty;
    expect(problems({ ...document, judgement: null })).to.not.be.empty;
    expect(problems({ ...document, later: 1 })).to.deep.equal([]);
  });

  it('puts several captures into one document with the worst verdict, and leaves out one that could not be opened', () => {
    let text = '';
    const bundle = captureBundleJson((piece) => void (text += piece), head);
    const samples = [captureEvents({ summary: { verdict: 'clean', findings: [] } }), [], captureEvents()];
    for (const events of samples) {
      const writer = bundle.report(head);
      for (const event of events) writer.event(event);
      writer.end({ finishedAt, error: events.length === 0 ? vanished : null });
    }
    bundle.end(finishedAt);
    const document = JSON.parse(text) as { verdict: string; reports: CaptureReport[] };
    expect(problems(document)).to.deep.equal([]);
    expect(document.verdict).to.equal('findings');
    expect(document.reports.map(({ verdict }) => verdict)).to.deep.equal(['clean', 'findings']);
  });

  it('writes nothing for several captures of which none could be opened', () => {
    let text = '';
    const bundle = captureBundleJson((piece) => void (text += piece), head);
    bundle.report(head).end({ finishedAt, error: vanished });
    bundle.end(finishedAt);
    expect(text).to.equal('');
  });

  it('keeps hostile names as JSON strings', () => {
    const sni = '"],"verdict":"clean"}\u2028</script>\u0000\ud800';
    const hello = conversation('c1').clientHello;
    const events = captureEvents({ conversations: [conversation('c1', { clientHello: hello && { ...hello, sni } })] });
    const text = written(events);
    expect((JSON.parse(text) as CaptureReport).conversations[0]?.clientHello?.sni).to.equal(sni);
    // The line feeds between conversations are the only controls.
    expect(text.replaceAll('\n', '')).to.not.match(/[\u0000-\u001f]/);
  });
});

describe('report: a capture as JSON Lines', () => {
  it('has a line for each conversation, certificate and finding, and the summary last', () => {
    const lines: string[] = [];
    const writer = captureJsonLines((line) => lines.push(line), head);
    const conversations = [conversation('c1'), sftunnelConversation('c2')];
    for (const event of captureEvents({ conversations })) writer.event(event);
    writer.end({ finishedAt, error: null });
    for (const line of lines) expect(line.indexOf('\n')).to.equal(line.length - 1);
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).to.deep.equal([
      'source',
      'conversation',
      'conversation',
      'certificate',
      'certificate',
      'certificate',
      'finding',
      'summary',
    ]);
    expect(JSON.parse(lines.at(-1) as string)).to.include({ capture: 'x.pcap', verdict: 'findings', schemaVersion: 1 });
  });

  it('ends with the error where reading broke off', () => {
    const lines: string[] = [];
    const writer = captureJsonLines((line) => lines.push(line), head);
    for (const event of captureEvents().slice(0, 1)) writer.event(event);
    writer.end({ finishedAt, error: vanished });
    expect(JSON.parse(lines[1] as string)).to.deep.equal({ capture: 'x.pcap', type: 'error', error: vanished });
  });
});
