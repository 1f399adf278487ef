/** The channel between FMC and FTD in captures: both ends' certificates, and whether they fit together. */

import { expect } from 'chai';
import type { Certificate, SftunnelFacts } from '../../../lib/evidence/index.ts';
import { certificate, codes } from '../support.ts';
import {
  capture,
  captured,
  conversation,
  foundIn,
  ids,
  inDays,
  seen,
  sftunnelUnknown,
  single,
  the,
} from './support.ts';

const organisation = 'OU=Intrusion Management System,O=Cisco Systems\\, Inc';
const uuids = { fmc: '11111111-2222-3333-4444-555555555555', ftd: '66666666-7777-8888-9999-000000000000' };
const caOf = (uuid: string): string => `title=InternalCA,${organisation},CN=${uuid}`;
const leaf = (uuid: string, changes: Partial<Certificate> = {}): Certificate =>
  certificate({
    sha256: (uuid === uuids.fmc ? 'aa' : 'bb').repeat(32),
    subject: `title=sftunnel,${organisation},CN=${uuid}`,
    issuer: caOf(uuids.fmc),
    names: ['DNS:localhost'],
    notBefore: inDays(-1000),
    notAfter: inDays(2000),
    ...changes,
  });
const manager = leaf(uuids.fmc);
const device = leaf(uuids.ftd);
const ca = (changes: Partial<Certificate> = {}): Certificate =>
  certificate({
    sha256: 'dd'.repeat(32),
    subject: caOf(uuids.fmc),
    issuer: caOf(uuids.fmc),
    version: 1,
    names: [],
    selfIssued: true,
    notBefore: inDays(-1000),
    notAfter: inDays(2000),
    ...changes,
  });

interface Ends {
  readonly server?: readonly Certificate[];
  readonly client?: readonly Certificate[];
  readonly authority?: SftunnelFacts['authority'];
  readonly became?: Parameters<typeof single>[0];
}

const channel = ({
  server = [manager],
  client = [device],
  authority,
  became = seen.complete(),
}: Ends = {}): Parameters<typeof ids>[0] =>
  single(
    became,
    {
      server: { address: '192.0.2.20', port: 8305 },
      chain: server,
      clientChain: client,
      sftunnel: { ...sftunnelUnknown, ...(authority === undefined ? {} : { authority }) },
    },
    { assessment: { trust: 'untrusted-root' } },
  );

const refused = seen.alert('client', 48);

