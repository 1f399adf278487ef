import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Services } from '../../lib/cli/services.ts';
import type { Lab, LabHeadend, LabScenario } from '../../lib/lab/index.ts';
import type { LabCheckOptions } from '../../lib/labCheck.ts';
import type { LabRunOptions } from '../../lib/labRun.ts';
import type { AbilityId } from '../../lib/net/index.ts';
import { compareWithPlanted } from '../../lib/planted.ts';
import { reportEvents } from '../../lib/report/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { sampleReport } from '../report/samples.ts';
import { helloprobe } from './support.ts';

const scenario: LabScenario = {
  id: 'narrow',
  title: { en: 'A narrow line', ja: '細い回線' },
  description: { en: 'Large packets vanish.', ja: '大きなパケットが消える。' },
  faults: { mtu: 1000, icmp: 'dropped' },
  headend: 'good',
  expect: [],
};

/** A lab in which the sample report was made, whose findings are those planted unless told otherwise. */
function labs(expected = sampleReport().findings.map(({ id }) => id), lacking: readonly AbilityId[] = []) {
  const calls: LabCheckOptions[] = [];
  const checkLab: Services['checkLab'] = async (_, options) => {
    calls.push(options);
    const row = { ...scenario, expect: expected };
    options.onStart?.({ scenario: row } as unknown as Lab, {} as LabHeadend);
    const report = sampleReport({ command: options.command ?? 'check' });
    for (const event of reportEvents(report)) options.observer?.(event);
    return { scenario: row, report, planted: compareWithPlanted(row, report.findings), lacking };
  };
  return { calls, services: { checkLab } };
}

const place = { host: '192.0.2.1', host6: '2001:db8::1', port: 443, sni: 'vpn.example.test', ca: '/ca.pem' };

