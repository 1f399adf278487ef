/** Rules about cipher suites, groups, client certificates and renegotiation. */

import { expect } from 'chai';
import { diagnose } from '../../../lib/diagnose/index.ts';
import { weaknessesOf } from '../../../lib/diagnose/rules/suite.ts';
import type { Code, DiagnosisInput, VersionName } from '../../../lib/evidence/index.ts';
import { cipherSuites, groups } from '../../../lib/wire/index.ts';
import { attempt, codes, idsOf, observation, outcome, report, theFinding } from '../support.ts';

const suite = (name: string): { code: Code; name: string } => ({
  code: `0x${(cipherSuites.codeOf(name) ?? 0).toString(16).padStart(4, '0')}`,
  name,
});
const group = (name: string): { code: Code; name: string } => ({
  code: `0x${(groups.codeOf(name) ?? 0).toString(16).padStart(4, '0')}`,
  name,
});

const gcm = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const camellia = 'TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256';
const tls13 = 'TLS_AES_128_GCM_SHA256';

interface Server {
  readonly suites: Partial<Record<VersionName, readonly string[]>>;
  readonly groups?: Partial<Record<VersionName, readonly string[]>>;
  readonly complete?: boolean;
}

/** A report about a server with these suites, each chosen in one attempt. */
function server({ suites, groups: offered = {}, complete = true }: Server): DiagnosisInput {
  const chosen = Object.entries(suites).flatMap(([version, names]) =>
    names.map((name) => ({ version: version as VersionName, name })),
  );
  const made = chosen.map(({ version, name }, i) =>
    attempt(i + 1, outcome.answered(codes[version], suite(name).code), { versions: [codes[version]] }),
  );
  return report({
    versions: observation(
      Object.keys(suites).map((version) => ({ version: version as VersionName, supported: true, why: '' })),
      made,
    ),
    ciphers: observation(
      Object.fromEntries(
        Object.entries(suites).map(([version, names]) => [
          version,
          { suites: names.map(suite), order: 'server' as const, complete },
        ]),
      ),
      made,
    ),
    groups: observation(
      Object.fromEntries(Object.entries(offered).map(([version, names]) => [version, names.map(group)])),
      made,
    ),
  });
}

