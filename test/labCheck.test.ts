import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { analyzeCapture } from '../lib/captures.ts';
import type { Lab } from '../lib/lab/index.ts';
import { checkLab } from '../lib/labCheck.ts';
import { runInLab } from '../lib/labRun.ts';
import { abilityOf } from '../lib/net/index.ts';
import type { ProbeEvent } from '../lib/probe/index.ts';
import { HarnessError } from '../lib/wire/index.ts';

describe('a check in a lab', function () {
  this.timeout(60_000);
  before(async function () {
    for (const id of ['namespaces', 'nft'] as const) if (!(await abilityOf(id)).available) this.skip();
  });

  it('finds the planted fault from the client of the lab, and tells its events on the way', async () => {
    const events: ProbeEvent[] = [];
    const { scenario, report, planted, lacking } = await checkLab('pppoe-1454-inbound', {
      only: ['mss', 'pmtud'],
      command: 'lab',
      observer: (event) => events.push(event),
    });
    expect(planted.missed).to.deep.equal([]);
    expect(lacking).to.deep.equal([]);
    expect(report).to.include({ command: 'lab', verdict: 'findings' });
    expect(report.target).to.deep.include({ port: 443, sni: 'vpn.example.test' });
    expect(scenario.faults.mtu).to.equal(1454);
    expect(events[0]?.type).to.equal('run-started');
    expect(events.filter(({ type }) => type === 'attempt')).to.have.length.above(4);
    expect(events.at(-1)).to.deep.equal({ type: 'run-finished', report });
  });

  it('ends early when it is interrupted, with what it has, and without its lab', async () => {
    const controller = new AbortController();
    let lab: Lab | undefined;
    const { report } = await checkLab('hello-dropped', {
      ipv6: true,
      timeouts: { firstReplyMs: 20_000, totalMs: 40_000 },
      signal: controller.signal,
      onStart: (started) => {
        lab = started;
      },
      observer: ({ type }) => {
        if (type === 'probe-started') controller.abort();
      },
    });
    expect(report.verdict).to.be.oneOf(['inconclusive', 'findings']);
    expect(report.target.host).to.contain(':');
    expect(() => process.kill(lab?.client.pid ?? 0, 0)).to.throw(/ESRCH/);
  });

  it('throws what the check threw', async () => {
    const error = await checkLab('plain', { only: ['nonsense'] }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(HarnessError).with.property('code', 'unknown-probe');
    const unknown = await checkLab('nonsense').catch((thrown: unknown) => thrown);
    expect(unknown).to.be.instanceOf(HarnessError).with.property('code', 'unknown-scenario');
  });

  it('tells a program where the server is, in its words and its environment, and gives back its status', async () => {
    const script = `
      test {host} = "$LAB_HOST" && test {port} = "$LAB_PORT" && test {sni} = "$LAB_SNI" &&
      grep -q 'BEGIN CERTIFICATE' {ca} && sh -c 'grep -q "END CERTIFICATE" "$LAB_CA"' && exit 7`;
    const before = readdirSync(tmpdir());
    expect(await runInLab('plain', ['sh', '-c', script])).to.equal(7);
    expect(
      readdirSync(tmpdir()).filter((name) => name.startsWith('helloprobe-') && !before.includes(name)),
    ).to.deep.equal([]);
  });

  it('keeps the packets of the program, which tell what the path did to it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'test-'));
    try {
      const pcap = join(folder, 'client.pcapng');
      const client = `const { connect } = require('node:tls');
        connect({ host: process.env.LAB_HOST, port: 443, rejectUnauthorized: false }).setTimeout(300, () => process.exit(3))`;
      expect(await runInLab('pppoe-1454-inbound', [process.execPath, '-e', client], { pcap })).to.equal(3);
      const { conversations } = await analyzeCapture(pcap);
      expect(conversations).to.have.length(1);
      expect(conversations[0]?.evidence.inbound).to.include({ acked: 0, tailSacked: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('gives 128 and the number of the signal that ended a program, also of one that was interrupted', async () => {
    expect(await runInLab('plain', ['sh', '-c', 'kill -TERM $$'])).to.equal(143);
    const controller = new AbortController();
    const script = 'trap "exit 130" INT; while :; do sleep 0.05; done';
    const running = runInLab('plain', ['sh', '-c', script], {
      signal: controller.signal,
      onStart: () => setImmediate(() => controller.abort()),
    });
    expect(await running).to.equal(130);
  });
});
