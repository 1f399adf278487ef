import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import { check } from '../../lib/check.ts';
import type { SftunnelValue } from '../../lib/evidence/index.ts';
import { startHeadend } from '../../lib/lab/index.ts';
import type { ReportDocument } from '../../lib/report/index.ts';
import { renderJson } from '../../lib/report/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { bundle, cleanReport, finding, pathReport, refusedReport, sampleReport } from './samples.ts';

describe('report schema', () => {
  let validate: ValidateFunction;

  before(() => {
    const schema = JSON.parse(
      readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  });

  const problems = (document: unknown): string[] => {
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
  const written = (document: ReportDocument): Record<string, unknown> =>
    JSON.parse(renderJson(document)) as Record<string, unknown>;

  it('accepts every kind of document as it is written', () => {
    for (const document of [
      sampleReport(),
      cleanReport(),
      refusedReport(),
      pathReport(),
      bundle([sampleReport(), cleanReport()]),
    ]) {
      expect(problems(written(document))).to.deep.equal([]);
    }
  });

  it('knows connections of a capture that ended without a byte, and what a server said before the hello', async () => {
    const trace = new Trace();
    const talk = (port: number): Talk => new Talk(trace, { client: { port } });
    talk(50_001).connect().reset('server');
    talk(50_002).connect().close('client');
    const unheard = talk(50_003).syn();
    for (const wait of [0, 1000, 3000]) {
      trace.wait(wait);
      unheard.synAck({ lost: true });
    }
    const greeted = talk(50_004).connect();
    greeted.send('server', new TextEncoder().encode('SSH-2.0-OpenSSH_9.6'));
    greeted.send('client', helloRecord(tls12Hello(1, null)));
    greeted.close('server');
    // The client that speaks TLS holds the others in reserve.
    const other = { client: { address: '192.0.2.77' } };
    new Talk(trace, other).connect().reset('server');
    const report = await analyzeCapture(trace.toPcap());
    expect(report.failedConnections.map(({ kind }) => kind)).to.have.members(['unacknowledged', 'reset']);
    expect(report.conversations[0]?.evidence.greeted).to.equal(19);
    expect(problems(JSON.parse(JSON.stringify(report)))).to.deep.equal([]);
    const [failed] = report.failedConnections;
    for (const wrong of [{ kind: 'lost' }, { endedBy: 'nobody' }, { lastedMs: { least: -1, most: 1 } }])
      expect(problems({ ...report, failedConnections: [{ ...failed, ...wrong }] })).not.to.deep.equal([]);
  });

  it('accepts fields it does not know, since documents only ever grow', () => {
    expect(problems({ ...written(sampleReport()), planted: [], later: { deep: true } })).to.deep.equal([]);
  });

  it('knows the values of the probes that measure the path', () => {
    const values = {
      mss: { outbound: {} },
      pmtud: { icmpSeen: 'yes' },
      fragments: { sent: -1 },
      trace: [{ ttl: 1 }],
      'reset-origin': { synAck: 61 },
    };
    for (const [id, value] of Object.entries(values)) {
      expect(problems(written(pathReport({ [id]: value }))), id).to.not.be.empty;
    }
  });

  it('knows the peer of an sftunnel and the checklist, as a check writes them', async () => {
    for (const [id, only, key] of [
      ['sftunnel-good', ['sftunnel'], 'observations'],
      ['sftunnel-refuses', ['sftunnel'], 'observations'],
      ['good', ['versions', 'certificates'], 'checklist'],
    ] as const) {
      await using headend = await startHeadend(id);
      const report = written(await check(headend, { only, timeouts: { firstReplyMs: 1000 } }));
      expect(report, id).to.have.property(key);
      expect(problems(report), id).to.deep.equal([]);
    }
    const wrong: unknown = { peer: 'sleeps', tls12: 1, identity: 'x', chains: [{}], ca: {}, clientCertificate: null };
    expect(problems(written(pathReport({ sftunnel: wrong as SftunnelValue })))).to.not.be.empty;
    const item = { id: 'tls12', step: 3, state: 'maybe', title: 'TLS 1.2', why: 'seen', findings: [] };
    expect(problems({ ...written(sampleReport()), checklist: [item] })).to.not.be.empty;
  });

  it('asks for every field of the head', () => {
    for (const field of [
      'schemaVersion',
      'tool',
      'command',
      'startedAt',
      'finishedAt',
      'verdict',
      'findings',
      'target',
      'judgement',
      'observations',
    ]) {
      const { [field]: _, ...rest } = written(sampleReport());
      expect(problems(rest), field).to.not.be.empty;
    }
  });

  it('refuses a finding without evidence, and a pattern that the source does not have', () => {
    expect(problems(written(sampleReport({ findings: [finding({ evidence: [] })] })))).to.not.be.empty;
    expect(problems({ ...written(sampleReport()), findings: [{ ...finding(), pattern: 3 }] })).to.not.be.empty;
  });

  it('knows what both sides sent, in every evidence', () => {
    const schema = JSON.parse(readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8')) as {
      $defs: {
        handshakeEvidence: { properties: Record<string, unknown> };
        stream: { properties: Record<string, unknown> };
      };
    };
    const { handshakeEvidence, stream } = schema.$defs;
    expect(handshakeEvidence.properties).to.include.keys('sent', 'inbound', 'endedBy');
    expect(stream.properties).to.have.keys(
      'bytes',
      'acked',
      'retransmitted',
      'tailSacked',
      'lostSegment',
      'largestAcked',
    );
  });

  it("checks a built-in probe's value and leaves a user's own alone", () => {
    const document = written(sampleReport());
    const observations = document['observations'] as Record<string, object>;
    const own = { status: 'completed', reason: null, value: { anything: [1] }, attempts: [] };
    expect(problems({ ...document, observations: { ...observations, 'my-probe': own } })).to.deep.equal([]);
    expect(problems({ ...document, observations: { ...observations, versions: own } })).to.not.be.empty;
  });
});
