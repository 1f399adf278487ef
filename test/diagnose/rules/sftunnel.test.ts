/** Rules about the management channel between FMC and FTD. */

import { expect } from 'chai';
import type { Certificate, DiagnosisInput } from '../../../lib/evidence/index.ts';
import {
  attempt,
  certificate,
  chainRow,
  codes,
  connecting,
  idsOf,
  inDays,
  observation,
  outcome,
  report,
  theFinding,
  withChains,
} from '../support.ts';

const organisation = 'OU=Intrusion Management System,O=Cisco Systems\\, Inc';
const caName = `title=InternalCA,${organisation},CN=11111111-2222-3333-4444-555555555555`;
const device = (changes: Partial<Certificate> = {}): Certificate =>
  certificate({
    subject: `title=sftunnel,${organisation},CN=66666666-7777-8888-9999-000000000000`,
    issuer: caName,
    names: ['DNS:localhost'],
    extendedKeyUsage: ['clientAuth', 'serverAuth'],
    ...changes,
  });
const ca = (changes: Partial<Certificate> = {}): Certificate =>
  certificate({
    sha256: 'dd'.repeat(32),
    subject: caName,
    issuer: caName,
    version: 1,
    serial: '00',
    names: [],
    extendedKeyUsage: [],
    selfIssued: true,
    ...changes,
  });

const sftunnel = (chain: readonly Certificate[]): DiagnosisInput =>
  withChains([chainRow(chain, { trust: 'untrusted-root' })], { port: 8305 });

describe('diagnose: sftunnel', () => {
  it('applies neither names nor trusted roots to sftunnel certificates, on any port', () => {
    expect(idsOf(sftunnel([device(), ca()]))).to.deep.equal([]);
    expect(idsOf(withChains([chainRow([device()], { trust: 'incomplete' })], { port: 443 }))).to.deep.equal([]);
  });

  it('finds an expired and an expiring device certificate', () => {
    const fresh = ca({ notAfter: inDays(1000) });
    expect(theFinding(sftunnel([device({ notAfter: inDays(-1) }), fresh]), 'sftunnel.certificate-expired')).to.include({
      severity: 'high',
      pattern: 'sftunnel',
      confidence: 'proven',
    });
    expect(
      theFinding(sftunnel([device({ notAfter: inDays(20) }), fresh]), 'sftunnel.certificate-expiring').severity,
    ).to.equal('medium');
    expect(idsOf(sftunnel([device({ notAfter: inDays(-1) }), fresh]))).to.deep.equal(['sftunnel.certificate-expired']);
  });

  it('judges a CA as CA, also when it is presented by itself or is not the issuer that the device certificate names', () => {
    const expired = ca({ notAfter: inDays(-1) });
    expect(idsOf(sftunnel([expired]))).to.deep.equal(['sftunnel.ca-expired']);
    const renewed = ca({ subject: caName.replace('1111', '9999'), notAfter: inDays(-1) });
    expect(theFinding(sftunnel([device(), renewed]), 'sftunnel.ca-expired').confidence).to.equal('proven');
    expect(idsOf(sftunnel([]))).to.deep.equal([]);
  });

  it('finds an expired CA proven only when the CA was sent', () => {
    const sent = sftunnel([device(), ca({ notAfter: inDays(-1) })]);
    expect(idsOf(sent)).to.deep.equal(['sftunnel.ca-expired']);
    expect(theFinding(sent, 'sftunnel.ca-expired').confidence).to.equal('proven');
    const notSent = sftunnel([device({ notAfter: inDays(-1) })]);
    expect(theFinding(notSent, 'sftunnel.ca-expired')).to.include({ confidence: 'likely', subject: caName });
    expect(theFinding(notSent, 'sftunnel.certificate-expired').confidence).to.equal('proven');
  });

  it('takes an expiring device certificate as a possible sign of an expiring CA', () => {
    const input = sftunnel([device({ notAfter: inDays(60) })]);
    expect(theFinding(input, 'sftunnel.ca-expiring')).to.include({ confidence: 'possible', severity: 'low' });
  });

  it('still finds weak signatures, which newer releases refuse', () => {
    expect(idsOf(sftunnel([device({ signatureAlgorithm: 'sha1WithRSAEncryption' }), ca()]))).to.deep.equal([
      'cert.weak-signature',
    ]);
  });

  it('tells of a refusing peer beside the refusal itself', () => {
    const port = { port: 8305 };
    expect(idsOf(connecting([attempt(1, outcome.reset())], port))).to.deep.equal([
      'handshake.reset',
      'sftunnel.peer-refuses',
    ]);
    expect(idsOf(connecting([attempt(1, outcome.closed())], port))).to.deep.equal([
      'handshake.closed',
      'sftunnel.peer-refuses',
    ]);
    expect(idsOf(connecting([attempt(1, outcome.refused())], port))).to.deep.equal([
      'policy.port-refused',
      'sftunnel.peer-refuses',
    ]);
    expect(theFinding(connecting([attempt(1, outcome.reset())], port), 'sftunnel.peer-refuses').confidence).to.equal(
      'likely',
    );
    expect(idsOf(connecting([attempt(1, outcome.silent())], port))).to.deep.equal(['handshake.silent']);
    expect(idsOf(connecting([attempt(1, outcome.reset())]))).to.deep.equal(['handshake.reset']);
  });

  it('says that TLS 1.3 hides the certificates, so that their absence is not taken for their health', () => {
    const hidden = attempt(1, outcome.answered(codes['TLSv1.3'], '0x1301'), {
      evidence: { certificateAbsence: { server: 'tls13-encrypted', client: null } },
    });
    expect(theFinding(connecting([hidden], { port: 8305 }), 'sftunnel.certificates-hidden').severity).to.equal('info');
    expect(idsOf(connecting([hidden]))).to.deep.equal([]);
    const seen = report({ certificates: observation([chainRow([device()])], [hidden]) }, { port: 8305 });
    expect(idsOf(seen)).to.deep.equal([]);
  });
});
