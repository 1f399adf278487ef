import { expect } from 'chai';
import { internalCa, sftunnelIdentity } from '../../captures/make/pki.ts';
import { sftunnelTalk } from '../../captures/make/recipe.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { diagnoseCapture } from '../../lib/diagnose/index.ts';
import { certificatePem } from '../../lib/lab/index.ts';
import { alertDescription } from '../../lib/wire/index.ts';
import { Trace } from '../support/capture/index.ts';
import { playRefused, playTls12, tls12Hello } from '../support/capture/tls/play.ts';

const current = { notBefore: '2025-03-04T00:00:00Z', notAfter: '2034-01-01T00:00:00Z' };
const [renewed, former] = [internalCa('internal-ca', current), internalCa('other-internal-ca', current)];

interface Refusal {
  readonly by: 'client' | 'server';
  readonly alert?: keyof typeof alertDescription;
  readonly deviceCa?: typeof renewed;
  /** Whether each end sends its CA, too, as OpenSSL does where it has it at hand. */
  readonly sent?: boolean;
}

async function told({ by, alert = 'decrypt_error', deviceCa = former, sent = false }: Refusal): Promise<string[]> {
  const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
  const options = {
    hello: tls12Hello(50, null),
    seed: 60,
    server: sftunnelIdentity('manager', renewed, current, sent),
    client: sftunnelIdentity('device', deviceCa, current, sent),
    authorities: [],
  };
  playRefused(sftunnelTalk(trace, 'device', 38_114).connect(), options, by, alertDescription[alert]);
  const { findings } = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
  return findings.map(({ id, confidence }) => `${id} ${confidence}`);
}

describe('captures: an InternalCA that was made anew, with the name of the former', () => {
  it('is likely where one end says decrypt_error of the certificate of the other, as OpenSSL does', async () => {
    expect(await told({ by: 'client' })).to.deep.equal(['sftunnel.ca-mismatch likely']);
    expect(await told({ by: 'server' })).to.deep.equal(['sftunnel.ca-mismatch likely']);
    expect(await told({ by: 'server', alert: 'handshake_failure' })).to.deep.equal(['handshake.alert proven']);
  });

  it('is proven where both send their CA, whatever the alert says of certificates', async () => {
    expect(await told({ by: 'server', sent: true })).to.deep.equal(['sftunnel.ca-mismatch proven']);
    expect(await told({ by: 'server', sent: true, alert: 'unknown_ca' })).to.deep.equal([
      'sftunnel.ca-mismatch proven',
    ]);
  });

  it('is of no matter where the device has no certificate to send: its registration is', async () => {
    const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
    const server = sftunnelIdentity('manager', renewed, current, false);
    const talk = sftunnelTalk(trace, 'device', 38_114).connect();
    const options = { hello: tls12Hello(50, null), seed: 60, server, authorities: [] };
    playRefused(talk, options, 'server', alertDescription.handshake_failure);
    const { findings } = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
    expect(findings.map(({ id }) => id)).to.deep.equal(['tls.client-certificate-required']);
    expect(findings[0]?.remedies.map(({ id }) => id)).to.deep.equal([
      'read-sftunnel-log',
      'check-registration',
      'copy-sftunnel-certificates',
    ]);
  });

  it('has its own dates judged where it was given and signed a certificate, also of a saved report', async () => {
    const givenUntil = async (notAfter: string, refused = true): Promise<string[]> => {
      const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
      const options = {
        hello: tls12Hello(50, null),
        seed: 60,
        server: sftunnelIdentity('manager', renewed, current, false),
        client: sftunnelIdentity('device', renewed, current, false),
        authorities: [],
      };
      const talk = sftunnelTalk(trace, 'device', 38_114).connect();
      if (refused) playRefused(talk, options, 'server', alertDescription.certificate_expired);
      else playTls12(talk, options);
      const { der } = internalCa('internal-ca', { ...current, notAfter });
      const now = new Date('2026-03-05T00:00:00Z');
      const report = await analyzeCapture(trace.toPcapng(), { now, caPem: [certificatePem(der)] });
      expect(report.conversations[0]?.sftunnel?.given?.client?.notAfter).to.equal(notAfter);
      const saved = JSON.parse(JSON.stringify(report)) as typeof report;
      expect(diagnoseCapture(saved)).to.deep.equal(report.findings);
      return report.findings.map(({ id, severity, confidence }) => `${id} ${severity} ${confidence}`);
    };
    expect(await givenUntil('2026-03-20T00:00:00.000Z', false)).to.deep.equal(['sftunnel.ca-expiring medium proven']);
    expect(await givenUntil('2026-03-01T00:00:00.000Z')).to.deep.equal(['sftunnel.ca-expired high proven']);
    // It came up: the peers have another one.
    expect(await givenUntil('2026-03-01T00:00:00.000Z', false)).to.deep.equal(['sftunnel.ca-expired medium possible']);
    expect(await givenUntil('2034-01-01T00:00:00.000Z', false)).to.deep.equal([]);
  });

  it('is none where both certificates are signed by one CA that was sent', async () => {
    expect(await told({ by: 'server', sent: true, deviceCa: renewed })).to.deep.equal(['handshake.alert proven']);
  });
});
