import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { cleanReport, refusedReport, sampleReport } from '../report/samples.ts';
import { helloprobe } from './support.ts';

describe('cli: check', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-cli-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text?: string): string => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };

  it('prints the text report on stdout, progress on stderr, and exits with 1 for a high finding', async () => {
    const { status, stdout, stderr } = await helloprobe(['check', 'vpn.example.com']);
    expect(status).to.equal(1);
    expect(stdout).to.match(/^vpn\.example\.com:443 {2}192\.0\.2\.1\n✖ FINDINGS {2}1 high, 1 medium, 1 low\n/);
    expect(stderr).to.contain('vpn.example.com:443  versions: completed, 2 connections\n');
  });

  it('prints exactly one JSON document and a newline, also when the verdict is bad', async () => {
    const { status, stdout, stderr } = await helloprobe(['check', '--json', 'vpn.example.com']);
    expect(status).to.equal(1);
    expect(stdout.endsWith('}\n')).to.equal(true);
    expect(JSON.parse(stdout)).to.include({ schemaVersion: 1, verdict: 'findings' });
    expect(stderr).to.contain('vpn.example.com:443  ✖ FINDINGS  1 high, 1 medium, 1 low\n');
  });

  it('is silent on stderr with --quiet', async () => {
    expect((await helloprobe(['check', 'a', '--json', '--quiet'])).stderr).to.equal('');
    expect((await helloprobe(['check', 'a', '--quiet'], { tty: true })).stderr).to.equal('');
  });

  it('writes several formats at once, and the text when none of them is on stdout', async () => {
    const [json, junit, jsonl] = [file('r.json'), file('r.xml'), file('r.jsonl')];
    const { stdout } = await helloprobe(['check', 'a', '--json', json, '--junit', junit, '--jsonl', jsonl]);
    expect(stdout).to.contain('✖ FINDINGS');
    expect(JSON.parse(readFileSync(json, 'utf8'))).to.have.property('verdict', 'findings');
    expect(readFileSync(junit, 'utf8')).to.match(/^<\?xml[\s\S]*<\/testsuites>\n$/);
    const events = readFileSync(jsonl, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(events[0]).to.equal('run-started');
    expect(events.at(-1)).to.equal('run-finished');
  });

  it('takes the word after --json for the target unless it looks like a file', async () => {
    const one = await helloprobe(['check', '--json', 'vpn.example.com:444']);
    expect(one.calls[0]?.target).to.deep.equal({ host: 'vpn.example.com', port: 444 });
    const place = file('no-ending');
    const two = await helloprobe(['check', 'a', `--json=${place}`]);
    expect(two.stdout).to.contain('FINDINGS');
    expect(JSON.parse(readFileSync(place, 'utf8'))).to.have.property('command');
    const three = await helloprobe(['check', '--jsonl', '-', 'a']);
    expect(three.stdout.split('\n')[0]).to.contain('"type":"run-started"');
  });

  it('refuses two formats on standard output, or in one file', async () => {
    const stdout = await helloprobe(['check', 'a', '--json', '--junit']);
    expect(stdout).to.include({ status: 2, stdout: '' });
    expect(stdout.stderr).to.contain('--json and --junit both want standard output.');
    const same = await helloprobe(['check', 'a', '--json', file('x.json'), '--jsonl', file('x.json')]);
    expect(same.status).to.equal(2);
    expect(same.calls).to.deep.equal([]);
  });

  it('finds an output that cannot be written before it sends anything', async () => {
    const { status, stderr, calls } = await helloprobe(['check', 'a', '--json', join(folder, 'missing', 'r.json')]);
    expect(status).to.equal(2);
    expect(stderr).to.match(
      /^helloprobe: The file ".*r\.json" cannot be written: there is no such file or folder\.\n {2}Error code: unwritable-file\n$/,
    );
    expect(calls).to.deep.equal([]);
  });

  it('reads targets from files and standard input, each once, with comments', async () => {
    const list = file('targets.txt', '# lab\nvpn1.example.com\n[::1]:8443 # v6\n\nvpn1.example.com\n');
    const { calls, stdout } = await helloprobe(['check', '-f', list, '-', '--port', '444'], {
      stdin: 'vpn2.example.com\r\n',
    });
    expect(calls.map(({ target }) => `${target.host} ${target.port}`)).to.deep.equal([
      'vpn2.example.com 444',
      'vpn1.example.com 444',
      '::1 8443',
    ]);
    expect(stdout).to.contain('3 targets');
  });

  it('gives several targets one document with their reports, and the worst exit code', async () => {
    const report = ({ host }: { host: string }) =>
      host === 'c' ? refusedReport() : host === 'b' ? cleanReport() : sampleReport();
    const { status, stdout } = await helloprobe(['check', 'a', 'b', 'c', '--json'], { report });
    const document = JSON.parse(stdout) as { verdict: string; reports: { verdict: string }[] };
    expect(document.verdict).to.equal('unreachable');
    expect(document.reports.map(({ verdict }) => verdict)).to.deep.equal(['findings', 'clean', 'unreachable']);
    expect(status).to.equal(3);
  });

  it('runs the embedded headends without a target, and says which were diagnosed', async () => {
    const { status, stdout, stderr } = await helloprobe(['check']);
    expect(status).to.equal(0);
    expect(stdout).to.contain('2 of 2 embedded headends and paths diagnosed as planted');
    expect(stderr).to.contain('expired  diagnosed\n');
    const json = await helloprobe(['check', '--json']);
    expect(JSON.parse(json.stdout)).to.have.nested.property('planted[0].headend', 'expired');
    const missed = await helloprobe(['check'], {
      services: {
        checkEmbedded: async () => ({
          bundle: { ...sampleReport(), reports: [sampleReport()] },
          skipped: [],
          planted: [
            {
              headend: 'h',
              title: { en: 'H', ja: 'H' },
              expected: ['cert.expired'],
              found: [],
              missed: ['cert.expired'],
              invented: [],
              ok: false,
            },
          ],
        }),
      },
    });
    expect(missed.status).to.equal(4);
    expect(missed.stdout).to.contain('planted cert.expired, found no fault');
  });

  it('says why the path was not checked, under the text and in the document', async () => {
    const skipped = { scenario: 'pppoe-1454', reason: 'no-namespaces', detail: 'None here.', help: 'Do this.' };
    const services = {
      checkEmbedded: async () => ({ bundle: { ...sampleReport(), reports: [] }, planted: [], skipped: [skipped] }),
    };
    expect((await helloprobe(['check'], { services, columns: 100 })).stdout).to.match(
      /\nThe path pppoe-1454 was not checked: None here\. Do this\. \(helloprobe doctor says more\)\n$/,
    );
    const json = await helloprobe(['check', '--json', '--lang', 'ja'], { services });
    expect(JSON.parse(json.stdout)).to.have.deep.property('skipped', [skipped]);
    expect(json.stderr).to.contain('障害経路 pppoe-1454 は検査していません: ');
  });

  it('passes every option on to the library', async () => {
    const ca = file('ca.pem', rootCertificates[0]);
    const { calls } = await helloprobe([
      'check',
      'vpn',
      '--timeout',
      '1.5',
      '--connect-timeout',
      '2',
      '--deadline',
      '30',
      '--concurrency',
      '2',
      '--delay',
      '50',
      '--sni',
      'other.example',
      '--address',
      '192.0.2.9',
      '--ca',
      ca,
      '--client-versions',
      'TLSv1.1-1.2',
      '--client-ciphers',
      'TLS_AES_128_GCM_SHA256,0xc02f',
      '--client-groups',
      'x25519',
      '--expect-issuer',
      'CN=CA',
      '--expect-fingerprint',
      'AB:'.repeat(31) + 'AB',
      '--now',
      '2026-01-02',
      '--only',
      'versions',
      '--quick',
      '--lang',
      'ja',
    ]);
    const { observer: _o, signal: _s, ...options } = calls[0]?.options ?? {};
    expect(options).to.deep.equal({
      language: 'ja',
      timeouts: { connectMs: 2000, firstReplyMs: 1500, totalMs: 10_000, deadlineMs: 30_000 },
      sni: 'other.example',
      address: '192.0.2.9',
      concurrency: 2,
      delayMs: 50,
      caFiles: [ca],
      clientVersions: ['0x0302', '0x0303'],
      clientCiphers: ['0x1301', '0xc02f'],
      clientGroups: ['0x001d'],
      expectIssuer: 'CN=CA',
      expectFingerprint: 'ab'.repeat(32),
      now: new Date('2026-01-02T00:00:00Z'),
      only: ['versions'],
      quick: true,
      command: 'check',
    });
  });

  it('runs one probe for the single-probe commands and lists what it found', async () => {
    const { calls, stdout } = await helloprobe(['ciphers', 'vpn']);
    expect(calls[0]?.options).to.include({ command: 'ciphers' });
    expect(calls[0]?.options.only).to.deep.equal(['ciphers']);
    expect(stdout).to.contain('  0xc02f  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n');
  });

  it('only prints the plan with --dry-run', async () => {
    const { stdout, calls, status } = await helloprobe(['check', 'vpn', '--dry-run', '--quick']);
    expect(stdout).to.equal(
      'vpn:443, in this order:\n  own-versions  TLS versions\nat most 6 connections to each target\n',
    );
    expect(calls).to.deep.equal([]);
    expect(status).to.equal(0);
  });

  it('judges by --fail-on', async () => {
    const legacy = sampleReport().findings.filter(({ severity }) => severity === 'low');
    const report = () => sampleReport({ findings: legacy });
    const observationsOf = sampleReport().observations;
    expect(observationsOf).to.not.be.empty;
    expect((await helloprobe(['check', 'a'], { report })).status).to.equal(0);
    expect((await helloprobe(['check', 'a', '--fail-on', 'low'], { report })).status).to.equal(1);
  });

  it('keeps the partial report when it is interrupted, and exits with 130', async () => {
    const controller = new AbortController();
    const { status, stdout, stderr } = await helloprobe(['check', 'a', 'b', '--json'], {
      signal: controller.signal,
      report: () => {
        controller.abort();
        return sampleReport();
      },
    });
    expect(status).to.equal(130);
    expect(JSON.parse(stdout)).to.have.property('reports').with.lengthOf(1);
    expect(stderr).to.contain('Interrupted');
  });

  it('tells an internal error in a sentence without a stack, and keeps the other targets', async () => {
    const report = ({ host }: { host: string }) => {
      if (host === 'a') throw new TypeError('x is not a function');
      return cleanReport();
    };
    const { status, stdout, stderr } = await helloprobe(['check', 'a', 'b', '--json', '--quiet'], { report });
    expect(status).to.equal(4);
    expect(stderr).to.match(/^helloprobe: Internal error: x is not a function\.\n {2}Please report it.*\n$/);
    expect(JSON.parse(stdout)).to.have.property('reports').with.lengthOf(1);
    const debug = await helloprobe(['check', 'a', '--debug'], { report });
    expect(debug.stderr).to.match(/\n\s+at /);
  });

  it('says in one line what strangers will be sent, but not to this machine itself', async () => {
    const notice = (words: string[]) => helloprobe(['check', ...words]).then(({ stderr }) => stderr.split('\n')[0]);
    expect(await notice(['vpn.example.com', '--delay', '40'])).to.equal(
      'Sending well-formed ClientHellos only: at most 6 connections to each target, 4 at once, 40 ms apart.',
    );
    expect(await notice(['127.0.0.1:8443'])).to.not.contain('well-formed');
    expect(await notice(['127.0.0.1', 'a', '--lang', 'ja'])).to.contain('正しい形式の ClientHello だけ');
  });

  it('draws one live line on a terminal and removes it before the report', async () => {
    const { stderr } = await helloprobe(['check', '::1'], { tty: true, columns: 60, env: { NO_COLOR: '1' } });
    expect(stderr).to.match(/\r\u001b\[2K\[::1\]:443 .*connections/);
    expect(stderr.endsWith('\r\u001b[2K')).to.equal(true);
    expect(stderr).to.not.contain('\n');
  });
});
