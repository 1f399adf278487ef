import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { check } from '../../../lib/check.ts';
import { mergeFindings } from '../../../lib/diagnose/index.ts';
import type { Finding } from '../../../lib/evidence/index.ts';
import { startHeadend } from '../../../lib/lab/index.ts';
import { analyzeLog } from '../../../lib/logs.ts';
import { Recording } from '../../../lib/net/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { expiredAttempt, now } from '../../cisco/logs/support.ts';
import { finding } from '../../report/samples.ts';

const expired = ['sftunnel.ca-expired', 'sftunnel.certificate-expired'];

/** Without what a live probe measures besides. */
const ofExpiry = (findings: readonly Finding[]): string[] =>
  findings.map(({ id }) => id).filter((id) => id !== 'tls.client-certificate-required');

describe('findings of several sources', function () {
  this.timeout(20_000);

  it('are the same for a live probe, a capture and a log of an expired InternalCA, and one list has each once', async () => {
    await using headend = await startHeadend('sftunnel-expired-ca');
    const parts: Uint8Array[] = [];
    const recording = new Recording({ write: (bytes) => parts.push(bytes) });
    const live = await check(headend, { only: ['sftunnel'], timeouts: { firstReplyMs: 400 }, recording });
    recording.close();
    const capture = await analyzeCapture(concat(...parts));
    const log = await analyzeLog({ lines: expiredAttempt('Sep 20 04:10:47') }, { now, name: 'messages' });
    expect(ofExpiry(live.findings), 'live').to.have.members(expired);
    expect(ofExpiry(capture.findings), 'capture').to.have.members(expired);
    expect(ofExpiry(log.findings), 'log').to.have.members(expired);

    const merged = mergeFindings([live.findings, capture.findings, log.findings]);
    expect(new Set(merged.map(({ id }) => id)).size).to.equal(merged.length);
    for (const id of expired) {
      const one = merged.find((other) => other.id === id);
      expect(one?.confidence, id).to.equal('proven');
      const kinds = new Set(one?.evidence.map(({ kind }) => kind));
      for (const kind of ['attempt', 'packet', 'log-line', 'certificate'])
        expect(kinds.has(kind as 'packet'), `${id} ${kind}`).to.equal(true);
      const sources = [live, capture, log].flatMap(({ findings }) => findings.filter((other) => other.id === id));
      expect(one?.count).to.equal(sources.reduce((sum, { count }) => sum + count, 0));
    }
  });

  it('keep the surest words, the gravest severity, and a subject that all share', () => {
    const a = finding({ id: 'cert.expired', confidence: 'possible', severity: 'high', subject: 'CN=a' });
    const b = finding({ id: 'cert.expired', confidence: 'proven', severity: 'medium', subject: 'CN=a', title: 'b' });
    const [one] = mergeFindings([[a], [b]]);
    expect(one).to.deep.include({ confidence: 'proven', severity: 'high', subject: 'CN=a', title: 'b' });
    const [other] = mergeFindings([[a], [{ ...b, subject: 'CN=b' }]]);
    expect(other?.subject).to.equal(undefined);
    expect(mergeFindings([[], [a]])).to.deep.equal([a]);
    expect(mergeFindings([])).to.deep.equal([]);
  });

  it('show something of every source among the 20 pieces of evidence', () => {
    const many = (kind: 'packet' | 'log-line'): Finding =>
      finding({
        count: 20,
        evidence: Array.from({ length: 20 }, (_, index) => ({ kind, ref: String(index), text: `${index}` })),
      });
    const [one] = mergeFindings([[many('packet')], [many('log-line')]]);
    expect(one?.evidence).to.have.lengthOf(20);
    expect(one?.evidence.filter(({ kind }) => kind === 'packet')).to.have.lengthOf(10);
    expect(one?.count).to.equal(40);
  });
});
