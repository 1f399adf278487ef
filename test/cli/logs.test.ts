import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { LogReport } from '../../lib/evidence/index.ts';
import { expiredAttempt, sample } from '../cisco/logs/support.ts';
import { logGuides, withGrammars } from '../support/generate-log-docs.ts';
import { helloprobe } from './support.ts';

const root = new URL('../../', import.meta.url);
const clock = ['--now', '2025-01-05T00:00:00Z'];

describe('cli: logs', function () {
  this.timeout(20_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-logs-'));
    writeFileSync(join(folder, 'ftd.log'), sample('ftd-messages'));
    writeFileSync(join(folder, 'fmc.log.gz'), gzipSync(sample('fmc-messages')));
    writeFileSync(join(folder, 'empty.log'), '');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string): string => join(folder, name);

  it('says what is wrong, with the lines, in English and Japanese, and exits with 1', async () => {
    for (const [language, title] of [
      ['en', 'The InternalCA of the FMC has expired'],
      ['ja', 'InternalCA'],
    ] as const) {
      const { status, stdout, stderr } = await helloprobe(
        ['logs', file('ftd.log'), file('fmc.log.gz'), ...clock, '--lang', language],
        { columns: 100 },
      );
      expect(status).to.equal(1);
      expect(stderr).to.equal('');
      expect(stdout).to.include(title).and.include('ftd.log:7').and.include('err 10:certificate has e');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it must not have
      expect(stdout).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f]|undefined|NaN/);
    }
  });

  it('writes documents that the schema accepts, of any kind of log', async () => {
    const schema = JSON.parse(readFileSync(new URL('docs/schema/report-v1.json', root), 'utf8')) as object;
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    const validate = ajv.compile(schema);
    const logs = [
      sample('ftd-messages'),
      expiredAttempt('2021-09-20T04:10:47Z').join('\n'),
      'Failed to connect to 192.0.2.1:443: Connection refused\nCSTP connected. DPD 30, Keepalive 60',
      '%ASA-7-725014: SSL lib error. Function: F Reason: sslv3 alert certificate unknown',
      '',
    ];
    for (const stdin of logs) {
      const { stdout } = await helloprobe(['logs', '-', '--json', '--quiet', ...clock], { stdin });
      const report = JSON.parse(stdout) as LogReport;
      validate(report);
      expect(validate.errors, stdin.slice(0, 40)).to.equal(null);
      expect(report.command).to.equal('logs');
    }
  });

  it('keeps standard output to the document, and says the verdict beside it', async () => {
    const { stdout, stderr } = await helloprobe(['logs', file('ftd.log'), '--json', ...clock]);
    expect((JSON.parse(stdout) as LogReport).verdict).to.equal('findings');
    expect(stderr).to.match(/ftd\.log {2}✖ FINDINGS/);
  });

  it('writes the document to a file, and the text beside it', async () => {
    const out = file('report.json');
    const { stdout } = await helloprobe(['logs', file('ftd.log'), '--json', out, ...clock]);
    expect((JSON.parse(readFileSync(out, 'utf8')) as LogReport).findings).to.have.lengthOf(2);
    expect(stdout).to.include('sftunnel.ca-expired');
  });

  it('writes JSON Lines and JUnit too, each to its place', async () => {
    const junit = file('out.xml');
    const { status, stdout } = await helloprobe(['logs', file('ftd.log'), ...clock, '--jsonl', '--junit', junit]);
    expect(status).to.equal(1);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).to.deep.equal(['episode', 'finding', 'finding', 'summary']);
    expect(readFileSync(junit, 'utf8')).to.include('<testcase name="sftunnel.ca-expired').and.include('<failure ');
  });

  it('exits with 6 where nothing is known, 3 where nothing was reached, 0 where all is well', async () => {
    expect((await helloprobe(['logs', file('empty.log')])).status).to.equal(6);
    expect((await helloprobe(['logs', '-'], { stdin: 'connect:errno=111' })).status).to.equal(3);
    expect((await helloprobe(['logs', '-'], { stdin: 'CSTP connected. DPD 30, Keepalive 60' })).status).to.equal(0);
  });

  it('explains mistakes in one sentence', async () => {
    for (const [words, said] of [
      [['logs'], /No log was given/],
      [['logs', file('nowhere.log')], /nowhere\.log/],
      [['logs', file('ftd.log'), '--year', 'MMXX'], /--year/],
      [['logs', file('ftd.log'), '--utc-offset', 'JST'], /--utc-offset "JST" is no offset from UTC/],
      [['logs', '-', '-'], /Standard input can be read once only/],
    ] as const) {
      const { status, stderr } = await helloprobe([...words]);
      expect(status, words.join(' ')).to.equal(2);
      expect(stderr)
        .to.match(said)
        .and.not.match(/ {4}at /);
    }
  });

  it('reads offsets from UTC as people write them', async () => {
    for (const [text, hour] of [
      ['+09:00', '19'],
      ['9', '19'],
      ['-0500', '09'],
      ['UTC', '04'],
    ] as const) {
      const { stdout } = await helloprobe(['logs', file('ftd.log'), '--json', '--utc-offset', text, ...clock]);
      const [episode] = (JSON.parse(stdout) as LogReport).episodes;
      expect(episode?.startedAt?.slice(11, 13), text).to.equal(hour);
    }
  });

  it('is described by guides whose tables are those of the grammar', () => {
    for (const guide of logGuides) {
      expect(readFileSync(new URL(guide.file, root), 'utf8'), `${guide.file}: run npm run docs`).to.equal(
        withGrammars(guide),
      );
    }
  });
});