describe('cli: lab', () => {
  it('checks the path, says what it is on stderr, and exits as the check does', async () => {
    const { calls, services } = labs();
    const { status, stdout, stderr } = await helloprobe(['lab', 'narrow', '--timeout', '2', '-6'], { services });
    expect(status).to.equal(1);
    expect(stdout).to.match(/^vpn\.example\.com:443 .*\n✖ FINDINGS/);
    expect(stderr).to.match(/^narrow {2}A narrow line\n {2}Large packets vanish\.\n {2}planted: /);
    expect(stderr).to.match(/\nWhat was planted was diagnosed\.\n$/);
    expect(calls[0]).to.deep.include({ command: 'lab', ipv6: true });
    expect(calls[0]?.timeouts).to.include({ firstReplyMs: 2000 });
  });

  it('exits with 4 when what was planted was not diagnosed, or something else was, but not for a choice of probes', async () => {
    const { services } = labs(['path.blackhole-outbound']);
    const { status, stderr } = await helloprobe(['lab', 'narrow'], { services });
    expect(status).to.equal(4);
    expect(stderr).to.match(/Planted and NOT found: path\.blackhole-outbound\. Found and NOT planted: .*\.\n$/);
    for (const choice of [['--only', 'versions'], ['--quick']])
      expect((await helloprobe(['lab', 'narrow', ...choice], { services })).status).to.equal(1);
  });

  it('does not blame itself where the machine lacks an ability', async () => {
    const { services } = labs(['path.fragments-dropped'], ['raw']);
    const { status, stderr } = await helloprobe(['lab', 'narrow'], { services });
    expect(status).to.equal(1);
    expect(stderr).to.contain('This machine lacks what it takes to find it all: raw (helloprobe doctor).');
  });

  it('writes one document that fits the schema, with what was planted, and nothing on stderr with --quiet', async () => {
    const { services } = labs();
    const { stdout, stderr } = await helloprobe(['lab', 'narrow', '--json', '--quiet'], { services });
    expect(stderr).to.equal('');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).to.include({ command: 'lab' }).and.to.have.nested.property('planted[0].ok', true);
    const schema = JSON.parse(
      readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    validate(document);
    expect(validate.errors ?? []).to.deep.equal([]);
  });

  it('writes events under the name of the target', async () => {
    const { stdout } = await helloprobe(['lab', 'narrow', '--jsonl', '--quiet'], labs());
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { targetName: string }).targetName);
    expect(new Set(names)).to.deep.equal(new Set(['vpn.example.com:443']));
  });

  it('runs the program after -- with its own options, says where the server is, and returns its status', async () => {
    const calls: unknown[] = [];
    const runInLab: Services['runInLab'] = async (id, argv, { onStart }) => {
      calls.push([id, argv]);
      onStart?.({ scenario } as unknown as Lab, place);
      return 7;
    };
    const words = ['lab', 'narrow', '--lang', 'ja', '--', 'curl', '-v', '--json', 'https://{host}/'];
    const { status, stdout, stderr } = await helloprobe(words, { services: { runInLab } });
    expect(status).to.equal(7);
    expect(stdout).to.equal('');
    expect(calls).to.deep.equal([['narrow', ['curl', '-v', '--json', 'https://{host}/']]]);
    expect(stderr).to.equal(
      'narrow  細い回線\n  大きなパケットが消える。\n  仕込んだ障害: 障害なし\n' +
        '  サーバー: 192.0.2.1:443、[2001:db8::1]:443、名前 vpn.example.test\n  信頼すべき CA 証明書: /ca.pem\n',
    );
    const quiet = await helloprobe(['lab', 'narrow', '--quiet', '--', 'true'], { services: { runInLab } });
    expect(quiet.stderr).to.equal('');
  });

  it('refuses options of the check where a program runs, and keeps its packets with --pcap', async () => {
    const calls: LabRunOptions[] = [];
    const runInLab: Services['runInLab'] = async (_id, _argv, options) => {
      calls.push(options);
      return 0;
    };
    const words = ['lab', 'narrow', '--json', '--fail-on', 'low', '--', 'true'];
    const { status, stderr } = await helloprobe(words, { services: { runInLab } });
    expect(status).to.equal(2);
    expect(stderr).to.match(/^helloprobe: With a program there is no check, for which --json, --fail-on are meant\.\n/);
    expect(calls).to.deep.equal([]);
    const file = join(mkdtempSync(join(tmpdir(), 'helloprobe-test-')), 'client.pcapng');
    expect(
      (await helloprobe(['lab', 'narrow', '--pcap', file, '--', 'true'], { services: { runInLab } })).status,
    ).to.equal(0);
    expect(calls[0]).to.include({ pcap: file });
    const unwritable = await helloprobe(['lab', 'narrow', '--pcap', '/nowhere/x', '--', 'true'], {
      services: { runInLab },
    });
    expect(unwritable.status).to.equal(2);
    rmSync(dirname(file), { recursive: true });
  });

  it('says why there can be no lab, and what to do, with exit code 5', async () => {
    const refuse = () =>
      Promise.reject(new HarnessError('no-namespaces', 'Labs cannot be made here.', { hint: 'sudo sysctl x=1' }));
    for (const words of [
      ['lab', 'narrow'],
      ['lab', 'narrow', '--', 'true'],
    ]) {
      const { status, stdout, stderr } = await helloprobe(words, {
        services: { checkLab: refuse, runInLab: refuse },
      });
      expect({ status, stdout }).to.deep.equal({ status: 5, stdout: '' });
      expect(stderr).to.equal(
        'helloprobe: Labs cannot be made here.\n  sudo sysctl x=1\n  Error code: no-namespaces\n',
      );
    }
  });

  it('lists the scenarios, as helloprobe list does', async () => {
    const { status, stdout } = await helloprobe(['lab', '--list']);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^pppoe-1454 .* path\.blackhole-outbound, path\.blackhole-inbound$/m);
    expect((await helloprobe(['list', 'scenarios'])).stdout).to.equal(stdout);
  });

  it('finds a probe that is not there before it starts anything', async () => {
    const { calls, services } = labs();
    const plan = () => Promise.reject(new HarnessError('unknown-probe', 'There is no probe "x".'));
    const { status } = await helloprobe(['lab', 'narrow', '--only', 'x'], { services: { ...services, plan } });
    expect(status).to.equal(2);
    expect(calls).to.deep.equal([]);
  });
});
