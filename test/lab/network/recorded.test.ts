import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { analyzeCapture, checkLab } from '../../../lib/index.ts';
import { abilityOf } from '../../../lib/net/index.ts';
import { complaints } from '../../support/capture/judges.ts';

describe('a recording made in a lab', function () {
  this.timeout(60_000);
  let folder = '';

  before(async function () {
    for (const id of ['namespaces', 'nft', 'tcp-mss'] as const) if (!(await abilityOf(id)).available) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-test-'));
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('holds exact packets, from which the analyser reads the same losses as the live probe', async function () {
    const pcap = join(folder, 'line.pcapng');
    const { report } = await checkLab('pppoe-1454', { only: ['mss', 'pmtud'], pcap });
    const file = Uint8Array.from(readFileSync(pcap));
    const captured = await analyzeCapture(file);
    const losses = ['path.blackhole-inbound', 'path.blackhole-outbound'];
    const found = (findings: readonly { id: string; confidence: string }[], least: readonly string[]): string[] =>
      [...new Set(findings.filter(({ confidence }) => least.includes(confidence)).map(({ id }) => id))]
        .filter((id) => losses.includes(id))
        .sort((a, b) => (a < b ? -1 : 1));
    expect(found(report.findings, ['proven'])).to.deep.equal(losses);
    // One connection by itself shows less than the comparison of many.
    expect(found(captured.findings, ['proven', 'likely'])).to.deep.equal(losses);
    const others = captured.findings.map(({ id }) => id).filter((id) => !losses.includes(id));
    expect(
      others.filter((id) => /^(?:handshake|tls|policy|path)\./.test(id)),
      'what we did on purpose',
    ).to.deep.equal([]);
    expect(captured.counters.dropped).to.deep.equal({});
    expect(Buffer.from(file).includes('reconstructed from socket data: payload')).to.equal(false);
    expect(complaints(this, file)).to.deep.equal([]);
  });

  it('shows hellos that nobody acknowledged as such, however soon they were given up', async () => {
    const pcap = join(folder, 'dropped.pcapng');
    const { report } = await checkLab('hello-dropped', { only: ['connect'], pcap });
    const { findings } = await analyzeCapture(pcap);
    for (const found of [report.findings, findings])
      expect(found.map(({ id, confidence }) => [id, confidence])).to.deep.equal([
        ['policy.handshake-dropped', 'likely'],
      ]);
  });
});
