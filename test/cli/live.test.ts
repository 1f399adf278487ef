import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { libraryServices } from '../../lib/cli/services.ts';
import { diagnose } from '../../lib/diagnose/index.ts';
import type { CheckReport } from '../../lib/evidence/index.ts';
import { startHeadend } from '../../lib/lab/index.ts';
import { helloprobe } from './support.ts';

describe('cli: against a headend of the lab', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-live-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('diagnoses the planted fault; the saved document fits the schema and gives the same findings again', async () => {
    await using headend = await startHeadend('expired');
    const roots = join(folder, 'roots.pem');
    writeFileSync(roots, headend.rootsPem);
    const target = `${headend.host}:${headend.port}`;
    const saved = join(folder, 'report.json');
    const { status, stdout, stderr } = await helloprobe(
      ['check', target, '--sni', headend.sni ?? '', '--ca', roots, '--json', saved, '--skip', 'hello-size'],
      { services: libraryServices },
    );
    expect(status, stderr).to.equal(1);
    expect(stdout).to.contain('✖ HIGH').and.to.contain('cert.expired · proven · pattern 1');
    const report = JSON.parse(readFileSync(saved, 'utf8')) as CheckReport;
    const schema = JSON.parse(
      readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    validate(report);
    expect(validate.errors ?? []).to.deep.equal([]);
    expect(diagnose(report)).to.deep.equal(report.findings);
  });

  it('writes whole lines of events while the run goes on', async () => {
    await using headend = await startHeadend('reset-on-hello');
    const { status, stdout } = await helloprobe(['check', `${headend.host}:${headend.port}`, '--jsonl', '--quiet'], {
      services: libraryServices,
    });
    expect(status).to.equal(1);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; finding?: { id: string } });
    expect(events.map(({ type }) => type)).to.include.members([
      'run-started',
      'probe-started',
      'attempt',
      'probe-finished',
      'finding',
      'run-finished',
    ]);
    expect(events.find(({ type }) => type === 'finding')?.finding?.id).to.equal('handshake.reset');
  });

  it('refuses a CA file without a certificate before it connects', async () => {
    const roots = join(folder, 'empty.pem');
    writeFileSync(roots, 'not PEM');
    const { status, stderr, calls } = await helloprobe(['check', 'vpn.example.test', '--ca', roots]);
    expect(status).to.equal(2);
    expect(stderr).to.match(/^helloprobe: .*empty\.pem/);
    expect(calls).to.deep.equal([]);
  });
});