describe('diagnose: cipher suites and groups', () => {
  it("finds no common suite when the complete list has none of the client's in any common version", () => {
    const finding = theFinding(server({ suites: { 'TLSv1.2': [camellia] } }), 'tls.no-common-cipher');
    expect(finding).to.include({ severity: 'high', confidence: 'proven', subject: 'TLSv1.2' });
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.no-common-version']);
  });

  it('finds nothing missing while the list is incomplete, or another version has a common suite', () => {
    expect(idsOf(server({ suites: { 'TLSv1.2': [camellia] }, complete: false }))).not.to.include(
      'tls.no-common-cipher',
    );
    const both = server({ suites: { 'TLSv1.2': [camellia], 'TLSv1.3': [tls13] }, groups: { 'TLSv1.3': ['x25519'] } });
    expect(idsOf(both)).not.to.include('tls.no-common-cipher');
  });

  it("trusts no list that lacks a suite of the client's which another hello of the run was answered with", () => {
    const input = server({ suites: { 'TLSv1.2': [camellia] } });
    const other = attempt(9, outcome.answered(codes['TLSv1.2'], suite(gcm).code), { versions: [codes['TLSv1.2']] });
    expect(idsOf(input)).to.include('tls.no-common-cipher');
    const found = idsOf({ ...input, observations: { ...input.observations, groups: observation({}, [other]) } });
    expect(found).to.not.include('tls.no-common-cipher');
  });

  it('finds no common group when every common suite needs one and none is common', () => {
    const input = server({
      suites: { 'TLSv1.2': [gcm], 'TLSv1.3': [tls13] },
      groups: { 'TLSv1.2': ['x448'], 'TLSv1.3': ['x448'] },
    });
    const finding = theFinding(input, 'tls.no-common-group');
    expect(finding).to.include({ severity: 'high', confidence: 'proven', subject: 'TLSv1.2, TLSv1.3' });
    expect(idsOf(input)).to.deep.equal(['tls.no-common-group']);
  });

  it('finds no missing group where a common suite works without one, or the groups are not known', () => {
    const rsa = server({
      suites: { 'TLSv1.2': [gcm, 'TLS_RSA_WITH_AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': ['x448'] },
    });
    expect(idsOf(rsa)).not.to.include('tls.no-common-group');
    expect(idsOf(server({ suites: { 'TLSv1.2': [gcm] } }))).to.deep.equal([]);
  });

  it('finds nothing on a server with the recommended suites', () => {
    const input = server({
      suites: { 'TLSv1.2': [gcm, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'], 'TLSv1.3': [tls13] },
      groups: { 'TLSv1.2': ['secp256r1'], 'TLSv1.3': ['x25519'] },
    });
    expect(idsOf(input)).to.deep.equal([]);
  });

  it('tells weaker suites (low) from broken ones (medium), and names the attempt that chose each', () => {
    const input = server({
      suites: {
        'TLSv1.2': [gcm, 'TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_RSA_WITH_RC4_128_MD5'],
      },
      groups: { 'TLSv1.2': ['secp256r1'] },
    });
    const [broken, weak] = diagnose(input);
    expect(broken).to.include({ id: 'tls.cipher-not-recommended', severity: 'medium', count: 2 });
    expect(broken?.subject).to.equal('TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_RSA_WITH_RC4_128_MD5');
    expect(weak).to.include({
      id: 'tls.cipher-not-recommended',
      severity: 'low',
      subject: 'TLS_RSA_WITH_AES_128_CBC_SHA',
    });
    expect(weak?.evidence[0]).to.include({ ref: 'a2' });
    expect(weak?.evidence[0]?.text).to.include('no forward secrecy').and.include('no authenticated encryption');
  });

  it('shows at most five suites in the subject and twenty pieces of evidence, and counts all', () => {
    const weak = [...cipherSuites.entries()]
      .map(([, name]) => name)
      .filter((name) => /_WITH_.*_CBC_SHA/.test(name) && !weaknessesOf(suite(name).code).includes('broken'));
    const finding = theFinding(server({ suites: { 'TLSv1.1': weak } }), 'tls.cipher-not-recommended');
    expect(finding.count).to.equal(weak.length).and.greaterThan(20);
    expect(finding.evidence).to.have.length(20);
    expect(finding.subject).to.match(new RegExp(`, \\+${weak.length - 5}$`));
  });

  for (const [name, weaknesses] of [
    ['TLS_AES_256_GCM_SHA384', []],
    ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', []],
    ['TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', ['unusual']],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', []],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', ['no-aead']],
    ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', ['finite-field']],
    ['TLS_RSA_WITH_AES_128_GCM_SHA256', ['no-forward-secrecy']],
    ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', ['broken', 'no-aead']],
    ['TLS_RSA_WITH_NULL_SHA', ['broken', 'no-forward-secrecy', 'no-aead']],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', ['broken', 'no-forward-secrecy', 'no-aead']],
    ['TLS_SHA256_SHA256', ['broken']],
  ] as const) {
    it(`judges ${name} : ${weaknesses.join(', ') || 'nothing wrong'}`, () => {
      expect(weaknessesOf(suite(name).code)).to.deep.equal(weaknesses);
    });
  }
});

describe('diagnose: client certificate and renegotiation', () => {
  const asked = (required: boolean | null): DiagnosisInput =>
    report({
      'client-auth': observation({ requested: true, required, authorities: ['CN=Staff CA'], types: ['rsa_sign'] }, [
        attempt(1, outcome.answered()),
      ]),
    });

  it('states a demand for a client certificate as a fact, with the accepted CAs', () => {
    const finding = theFinding(asked(true), 'tls.client-certificate-required');
    expect(finding).to.include({ severity: 'info', confidence: 'proven' });
    expect(finding.evidence[0]?.text).to.include('CN=Staff CA').and.include('rsa_sign');
  });

  it('says nothing when a certificate is only requested or the demand is not known', () => {
    expect(idsOf(asked(false))).to.deep.equal([]);
    expect(idsOf(asked(null))).to.deep.equal([]);
  });

  it('finds insecure renegotiation only when the server was seen not to acknowledge it', () => {
    const renegotiation = (secure: boolean | null): DiagnosisInput =>
      report({ 'renegotiation-info': observation({ secure }, [attempt(1, outcome.answered())]) });
    expect(theFinding(renegotiation(false), 'tls.insecure-renegotiation').severity).to.equal('medium');
    expect(idsOf(renegotiation(true))).to.deep.equal([]);
    expect(idsOf(renegotiation(null))).to.deep.equal([]);
  });
});
