import { expect } from 'chai';
import { diagnose } from '../../../lib/diagnose/index.ts';
import type { LogReport } from '../../../lib/evidence/index.ts';
import { expiredAttempt, ids, now, read, sample, sftunnelLine } from './support.ts';

describe('logs of an expired InternalCA', () => {
  it('knows every line of the samples, cut as they are', async () => {
    for (const name of ['ftd-messages', 'fmc-messages'] as const) {
      const { counters } = await read(sample(name));
      expect([counters.lines, counters.matched, counters.episodes], name).to.deep.equal([10, 10, 1]);
    }
  });

  it('reads the FTD: one attempt to the FMC that fails because the CA has expired', async () => {
    const report = await read(sample('ftd-messages'), { name: 'messages' });
    const [episode] = report.episodes;
    expect(episode).to.deep.include({
      dialect: 'sftunnel',
      firstLine: 1,
      lastLine: 10,
      startedAt: '2024-09-20T04:10:47.000Z',
      host: 'FTD-hostname',
      writer: 'client',
      peer: { address: '10.10.200.31', port: 8305 },
      outcome: 'failed',
    });
    expect(episode?.complaints).to.deep.equal([
      {
        what: 'expired',
        by: 'writer',
        code: 10,
        depth: null,
        subject: '/title=Intern',
        issuer: '/title=Intern',
        line: 7,
        cut: true,
      },
    ]);
    expect(episode?.evidence).to.deep.include({
      source: { kind: 'log', ref: 'messages:1-10' },
      completeness: 'text-only',
      connect: 'ok',
    });
    // Whether what the CA signed has expired too is not said.
    expect(report.findings.map(({ id, confidence }) => [id, confidence])).to.deep.equal([
      ['sftunnel.ca-expired', 'likely'],
      ['sftunnel.certificate-expired', 'possible'],
    ]);
    const [finding] = report.findings;
    expect(finding?.evidence[0]).to.deep.equal({
      kind: 'log-line',
      ref: 'messages:7',
      text: 'err 10:certificate has e',
    });
  });

  it('reads the FMC: of the reason only the end of a word is there, so it is possible and no more', async () => {
    const report = await read(sample('fmc-messages'), { name: 'messages' });
    expect(report.findings.map(({ id, confidence }) => [id, confidence])).to.deep.equal([
      ['sftunnel.ca-expired', 'possible'],
      ['sftunnel.certificate-expired', 'possible'],
    ]);
    expect(report.findings[0]?.evidence[0]?.ref).to.equal('messages:9');
    expect(report.episodes[0]?.writer).to.equal(null);
  });

  it('tells a certificate that has expired from its CA', async () => {
    const lines = [
      sftunnelLine('Sep 20 04:10:47', 'ERROR', 'subject = /title=sftunnel/CN=c8d5d5c6-87c9-11ef-a993-b9831565bc4e'),
      sftunnelLine('Sep 20 04:10:47', 'ERROR', 'err 10:certificate has expired'),
    ];
    const { findings } = await read(lines.join('\n'));
    expect(findings.map(({ id, confidence }) => [id, confidence])).to.have.deep.members([
      ['sftunnel.certificate-expired', 'likely'],
      ['sftunnel.ca-expired', 'possible'],
    ]);
  });

  it('claims nothing of "err 10" cut before its number', async () => {
    const report = await read(sftunnelLine('Sep 20 04:10:47', 'ERROR', 'err '));
    expect(report.findings).to.deep.equal([]);
    expect(report.verdict).to.equal('inconclusive');
  });

  it('does not take "SSL Verification status: ce" for a reason: many begin so', async () => {
    const report = await read(sftunnelLine('Sep 20 04:10:47', 'WARN', 'SSL Verification status: ce'));
    expect(report.episodes[0]?.complaints).to.deep.equal([]);
  });

  it('knows SHA-1 certificates that an upgraded FMC refuses, and what newer releases say of post-handshake authentication', async () => {
    const weak = await read(sftunnelLine('Sep 20 04:10:47', 'ERROR', 'err 68:CA signature digest algorithm too weak'));
    expect(ids(weak)).to.deep.equal(['cert.weak-signature']);
    const hidden = await read(
      sftunnelLine(
        'Sep 20 04:10:47',
        'ERROR',
        'Unable to set Post Handshake Auth SSL context: SSL_verify_client_post_handshake:extension not received',
      ),
    );
    expect(hidden.episodes[0]?.outcome).to.equal('failed');
    expect(hidden.findings).to.deep.equal([]);
  });

  it('takes an issuer that is not known for a mismatch of the CAs', async () => {
    const report = await read(
      sftunnelLine('Sep 20 04:10:47', 'ERROR', 'err 20:unable to get local issuer certificate'),
    );
    expect(ids(report)).to.deep.equal(['sftunnel.ca-mismatch']);
  });

  it('joins lines that a terminal wrapped, at whatever column', async () => {
    for (const width of [132, 100, 90, 80, 72, 64, 50]) {
      const wrapped = expiredAttempt('Sep 20 04:10:47')
        .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [])
        .join('\n');
      const report = await read(wrapped);
      expect(report.episodes, `${width} columns`).to.have.lengthOf(1);
      expect(
        report.findings.map(({ id, confidence }) => [id, confidence]),
        `${width} columns`,
      ).to.deep.equal([
        ['sftunnel.ca-expired', 'likely'],
        ['sftunnel.certificate-expired', 'possible'],
      ]);
      expect(report.episodes[0]?.complaints[0]?.subject, `${width} columns`).to.match(/^\/title=InternalCA/);
    }
  });

  it('keeps the attempts of two processes apart whose lines alternate', async () => {
    const first = expiredAttempt('Sep 20 04:10:47', '192.0.2.1');
    const second = expiredAttempt('Sep 20 04:10:47', '192.0.2.2').map((line) => line.replace('[51982]', '[51983]'));
    const report = await read(first.flatMap((line, index) => [line, second[index] ?? '']).join('\n'));
    expect(report.episodes.map(({ peer }) => peer.address)).to.deep.equal(['192.0.2.1', '192.0.2.2']);
    const subjects = report.findings.flatMap(({ id, subject }) => (id === 'sftunnel.ca-expired' ? subject : []));
    expect(subjects).to.have.members(['192.0.2.1:8305', '192.0.2.2:8305']);
  });

  it('counts what is tried again and again, and shows the first lines', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => {
      const minutes = String(Math.floor(index / 60)).padStart(2, '0');
      return expiredAttempt(`Sep 20 04:${minutes}:${String(index % 60).padStart(2, '0')}`);
    }).flat();
    const report = await read(lines.join('\n'));
    expect(report.counters.episodes).to.equal(200);
    expect(report.findings).to.have.lengthOf(2);
    expect(report.findings[0]?.evidence).to.have.lengthOf(20);
    expect(report.findings[0]?.count).to.be.at.least(200);
  });

  it('lists the attempts that failed before the others where there are too many', async () => {
    const fine = (second: number): string =>
      sftunnelLine(`Sep 20 03:00:${second}`, 'INFO', 'Initiating IPv4 connection to 192.0.2.9');
    const lines = [...Array.from({ length: 30 }, (_, i) => fine(10 + i)), ...expiredAttempt('Sep 20 04:10:47')];
    const report = await read(lines.join('\n'), { maxEpisodes: 3 });
    expect(report.episodes).to.have.lengthOf(3);
    expect(report.episodes.some(({ outcome }) => outcome === 'failed')).to.equal(true);
    expect(report.counters.dropped).to.deep.equal({ 'episodes-not-listed': 28 });
  });

  it('gives the same findings again for a saved report, in either language', async () => {
    for (const language of ['en', 'ja'] as const) {
      const report = await read(`${sample('ftd-messages')}${sample('fmc-messages')}`, { language });
      const saved = JSON.parse(JSON.stringify(report)) as LogReport;
      expect(diagnose(saved, { language })).to.deep.equal(report.findings);
    }
  });

  it('is not led astray by lines of the same process that it does not know', async () => {
    const other = sftunnelLine('Sep 20 04:10:48', 'INFO', 'Nothing that anybody knows').replace('sf_ssl', 'sf_peers');
    const report = await read([other, ...expiredAttempt('Sep 20 04:10:47'), other].join('\n'), { now });
    expect(report.counters).to.deep.include({ lines: 9, matched: 7 });
  });
});