describe('diagnose: sftunnel certificates of a capture', () => {
  it('finds nothing wrong with a good pair, whatever its names and roots', () => {
    expect(ids(channel())).to.deep.equal([]);
    expect(ids(channel({ server: [manager, ca()], client: [device, ca()] }))).to.deep.equal([]);
  });

  it('judges both ends at the time of the capture, and names their roles', () => {
    const input = channel({ client: [leaf(uuids.ftd, { notAfter: inDays(-40) })], server: [manager, ca()] });
    expect(ids(input)).to.deep.equal(['sftunnel.certificate-expired']);
    const finding = the(input, 'sftunnel.certificate-expired');
    expect(finding).to.include({ confidence: 'proven', severity: 'high', pattern: 'sftunnel' });
    expect(finding.evidence[0]?.text).to.include('10 days before it was captured');
    expect(finding.evidence[1]?.text).to.include('presented by the client (FTD)');
  });

  it('proves an expired CA that either side sent, and is less sure of one that is inferred', () => {
    const sent = channel({ server: [manager, ca({ notAfter: inDays(-40) })] });
    expect(ids(sent)).to.deep.equal(['sftunnel.ca-expired']);
    expect(the(sent, 'sftunnel.ca-expired').confidence).to.equal('proven');
    const inferred = channel({ server: [leaf(uuids.fmc, { notAfter: inDays(-40) })] });
    expect(the(inferred, 'sftunnel.ca-expired')).to.include({ confidence: 'likely', subject: caOf(uuids.fmc) });
    const since = channel({ server: [leaf(uuids.fmc, { notAfter: inDays(-10) })] });
    expect(the(since, 'sftunnel.ca-expired')).to.include({ confidence: 'possible', severity: 'medium' });
    expect(the(since, 'sftunnel.certificate-expired')).to.include({ confidence: 'possible', severity: 'medium' });
  });

  it('infers no CA from what an FTD has left of the former one, after the FMC made its own certificate anew', () => {
    const left = [leaf(uuids.ftd, { notAfter: inDays(-40) })];
    expect(ids(channel({ client: left }))).to.deep.equal(['sftunnel.certificate-expired']);
    const [remedy] = the(channel({ client: left }), 'sftunnel.certificate-expired').remedies;
    expect(remedy?.id).to.equal('copy-sftunnel-certificates');
    const both = channel({ client: left, server: [leaf(uuids.fmc, { notAfter: inDays(-40) })] });
    expect(ids(both)).to.deep.equal([
      'sftunnel.ca-expired',
      'sftunnel.certificate-expired',
      'sftunnel.certificate-expired',
    ]);
  });

  it('tells certificates that are not valid yet, which OpenSSL calls bad, and asks for the clocks', () => {
    const later = { notBefore: inDays(4) };
    const input = channel({ server: [leaf(uuids.fmc, later)], client: [], became: seen.alert('client', 42) });
    expect(ids(input)).to.deep.equal(['cert.not-yet-valid']);
    const finding = the(input, 'cert.not-yet-valid');
    expect(finding).to.include({ confidence: 'proven', severity: 'high' });
    expect(finding.remedies.map(({ id }) => id)).to.deep.equal(['check-clocks', 'check-internal-ca']);
    const sent = channel({ server: [manager, ca(later)] });
    expect(the(sent, 'cert.not-yet-valid').subject).to.equal(caOf(uuids.fmc));
  });

  it('warns 90 and 30 days before', () => {
    const left = (days: number): string =>
      the(channel({ server: [manager, ca({ notAfter: inDays(days) })] }), 'sftunnel.ca-expiring').severity;
    expect(left(80)).to.equal('low');
    expect(left(20)).to.equal('medium');
  });

  it('lets expiry explain the alert', () => {
    const expired = [leaf(uuids.fmc, { notAfter: inDays(-40) }), ca()];
    expect(ids(channel({ server: expired, became: seen.alert('client', 45) }))).to.deep.equal([
      'sftunnel.certificate-expired',
    ]);
    const unexplained = channel({ became: refused, authority: { client: 'verified', server: 'verified' } });
    expect(ids(unexplained)).to.deep.equal(['handshake.alert']);
    expect(the(unexplained, 'handshake.alert').remedies.map(({ id }) => id)).to.include('compare-cas');
  });

  it('has for each alert the remedies of sftunnel, also where TLS 1.3 hides the certificates', () => {
    const remedies = (code: number): string[] => {
      const evidence = {
        ...seen.alert('client', code),
        certificateAbsence: { server: 'tls13-encrypted', client: 'tls13-encrypted' },
      } as const;
      const input = single(evidence, { server: { address: '192.0.2.20', port: 8305 }, version: 'TLSv1.3' });
      return the(input, 'handshake.alert').remedies.map(({ id }) => id);
    };
    expect(remedies(45)).to.include.members(['check-internal-ca', 'check-clocks']).and.not.include('compare-cas');
    expect(remedies(48)).to.deep.equal(['read-sftunnel-log', 'compare-cas', 'copy-sftunnel-certificates']);
    expect(remedies(42).slice(0, 2)).to.deep.equal(['read-sftunnel-log', 'check-clocks']);
    expect(remedies(40)).to.deep.equal(['read-sftunnel-log']);
    for (const code of [42, 43, 45, 46, 48, 51])
      expect(remedies(code)).to.not.include.members(['choose-recommended-ciphers', 'install-matching-certificate']);
  });

  it('says that TLS 1.3 hides the certificates', () => {
    const hidden = {
      ...seen.complete(),
      negotiated: { version: codes['TLSv1.3'], cipherSuite: '0x1301', group: null },
      certificateAbsence: { server: 'tls13-encrypted', client: 'tls13-encrypted' },
    } as const;
    const details = { server: { address: '192.0.2.20', port: 8305 }, version: 'TLSv1.3' };
    expect(the(single(hidden, details), 'sftunnel.certificates-hidden').severity).to.equal('info');
    expect(ids(single({ ...hidden, connect: 'unseen', completeness: 'mid-stream' }, details))).to.deep.equal([
      'sftunnel.certificates-hidden',
    ]);
    expect(ids(single(hidden, { version: 'TLSv1.3' }))).to.deep.equal([]);
    const servers = Array.from({ length: 30 }, (_, i) => ({ address: `192.0.2.${i + 1}`, port: 8305 }));
    const [finding, ...others] = foundIn(
      capture(servers.map((server, i) => conversation(i + 1, hidden, { ...details, server }))),
    );
    expect(others).to.deep.equal([]);
    expect(finding).to.deep.include({ id: 'sftunnel.certificates-hidden', subject: 'TLSv1.3', count: 30 });
    expect(finding?.evidence.map(({ text }) => text.includes('192.0.2.'))).to.not.include(false);
  });
});

