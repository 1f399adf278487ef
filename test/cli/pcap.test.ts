import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { CaptureEvent, CaptureReport } from '../../lib/evidence/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { captureEvents, conversation, sftunnelConversation, sha } from '../report/captureSamples.ts';
import { helloprobe } from './support.ts';

describe('cli: pcap', () => {
  let folder: string;
  let validate: ValidateFunction;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-pcap-'));
    const schema = readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8');
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    validate = ajv.compile(JSON.parse(schema) as object);
  });

  after(() => rmSync(folder, { recursive: true }));

  /** The document on standard output: one, valid, and a newline. */
  function document(stdout: string): CaptureReport & { readonly reports?: readonly CaptureReport[] } {
    expect(stdout).to.match(/\}\n$/);
    const parsed = JSON.parse(stdout) as CaptureReport;
    validate(parsed);
    expect(validate.errors ?? []).to.deep.equal([]);
    return parsed;
  }

  function* brokenOff(events: number, error: Error = new HarnessError('unreadable-file', 'The file is gone.')) {
    yield* captureEvents().slice(0, events);
    throw error;
  }

  it('prints the report as text and says in the exit code what was found', async () => {
    const { status, stdout, stderr } = await helloprobe(['pcap', 'x.pcap']);
    expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
    expect(stdout)
      .to.match(/^x\.pcap\n.*\n✖ FINDINGS/)
      .and.to.contain('Conversations (2)');
    expect(stdout).to.not.contain('\u001b');
  });

  it('exits with 0 below --fail-on, and with 6 for a capture without TLS', async () => {
    expect((await helloprobe(['pcap', 'x.pcap', '--fail-on', 'high'])).status).to.equal(1);
    const sample = (verdict: 'clean' | 'inconclusive') => () => captureEvents({ summary: { findings: [], verdict } });
    expect((await helloprobe(['pcap', 'x.pcap'], { capture: sample('clean') })).status).to.equal(0);
    expect((await helloprobe(['pcap', 'x.pcap'], { capture: sample('inconclusive') })).status).to.equal(6);
  });

  it('prints one JSON document with --json, and the verdict on stderr', async () => {
    const { status, stdout, stderr } = await helloprobe(['pcap', 'x.pcap', '--json']);
    expect(document(stdout).conversations).to.have.length(2);
    expect(status).to.equal(1);
    expect(stderr).to.equal('x.pcap  ✖ FINDINGS  1 high\n');
  });

  it('takes the word after --json for a capture unless it ends like a report', async () => {
    for (const words of [
      ['pcap', '--json', './some/where.pcapng'],
      ['pcap', '--json', '-', '--quiet'],
      ['pcap', '--json=-', './some/where.pcapng'],
    ]) {
      const { stdout, captures } = await helloprobe(words);
      expect(document(stdout).command).to.equal('pcap');
      expect(captures.map(({ name }) => name)).to.deep.equal([words.includes('-') ? '-' : './some/where.pcapng']);
    }
    const file = join(folder, 'report.json');
    const { stdout } = await helloprobe(['pcap', '--json', file, 'x.pcap']);
    expect(stdout).to.contain('Conversations');
    expect(document(readFileSync(file, 'utf8'))).to.include({ verdict: 'findings' });
  });

  it('writes several forms at once', async () => {
    const place = (name: string): string => join(folder, name);
    const words = [
      '--json',
      place('a.json'),
      '--jsonl',
      place('a.jsonl'),
      '--csv',
      place('a.csv'),
      '--junit',
      place('a.xml'),
    ];
    const { stdout } = await helloprobe(['pcap', 'x.pcap', ...words]);
    expect(stdout).to.contain('Conversations');
    document(readFileSync(place('a.json'), 'utf8'));
    expect(readFileSync(place('a.jsonl'), 'utf8').split('\n')).to.have.length(9);
    expect(readFileSync(place('a.csv'), 'utf8')).to.match(/^ts,id,client,.*\n.*,c1,.*\n.*,c2,.*\n$/);
    expect(readFileSync(place('a.xml'), 'utf8')).to.contain('<testsuite name="x.pcap" tests="2" failures="1"');
  });

  it('gives several captures one document, and one head line to the CSV, with the name of each', async () => {
    const bundle = document((await helloprobe(['pcap', 'a.pcap', 'b.pcap', '--json'])).stdout);
    expect(bundle.reports).to.have.length(2);
    const { stdout } = await helloprobe(['pcap', 'a.pcap', 'b.pcap', '--csv']);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).to.match(/^file,ts,id,/);
    expect(lines.slice(1).map((line) => line.split(',')[0])).to.deep.equal(['a.pcap', 'a.pcap', 'b.pcap', 'b.pcap']);
  });

  it('prints the fields that were chosen, and lists them', async () => {
    const { stdout } = await helloprobe(['pcap', 'x.pcap', '--fields', 'id, cert.sha256']);
    expect(stdout).to.equal(`id,cert.sha256\nc1,${sha.web}\nc2,${sha.fmc}\nc2,${sha.ftd}\n`);
    for (const word of ['list', 'help']) {
      const listed = await helloprobe(['pcap', '--fields', word]);
      expect(listed.status).to.equal(0);
      expect(listed.stdout)
        .to.match(/^\* sni +server name asked for$/m)
        .and.to.match(/^ {2}cert\.daysLeft /m);
    }
    expect((await helloprobe(['pcap', '--fields', 'list', '--lang', 'ja'])).stdout).to.contain('サーバー名');
  });

  it('shows only the conversations that were asked for, and says that findings are those of the whole', async () => {
    const ids = async (...words: string[]): Promise<string[]> =>
      document((await helloprobe(['pcap', 'x.pcap', '--json', ...words])).stdout).conversations.map(({ id }) => id);
    expect(await ids('--sftunnel')).to.deep.equal(['c2']);
    expect(await ids('--host', '192.0.2.10')).to.deep.equal(['c1']);
    expect(await ids('--host', '192.0.2.10', '--host', '10.48.79.232')).to.deep.equal(['c1', 'c2']);
    expect(await ids('--port', '443')).to.deep.equal(['c1']);
    expect(await ids('--failed')).to.deep.equal([]);
    const { stdout, captures } = await helloprobe(['pcap', 'x.pcap', '--port', '8305']);
    expect(captures[0]?.ports).to.deep.equal([8305]);
    expect(stdout).to.contain('Shown: 1 of 2 conversations').and.to.contain('✖ FINDINGS  1 high');
    expect(stdout).to.contain('Certificates (2)');
    const report = document((await helloprobe(['pcap', 'x.pcap', '--json', '--host', '2001:DB8:0::1'])).stdout);
    expect(report).to.deep.include({
      selection: { hosts: ['2001:db8::1'], ports: [], sftunnel: false, failed: false },
      certificates: [],
    });
  });

  it('hands limits, names, pins, key logs and the clock to the library', async () => {
    const keylog = join(folder, 'keys.log');
    const secrets = `CLIENT_RANDOM ${'00'.repeat(32)} ${'11'.repeat(48)}\n`;
    writeFileSync(keylog, secrets);
    const pin = 'AB'.repeat(32);
    const words = [
      '--limit-flows',
      '500',
      '--limit-open-conversations',
      '7',
      '--keylog',
      keylog,
      '--sni',
      'vpn.example.com',
    ];
    const more = ['--now', '2026-11-22', '--expect-fingerprint', pin, '--client-versions', 'TLSv1.2', '--ca', 'ca.pem'];
    const { captures } = await helloprobe(['pcap', 'x.pcap', ...words, ...more]);
    expect(captures[0]?.keyLog).to.include({ accepted: 1, size: 1 });
    expect(captures[0]).to.deep.include({
      limits: { flows: 500, openConversations: 7 },
      expectName: 'vpn.example.com',
      now: new Date('2026-11-22'),
      expectFingerprint: pin.toLowerCase(),
      clientVersions: ['0x0303'],
      caFiles: ['ca.pem'],
      language: 'en',
    });
  });

  it('says that a file is no key log, and that a key log opened nothing', async () => {
    const other = join(folder, 'other.pem');
    writeFileSync(other, '-----BEGIN CERTIFICATE-----\nAAAA\n');
    const refused = await helloprobe(['pcap', 'x.pcap', '--keylog', other]);
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.contain('is no key log').and.to.contain('CLIENT_RANDOM');
    const keylog = join(folder, 'keys.log');
    writeFileSync(keylog, `CLIENT_RANDOM ${'00'.repeat(32)} ${'11'.repeat(48)}\n`);
    const words = ['pcap', 'x.pcap', '--keylog', keylog];
    const note = 'The key log opened no conversation';
    expect((await helloprobe(words)).stderr).to.contain(note);
    expect((await helloprobe([...words, '--quiet'])).stderr).to.not.contain(note);
    const opened = captureEvents({ conversations: [conversation('c1', { decrypted: true })] });
    expect((await helloprobe(words, { capture: () => opened })).stderr).to.not.contain(note);
  });

  it('writes each certificate as PEM with a table, and overwrites nothing', async () => {
    const out = join(folder, 'certs');
    const first = await helloprobe(['pcap', 'x.pcap', '--certs-out', out]);
    expect(first.stderr).to.equal(`3 certificates and the table certificates.csv written to ${out}\n`);
    expect(readdirSync(out).sort()).to.deep.equal([
      ...[sha.fmc, sha.ftd, sha.web].map((name) => `${name}.pem`),
      'certificates.csv',
    ]);
    expect(readFileSync(join(out, `${sha.web}.pem`), 'utf8')).to.match(/^-----BEGIN CERTIFICATE-----\n/);
    const table = readFileSync(join(out, 'certificates.csv'), 'utf8');
    expect(table)
      .to.match(/^file,cert\.sha256,cert\.subject,/)
      .and.to.contain(`\nx.pcap,${sha.web},`);
    const again = await helloprobe(['pcap', 'x.pcap', '--certs-out', out]);
    expect(again).to.include({ status: 2, stdout: '' });
    expect(again.stderr).to.contain('is there already and is not overwritten');
    expect(readFileSync(join(out, 'certificates.csv'), 'utf8')).to.equal(table);
  });

  it('makes the folders above, and says where it cannot', async () => {
    const out = join(folder, 'a', 'b');
    expect((await helloprobe(['pcap', 'x.pcap', '--certs-out', out])).status).to.equal(1);
    expect(readdirSync(out)).to.contain('certificates.csv');
    const file = join(out, 'certificates.csv');
    for (const nowhere of ['', join(file, 'c'), ...(existsSync('/proc/self') ? ['/proc/x', '/proc/x/y'] : [])]) {
      const { status, stderr } = await helloprobe(['pcap', 'x.pcap', '--certs-out', nowhere]);
      expect(status, nowhere).to.equal(2);
      expect(stderr, nowhere).to.contain('cannot be written');
    }
  });

  it('does not overwrite another certificate file of that name', async () => {
    const out = join(folder, 'others');
    await helloprobe(['pcap', 'x.pcap', '--certs-out', out]);
    rmSync(join(out, 'certificates.csv'));
    expect((await helloprobe(['pcap', 'x.pcap', '--certs-out', out])).status).to.equal(1);
    rmSync(join(out, 'certificates.csv'));
    writeFileSync(join(out, `${sha.web}.pem`), 'mine');
    const { status, stderr } = await helloprobe(['pcap', 'x.pcap', '--certs-out', out]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('is not overwritten');
    expect(readFileSync(join(out, `${sha.web}.pem`), 'utf8')).to.equal('mine');
  });

  it('refuses to write where it reads', async () => {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, 'capture');
    const { status, stderr } = await helloprobe(['pcap', file, `--json=${file}`]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('is to be read and to be written');
    expect(readFileSync(file, 'utf8')).to.equal('capture');
  });

  it('prints nothing but the error for a capture that cannot be opened', async () => {
    for (const words of [['--json'], ['--csv'], ['--jsonl'], ['--junit'], []]) {
      const { status, stdout, stderr } = await helloprobe(['pcap', 'x.pcap', ...words], {
        capture: () => brokenOff(0),
      });
      expect({ status, stdout }, words.join()).to.deep.equal({ status: 2, stdout: '' });
      expect(stderr).to.equal('helloprobe: x.pcap: The file is gone.\n  Error code: unreadable-file\n');
    }
  });

  it('closes the document when reading breaks off, and prints the error', async () => {
    const events = captureEvents().length;
    for (let count = 1; count < events; count++) {
      const { status, stdout, stderr } = await helloprobe(['pcap', 'x.pcap', '--json', '--quiet'], {
        capture: () => brokenOff(count),
      });
      expect(status).to.equal(2);
      expect(stderr).to.equal('helloprobe: x.pcap: The file is gone.\n  Error code: unreadable-file\n');
      expect(document(stdout)).to.deep.include({
        verdict: 'inconclusive',
        error: { code: 'unreadable-file', message: 'The file is gone.' },
      });
    }
    const text = await helloprobe(['pcap', 'x.pcap'], { capture: () => brokenOff(3, new Error('broken pipe')) });
    expect(text.status).to.equal(4);
    expect(text.stdout).to.contain('Reading broke off: broken pipe').and.to.contain('Conversations (2)');
  });

  it('reads the other captures when one cannot be read', async () => {
    const capture = (name: string): Iterable<CaptureEvent> => (name === 'b.pcap' ? brokenOff(0) : captureEvents());
    const words = ['pcap', 'a.pcap', 'b.pcap', 'c.pcap'];
    const { status, stdout, stderr } = await helloprobe([...words, '--json'], { capture });
    expect(document(stdout).reports).to.have.length(2);
    expect(status).to.equal(2);
    expect(stderr).to.contain('The file is gone.');
    const text = await helloprobe(words, { capture });
    expect(text.stdout)
      .to.match(/^a\.pcap$/m)
      .and.to.match(/^c\.pcap$/m);
  });

  it('says what it has when it is interrupted, and exits with 130', async () => {
    const controller = new AbortController();
    const { status, stdout, stderr } = await helloprobe(['pcap', 'x.pcap', '--json'], {
      signal: controller.signal,
      capture: function* () {
        yield* captureEvents().slice(0, 2);
        controller.abort();
        throw controller.signal.reason;
      },
    });
    expect(status).to.equal(130);
    expect(document(stdout)).to.deep.include({ error: { code: 'aborted', message: 'Reading was interrupted.' } });
    expect(stderr).to.contain('Interrupted; the report has what was read so far');
  });

  it('takes the interruption of a live capture on standard input for its end', async () => {
    const controller = new AbortController();
    let ended = false;
    const { status, stdout, stderr } = await helloprobe(['pcap', '-', '--json'], {
      signal: controller.signal,
      input: async function* () {
        yield Uint8Array.of(1);
        controller.abort();
        await new Promise(() => undefined);
      },
      services: {
        captureEvents: async function* (bytes, options) {
          expect(options.signal).to.equal(undefined);
          for await (const chunk of bytes as AsyncIterable<Uint8Array>) expect(chunk).to.have.length(1);
          ended = true;
          yield* captureEvents();
        },
      },
    });
    expect({ status, ended }).to.deep.equal({ status: 130, ended: true });
    expect(document(stdout)).to.include({ verdict: 'findings' });
    expect(stderr).to.contain('Interrupted; the report has what was measured so far.');
  });

  it('waits for a reader that is behind before it goes on', async () => {
    const conversations = Array.from({ length: 200 }, (_, index) => conversation(`c${index + 1}`));
    let waits = 0;
    let written = 0;
    const { stdout } = await helloprobe(['pcap', 'x.pcap', '--json', '--quiet'], {
      capture: () => captureEvents({ conversations }),
      slow: (size, drained) => {
        expect(waits, 'written while the reader was behind').to.equal(written);
        written++;
        expect(size).to.be.at.most(2 ** 17);
        setImmediate(() => {
          waits++;
          drained();
        });
      },
    });
    expect(document(stdout).conversations).to.have.length(200);
    expect(waits).to.be.above(3);
  });

  it('tells what the CSV left out, also when it is quiet', async () => {
    const conversations = [conversation('c1'), sftunnelConversation('c2'), conversation('c3')];
    const words = ['--fields', 'id,cert.status', '--limit-max-conversations', '1', '--quiet'];
    const { stderr } = await helloprobe(['pcap', 'x.pcap', ...words], {
      capture: () => captureEvents({ conversations }),
    });
    expect(stderr).to.match(/^2 conversations are not in the CSV/);
  });

  const mistakes: readonly [string, readonly string[], RegExp][] = [
    ['no capture', ['pcap'], /No capture was given/],
    ['standard input twice', ['pcap', '-', '-'], /can be read once/],
    [
      'an unknown field',
      ['pcap', 'x', '--fields', 'cert.subjct'],
      /"cert\.subjct", which is no field\.\n {2}Did you mean cert\.subject/,
    ],
    ['no field', ['pcap', 'x', '--fields', ','], /--fields names no field/],
    ['a host that is a name', ['pcap', 'x', '--host', 'a.example'], /is not an IP address/],
    ['a port that is none', ['pcap', 'x', '--port', '0'], /1 to 65535/],
    ['a limit that is none', ['pcap', 'x', '--limit-flows', '0'], /--limit-flows "0" is not a whole number/],
    ['a key log that is not there', ['pcap', 'x', '--keylog', '/nonexistent/keys'], /cannot be read/],
    ['two documents in one place', ['pcap', 'x', '--json', '--csv'], /--json and --csv both want standard output/],
    ['a folder that cannot be made', ['pcap', 'x', '--certs-out', '/dev/null/x'], /cannot be written/],
    ['a file where a folder should be', ['pcap', 'x', '--certs-out', 'package.json'], /there is a file of that name/],
    ['an unknown option', ['pcap', 'x', '--keylgo', 'k'], /Did you mean --keylog/],
  ];
  for (const [what, words, message] of mistakes) {
    it(`answers ${what} with a sentence and exit code 2`, async () => {
      const { status, stdout, stderr, captures } = await helloprobe(words);
      expect(stderr).to.match(message);
      expect({ status, stdout, captures }).to.deep.equal({ status: 2, stdout: '', captures: [] });
    });
  }
});
