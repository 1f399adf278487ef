import { expect } from 'chai';
import { exampleRootPem, recipes } from '../../captures/make.ts';
import { analyzeCapture, captureEvents } from '../../lib/captures.ts';
import { diagnoseCapture } from '../../lib/diagnose/index.ts';
import type { CaptureReport } from '../../lib/evidence/index.ts';

/** Findings that each capture of captures/ must give, and no others. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'sftunnel-good': [],
  'sftunnel-expired': ['sftunnel.ca-expired', 'sftunnel.certificate-expired'],
  'sftunnel-ca-mismatch': ['sftunnel.ca-mismatch'],
  'sftunnel-tls13': ['sftunnel.certificates-hidden'],
  'tls13-without-keys': [],
  'tls13-with-keys': [],
  'tls12-mutual': [],
  'expired-server': ['cert.expired'],
  'wrong-name': ['cert.name-mismatch'],
  dtls: [],
  'path-1454-outbound-loss': ['path.blackhole-outbound'],
  'path-1454-outbound-loss-server': ['path.blackhole-outbound'],
  'path-1454-inbound-loss': ['path.blackhole-inbound'],
  'path-1454-inbound-loss-server': ['path.blackhole-inbound'],
  'path-pmtud': ['path.mtu-reduced'],
  'path-pmtud-server': ['path.mtu-reduced'],
  'path-clamped': ['path.mss-clamped'],
  'path-clamped-server': ['path.mss-clamped'],
  'ip-fragments': ['path.fragments-dropped'],
  'hello-out-of-order': [],
  'starttls-smtp': [],
  'port-8305-refused': ['policy.port-refused', 'sftunnel.peer-refuses'],
  'syn-unanswered': ['policy.port-filtered'],
  'reset-injected': ['policy.reset-injected'],
  'arp-unanswered': ['policy.arp-unanswered'],
};

/** What may stand beside them: how the handshake ended. */
const companions: Readonly<Record<string, readonly string[]>> = {
  'sftunnel-expired': ['handshake.alert'],
  'sftunnel-ca-mismatch': ['handshake.alert'],
  'expired-server': ['handshake.alert'],
  'wrong-name': ['handshake.alert', 'handshake.closed'],
  // Certificates of a lab, whose root is not given.
  'path-1454-inbound-loss-server': ['cert.chain-incomplete', 'cert.untrusted-root'],
  // The client of the recording leaves after the ServerHello.
  'path-pmtud': ['handshake.closed'],
  'path-pmtud-server': ['handshake.closed'],
  'path-clamped': ['handshake.closed'],
  'path-clamped-server': ['handshake.closed'],
};

const options = { now: new Date('2026-03-05T00:00:00Z'), caPem: [exampleRootPem] } as const;

describe('captures/: what each capture shows', () => {
  it('has a row here for every capture', () => {
    expect(recipes.map(({ name }) => name).sort()).to.deep.equal(Object.keys(expected).sort());
  });

  for (const { name, make } of recipes) {
    it(`${name} gives ${(expected[name] ?? []).join(' and ') || 'no finding'}`, async () => {
      const report = await analyzeCapture(make(), { ...options, name });
      const ids = report.findings.map(({ id }) => id);
      expect(ids).to.include.members([...(expected[name] ?? [])]);
      const others = ids.filter((id) => !expected[name]?.includes(id) && !companions[name]?.includes(id));
      expect(others, JSON.stringify(report.findings, null, 1)).to.deep.equal([]);
    });

    it(`${name}: a saved report is judged the same again`, async () => {
      const report = await analyzeCapture(make(), { ...options, name });
      const saved = JSON.parse(JSON.stringify(report)) as CaptureReport;
      expect(diagnoseCapture(saved)).to.deep.equal(report.findings);
    });
  }

  it('names the sides of sftunnel by their certificates, and proves the CA by signature', async () => {
    const report = await analyzeCapture(make('sftunnel-good'), options);
    expect(report.conversations.map(({ sftunnel }) => sftunnel?.role)).to.deep.equal([
      { client: 'FTD', server: 'FMC' },
      { client: 'FTD', server: 'FMC' },
    ]);
    for (const { sftunnel } of report.conversations) {
      expect(sftunnel?.authority).to.deep.equal({ client: 'verified', server: 'verified' });
    }
  });

  it('tells why certificates are absent', async () => {
    const absence = async (name: string) =>
      (await analyzeCapture(make(name), options)).conversations[0]?.certificateAbsence;
    expect(await absence('tls13-without-keys')).to.deep.include({ server: 'tls13-encrypted' });
    expect(await absence('sftunnel-tls13')).to.deep.equal({ server: 'tls13-encrypted', client: 'tls13-encrypted' });
    expect(await absence('path-1454-inbound-loss')).to.deep.include({ server: 'truncated' });
    expect(await absence('tls13-with-keys')).to.deep.equal({ server: null, client: null });
  });

  it('shows no secret of a decrypted capture', async () => {
    const capture = make('tls13-with-keys');
    const secrets = [...new TextDecoder('latin1').decode(capture).matchAll(/_SECRET\w* [0-9a-f]{64} ([0-9a-f]{64,})/g)];
    expect(secrets).to.not.be.empty;
    const events: unknown[] = [];
    for await (const event of captureEvents(capture, options)) events.push(event);
    const text = JSON.stringify(events);
    for (const [, secret] of secrets) expect(text).to.not.include(secret);
  });
});

function make(name: string): Uint8Array {
  return recipes.find((recipe) => recipe.name === name)?.make() ?? new Uint8Array();
}