describe('diagnose: CAs of both ends of an sftunnel', () => {
  const foreign = leaf(uuids.ftd, { issuer: caOf('99999999-2222-3333-4444-555555555555') });

  it('differ likely when their names do, an HA pair being the alternative', () => {
    const input = channel({ client: [foreign], became: refused });
    expect(ids(input)).to.deep.equal(['sftunnel.ca-mismatch']);
    const finding = the(input, 'sftunnel.ca-mismatch');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence.map(({ kind }) => kind)).to.deep.equal(['certificate', 'certificate', 'packet']);
    expect(finding.evidence[0]?.text).to.include('server (FMC)');
    expect(finding.evidence[2]?.text).to.include('HA pair');
    // Two FMCs that came to terms: nothing to mend.
    expect(the(channel({ client: [foreign] }), 'sftunnel.ca-mismatch')).to.include({
      confidence: 'possible',
      severity: 'low',
    });
  });

  it('differ likely when one end has no CA of the name that the certificate of the other bears', () => {
    const input = channel({ client: [], became: refused });
    expect(ids(input)).to.deep.equal(['sftunnel.ca-mismatch']);
    const { confidence, evidence } = the(input, 'sftunnel.ca-mismatch');
    expect(confidence).to.equal('likely');
    expect(evidence.at(-1)?.text).to.include('cacert.pem of another FMC');
    // Whose own certificate bears that name has the CA, or had it.
    expect(ids(channel({ became: seen.alert('server', 48) }))).to.deep.equal(['handshake.alert']);
  });

  it('differ for certain when the CA of that name signed one and not the other', () => {
    const authority = { client: 'not-verified', server: 'verified' } as const;
    const finding = the(channel({ authority, became: refused }), 'sftunnel.ca-mismatch');
    expect(finding.confidence).to.equal('proven');
    expect(finding.evidence[2]?.text).to.include('signed the certificate of one end');
    expect(the(channel({ authority }), 'sftunnel.ca-mismatch')).to.include({
      confidence: 'likely',
      severity: 'medium',
    });
    // What the server says of a signature that does not fit.
    expect(ids(channel({ authority, became: seen.alert('server', 51) }))).to.deep.equal(['sftunnel.ca-mismatch']);
  });

  it('may differ when the CA at hand signed neither, or the only one that can be checked', () => {
    for (const other of ['unknown', 'not-verified'] as const) {
      const authority = { client: 'not-verified', server: other } as const;
      expect(the(channel({ authority, became: refused }), 'sftunnel.ca-mismatch').confidence).to.equal('possible');
      expect(ids(channel({ authority }))).to.deep.equal([]);
    }
  });

  it('may differ when the certificates were not made together and the handshake failed', () => {
    const renewed = leaf(uuids.fmc, { notBefore: inDays(-31) });
    const input = channel({ server: [renewed], became: refused });
    expect(the(input, 'sftunnel.ca-mismatch').confidence).to.equal('possible');
    expect(ids(channel({ server: [renewed] }))).to.deep.equal([]);
    const verified = { client: 'verified', server: 'verified' } as const;
    expect(ids(channel({ server: [renewed], became: refused, authority: verified }))).to.deep.equal([
      'handshake.alert',
    ]);
    // A device that is registered gets its certificate later than the FMC; and what has expired has a signature that fits.
    const registered = [leaf(uuids.ftd, { notBefore: inDays(-31) })];
    expect(ids(channel({ client: registered, became: seen.alert('client', 40) }))).to.deep.equal(['handshake.alert']);
    expect(the(channel({ client: registered, became: refused }), 'sftunnel.ca-mismatch').confidence).to.equal(
      'possible',
    );
    const expiredAlert = seen.alert('client', 45);
    expect(ids(channel({ server: [renewed], became: expiredAlert }))).to.deep.equal(['handshake.alert']);
    expect(captured).to.equal(inDays(-30));
  });

  it('are not compared when one end showed no certificate, or its CA in its place', () => {
    expect(ids(channel({ client: [], became: { end: null } }))).to.deep.equal([]);
    expect(ids(channel({ client: [ca({ subject: caOf('99999999'), issuer: caOf('99999999') })] }))).to.deep.equal([]);
  });
});
