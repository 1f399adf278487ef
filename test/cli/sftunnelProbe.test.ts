import { expect } from 'chai';
import { libraryServices } from '../../lib/cli/services.ts';
import type { CheckReport, SftunnelValue } from '../../lib/evidence/index.ts';
import { labDeviceUuid, startHeadend } from '../../lib/lab/index.ts';
import { planOfRun } from '../../lib/planned.ts';
import { helloprobe } from './support.ts';

describe('cli: sftunnel host', () => {
  it('asks port 8305 unless another is named, for the probe alone', async () => {
    const { status, stdout } = await helloprobe(['sftunnel', 'fmc.example.test', '--dry-run'], {
      services: libraryServices,
    });
    expect(status).to.equal(0);
    expect(stdout).to.include('fmc.example.test:8305').and.to.include('sftunnel');
    expect(planOfRun({ only: ['sftunnel'] }).probes.map(({ id }) => id)).to.deep.equal(['connect', 'sftunnel']);
  });

  it('names its own port in its help', async () => {
    expect((await helloprobe(['sftunnel', '--help'])).stdout).to.include('(default 8305)');
    expect((await helloprobe(['versions', '--help'])).stdout).to.include('(default 443)');
  });

  it('says in both languages who the peer is and what is wrong, and exits with 1', async () => {
    await using headend = await startHeadend('sftunnel-expired-ca');
    for (const [lang, words] of [
      ['en', [/certificate of 55555555-/, /InternalCA, as sent: ended 10 days ago/, /it signed the certificate/]],
      ['ja', [/55555555-\S+ の証明書/, /InternalCA\(送信されたもの\)/, /この CA が署名/]],
    ] as const) {
      const asked = ['sftunnel', `${headend.host}:${headend.port}`, '--lang', lang, '--quiet'];
      const { status, stdout } = await helloprobe(asked, { services: libraryServices, columns: 200 });
      expect(status).to.equal(1);
      for (const word of words) expect(stdout.replaceAll(/\s+/g, ' ')).to.match(word);
    }
  });

  it('writes the same as JSON', async () => {
    await using headend = await startHeadend('sftunnel-good');
    const { status, stdout } = await helloprobe(['sftunnel', `${headend.host}:${headend.port}`, '--json', '--quiet'], {
      services: libraryServices,
    });
    expect(status).to.equal(0);
    const report = JSON.parse(stdout) as CheckReport;
    expect(report).to.include({ command: 'sftunnel', verdict: 'clean' });
    const value = report.observations['sftunnel']?.value as SftunnelValue | undefined;
    expect(value?.identity?.uuid).to.equal(labDeviceUuid);
  });

  it('is part of a full check on port 8305, and of no other unless it is named', () => {
    const ids = (port: number): string[] => planOfRun({ port }).probes.map(({ id }) => id);
    expect(ids(8305)).to.include('sftunnel');
    expect(ids(443)).to.not.include('sftunnel');
    expect(planOfRun({ port: 8305, quick: true }).probes.map(({ id }) => id)).to.not.include('sftunnel');
    expect(planOfRun({ port: 8305, skip: ['sftunnel'] }).probes.map(({ id }) => id)).to.not.include('sftunnel');
  });
});
