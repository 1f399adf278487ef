import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { TreeEntry } from '../../lib/cisco/files/index.ts';
import type { DescribedPlan } from '../../lib/cisco/index.ts';
import { captureJsonLines } from '../../lib/report/index.ts';
import { device, fmcUuid, ftdTree, ftdUuids, internalCa, tarOf, file as treeFile } from '../cisco/files/support.ts';
import { helloprobe, type Ran } from './support.ts';

const vectors = new URL('../vectors/cisco-222464/', import.meta.url);
const captures = new URL('../../captures/', import.meta.url);
const vector = (name: string): string => new URL(name, vectors).pathname;
const capture = (name: string): string => new URL(`${name}.pcapng`, captures).pathname;

const down = `Registration: Completed.
Connection to peer '' Attempted at Mon Jun 15 09:21:57 2020 UTC
Last disconnect time : Mon Jun 15 09:19:09 2020 UTC
Last disconnect reason : Both control and event channel connections with peer went down
`;

describe('cli: sftunnel plan', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'helloprobe-plan-'))));
  after(() => rmSync(folder, { recursive: true }));

  const plan = (...words: string[]): Promise<Ran> => helloprobe(['sftunnel', 'plan', ...words]);
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  async function planned(...words: string[]): Promise<DescribedPlan> {
    const { stdout } = await plan(...words, '--json');
    return (JSON.parse(stdout) as { plan: DescribedPlan }).plan;
  }

  it('plans from nothing: exit 6, and the first steps find out what is missing', async () => {
    const { status, stdout, stderr } = await plan();
    expect({ status, stderr }).to.deep.equal({ status: 6, stderr: '' });
    expect(stdout).to.contain('Not decided yet').and.to.contain('openssl x509 -dates -noout -in cacert.pem');
  });

  it('reads what the script and FAILED_PUSH say back, and lists the files per device', async () => {
    const { status, stdout, stderr } = await plan(vector('generate-certs.txt'), vector('failed-push.txt'));
    expect(status).to.equal(0);
    expect(stdout).to.contain('BSNS-1120-1').and.to.contain('EMEA-FPR3110-08');
    expect(stdout).to.contain('    → /var/sf/peers/cdb123c8-4347-11ef-aca1-f3aa241412a1/sftunnel-key.pem');
    expect(stderr).to.match(/Line \d+: cut off before it is complete/);
  });

  it('counts copies that were made, and leaves those that SSH did not reach', async () => {
    const { devices } = await planned(vector('failed-push.txt'), vector('copy-certs.txt'));
    const tasks = Object.fromEntries(devices.map(({ name, task, copy }) => [name, `${task} ${copy}`]));
    expect(tasks).to.deep.equal({
      'BSNS-1120-1': 'copy-files unreachable',
      'EMEA-FPR3110-08': 'copy-files null',
      FTDv: 'check-connection copied',
    });
  });

  it('takes dates of the CA from the document’s command', async () => {
    const at = (now: string): Promise<DescribedPlan> =>
      planned(vector('certificate-dates.txt'), '--now', now, '--tunnels', 'up');
    expect((await at('2034-09-20')).authority).to.include({ state: 'within-30-days', daysLeft: 15 });
    expect(await at('2034-10-06')).to.include({ leaf: '2a' });
    expect(await at('2026-01-01')).to.include({ leaf: '1', urgency: 'none' });
  });

  it('plans from a capture, and calls no channel down that it has not seen', async () => {
    const expired = await planned(capture('sftunnel-expired'));
    expect(expired.authority).to.include({ state: 'expired' });
    expect(expired).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
    expect(expired.warnings.map(({ id }) => id)).to.include('no-reboot-until-known');
    const hidden = await planned(capture('sftunnel-tls13'));
    expect(hidden.authority.state).to.equal('unknown');
  });

  it('gives the same plan from a saved report of that capture, also from one of JSON Lines', async () => {
    const lines = await linesOf(capture('sftunnel-expired'));
    const direct = await planned(capture('sftunnel-expired'));
    for (const saved of [
      file('saved.json', await reportOf(capture('sftunnel-expired'))),
      file('saved.jsonl', lines),
      file('cut.jsonl', lines.slice(0, -20)),
    ]) {
      const again = await planned(saved);
      expect(again.candidates).to.deep.equal(direct.candidates);
      expect(again.authority).to.include({ state: direct.authority.state, notAfter: direct.authority.notAfter });
      expect(again.devices.map(({ uuid, tunnel }) => [uuid, tunnel])).to.deep.equal(
        direct.devices.map(({ uuid, tunnel }) => [uuid, tunnel]),
      );
    }
  });

  it('says where a saved report breaks off', async () => {
    const lines = await linesOf(capture('sftunnel-good'));
    const ran = await plan(file('broken.jsonl', lines.slice(0, -20)), '--lang', 'ja', '--json');
    const { sources } = JSON.parse(ran.stdout) as { sources: { kinds: string[]; problems: string[] }[] };
    expect(sources[0]?.kinds).to.deep.equal(['report']);
    expect(sources[0]?.problems.join()).to.include('途中で切れている');
  });

  it('concludes an expiry from a log, plain or gzip', async () => {
    const log = `Sep 20 04:10:47 FTD-hostname SF-IMS[50792]: [51982] sftunnel:sf_ssl [INFO] Connected to 10.10.200.31 f
Sep 20 04:10:47 FTD-hostname SF-IMS[50792]: [51982] sftunnel:sf_ssl [ERROR] err 10:certificate has e
Sep 20 04:10:47 FTD-hostname SF-IMS[50792]: [51982] sftunnel:sf_ssl [ERROR] Connect:SSL handshake fail
`;
    for (const given of [file('messages.log', log), file('messages.gz', gzipSync(log))])
      expect((await planned(given)).authority).to.include({ state: 'expired', confidence: 'likely' });
  });

  it('takes --status for all devices, and a status among the files for some', async () => {
    const status = file('status.txt', down.replace("peer ''", "peer '10.48.67.54'"));
    const words = [vector('certificate-dates.txt'), '--now', '2034-10-20'];
    expect((await planned(...words, '--status', status)).leaf).to.equal('2b');
    expect((await planned(...words, status)).leaf).to.equal(null);
  });

  it('reads trees and archives by what is in them', async () => {
    const { plan: read, sources } = JSON.parse((await plan(folderTree(folder), '--json')).stdout) as {
      plan: DescribedPlan;
      sources: { kinds: string[] }[];
    };
    expect(sources[0]?.kinds).to.deep.equal(['tree']);
    expect(read.phase).to.equal('transfer');
  });

  it('writes JSON and Markdown at once, and the text beside a file', async () => {
    const [json, markdown] = [join(folder, 'plan.json'), join(folder, 'plan.md')];
    const { stdout } = await plan(`--json=${json}`, '--markdown', markdown, '--lang', 'ja');
    expect(stdout).to.contain('sftunnel CA の更新');
    expect(readFileSync(markdown, 'utf8')).to.match(/^# sftunnel CA の更新\n/);
    const document: unknown = JSON.parse(readFileSync(json, 'utf8'));
    const schema = readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8');
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    const validate = ajv.compile(JSON.parse(schema) as object);
    validate(document);
    expect(validate.errors ?? []).to.deep.equal([]);
  });

  it('never takes an input for an output, nor overwrites one', async () => {
    const saved = file('again.json', await reportOf(capture('sftunnel-good')));
    const before = readFileSync(saved, 'utf8');
    expect((await plan('--json', saved)).stdout).to.contain('"command": "sftunnel plan"');
    expect((await plan(saved, `--json=${saved}`)).status).to.equal(2);
    expect(readFileSync(saved, 'utf8')).to.equal(before);
  });

  it('shows what trees and listings have wrong, in words, in every form', async () => {
    const bad = file('ftd.tar', tarOf(badTree()));
    for (const [words, said] of [
      [[], ['Found in the files', 'sftunnel.key-mismatch', 'does not belong to root (admin).', 'line 13: a name with']],
      [
        ['--lang', 'ja', '--markdown'],
        ['## ファイルから分かったこと', '`sftunnel.key-mismatch`', '所有者が root ではありません'],
      ],
    ] as const) {
      const { stdout, stderr } = await plan(bad, vector('backup-session.txt'), ...words);
      const text = stdout.replaceAll(/\s+/g, ' ');
      for (const one of said) expect(text).to.contain(one);
      expect(stdout + stderr).to.not.match(/PRIVATE KEY-----|wrong-owner/);
    }
    const { findings, sources, verdict } = JSON.parse((await plan(bad, '--json')).stdout) as {
      findings: { id: string }[];
      sources: { faults: string[] }[];
      verdict: string;
    };
    expect(findings.map(({ id }) => id)).to.deep.equal(['sftunnel.key-mismatch']);
    expect(sources[0]?.faults).to.have.length(3);
    expect(verdict).to.equal('findings');
  });

  it('reads any kind of input from standard input, but only one', async () => {
    for (const [bytes, kind] of [
      [tarOf(badTree()), 'tree'],
      [gzipSync(tarOf(badTree())), 'tree'],
      [readFileSync(capture('sftunnel-expired')), 'capture'],
      [readFileSync(vector('ftd-messages.txt')), 'log'],
      [readFileSync(vector('failed-push.txt')), 'failed-push'],
    ] as const) {
      const { stdout } = await helloprobe(['sftunnel', 'plan', '-', '--json'], { input: () => once(bytes) });
      const { sources } = JSON.parse(stdout) as { sources: { name: string; kinds: string[] }[] };
      expect(sources.map(({ name, kinds }) => [name, ...kinds])).to.deep.equal([['-', kind]]);
    }
    expect((await helloprobe(['sftunnel', 'plan', '-', '--status', '-'], { stdin: '' })).status).to.equal(2);
  });

  it('knows devices.csv without its header', async () => {
    const rows = file('rows.csv', 'BSNS-1120-1, 10.48.67.54, admin, Hunter2-Secret\n');
    const { stdout, stderr } = await plan(rows, '--json');
    expect(stdout).to.contain('"devices"').and.to.not.contain('Hunter2');
    expect(stderr).to.equal('');
  });

  it('says what is of no use', async () => {
    const { stderr } = await plan(file('shopping.txt', 'milk\n'));
    expect(stderr).to.contain('shopping.txt is of use for the plan');
  });

  it('names damaged certificates by line, without their text', async () => {
    const { stderr, stdout } = await plan(vector('cacert.txt'));
    expect(stderr).to.match(/CERTIFICATE block that begins at line \d+ cannot be decoded: line \d+ has/);
    expect(stderr + stdout).to.not.contain('MIID');
  });

  it('refuses values that are none, in one sentence', async () => {
    for (const [words, said] of [
      [['--fmc-version', 'seven'], 'is not a release'],
      [['--ha', 'both'], 'is none of primary, secondary'],
      [['--hotfix', 'maybe'], 'is none of yes, no'],
      [['--fmc-uuid', 'x'], 'is not a UUID'],
      [['no-such-file'], 'cannot be read: there is no such file or folder'],
      [[file('odd.json', '{"a":1}')], 'is no report of helloprobe'],
      [['--status', file('empty.txt', '')], 'holds no output of sftunnel_status.pl'],
    ] as const) {
      const { status, stderr } = await plan(...words);
      expect(status, said).to.equal(2);
      expect(stderr).to.contain(said);
    }
  });

  it('keeps passwords of devices.csv and private keys out of everything', async () => {
    const secrets = file(
      'devices.csv',
      'device_name,IP address,admin_username,admin_password\nBSNS-1120-1,10.48.67.54,admin,Hunter2-Secret\n',
    );
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSk\n-----END PRIVATE KEY-----\n';
    const session = file('session.txt', `${readFileSync(vector('failed-push.txt'), 'utf8')}${key}`);
    for (const form of [[], ['--json'], ['--markdown'], ['--debug']]) {
      const { stdout, stderr } = await plan('--devices', secrets, session, secrets, ...form);
      expect(stdout + stderr).to.not.match(/Hunter2|MIIEvg/);
    }
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Of a device: a key of another certificate, owned by admin, and a slip of the keyboard. */
function badTree(): TreeEntry[] {
  const ca = internalCa();
  const [own, other] = [device(ca, ftdUuids[0]), device(ca, ftdUuids[0])];
  const files = ftdTree(ca, own).map((entry) =>
    entry.path.endsWith('-key.pem')
      ? { ...entry, content: new TextEncoder().encode(other.privateKeyPem), owner: 'admin', mode: 0o644 }
      : entry,
  );
  return [...files, treeFile(`ngfw/var/sf/peers/${fmcUuid}/sftunnel-key.pem\x1b[31m`, '')];
}

/** An FMC's tree with the FAILED_PUSH of a run in it. */
function folderTree(folder: string): string {
  const root = mkdtempSync(join(folder, 'tree-'));
  writeFileSync(join(root, 'FAILED_PUSH'), readFileSync(vector('failed-push.txt')));
  return root;
}

/** As `helloprobe pcap --json` writes it. */
/** As `pcap --jsonl` writes them. */
async function linesOf(path: string): Promise<string> {
  const { captureEvents } = await import('../../lib/captures.ts');
  const head = { name: path, tool: { name: 'helloprobe', version: '0' }, command: 'pcap', startedAt: '' } as const;
  let lines = '';
  const writer = captureJsonLines((line) => (lines += line), head);
  for await (const event of captureEvents(path)) writer.event(event);
  return lines;
}

async function reportOf(path: string): Promise<string> {
  const { analyzeCapture } = await import('../../lib/captures.ts');
  return JSON.stringify(await analyzeCapture(path));
}
