/** Rules about certificates and chains. */

import { expect } from 'chai';
import { diagnose } from '../../../lib/diagnose/index.ts';
import type { Certificate, CertificateRow, ChainObjection, Finding } from '../../../lib/evidence/index.ts';
import {
  attempt,
  certificate,
  chainRow,
  host,
  idsOf,
  inDays,
  issuerName,
  observation,
  outcome,
  report,
  theFinding,
  withChains,
} from '../support.ts';

const leafOnly = (changes: Partial<Certificate>): ReturnType<typeof withChains> =>
  withChains([chainRow([certificate(changes)])]);
const intermediate = (changes: Partial<Certificate> = {}): Certificate =>
  certificate({
    sha256: 'bb'.repeat(32),
    subject: issuerName,
    issuer: 'CN=Example Root',
    names: [],
    extendedKeyUsage: [],
    isCa: true,
    ...changes,
  });

describe('diagnose: certificates', () => {
  it('finds nothing wrong with a good certificate', () => {
    expect(idsOf(withChains([chainRow([certificate(), intermediate()])]))).to.deep.equal([]);
  });

  it('finds a name mismatch, with the certificate and the attempt as evidence', () => {
    const finding = theFinding(leafOnly({ names: ['DNS:firepower.localdomain'] }), 'cert.name-mismatch');
    expect(finding).to.include({ severity: 'high', pattern: 1, confidence: 'proven', subject: `CN=${host}` });
    expect(finding.evidence.map(({ kind, ref }) => [kind, ref])).to.deep.equal([
      ['certificate', 'aa'.repeat(32)],
      ['attempt', 'a1'],
    ]);
  });

  it('claims less when the name stands in the CN only', () => {
    const finding = theFinding(leafOnly({ names: [] }), 'cert.name-mismatch');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('CN only');
  });

  it('claims less when the hello did not ask for the name', () => {
    const made = [attempt(1, outcome.answered(), { sni: null })];
    const input = report({ certificates: observation([chainRow([certificate({ names: ['DNS:other.test'] })])], made) });
    const nameless = { ...input, target: { ...input.target, sni: null } };
    expect(theFinding(nameless, 'cert.name-mismatch').confidence).to.equal('likely');
    // The target's name was left out, which is done where the server does not answer to it: nobody saw what it shows to that name.
    expect(theFinding(input, 'cert.name-mismatch').confidence).to.equal('possible');
  });

  it('matches no name when none is expected, and an address against the addresses', () => {
    const row = chainRow([certificate({ names: ['DNS:other.test', 'IP:192.0.2.10'] })]);
    expect(idsOf(withChains([row], { judgement: { expectName: null } }))).to.deep.equal([]);
    expect(idsOf(withChains([row], { judgement: { expectName: '192.0.2.10' } }))).to.deep.equal([]);
    expect(
      theFinding(withChains([row], { judgement: { expectName: '192.0.2.11' } }), 'cert.name-mismatch').confidence,
    ).to.equal('proven');
  });

  for (const [days, ids, severity] of [
    [-1, ['cert.expired'], 'high'],
    [1, ['cert.expiring'], 'medium'],
    [30, ['cert.expiring'], 'medium'],
    [31, ['cert.expiring'], 'low'],
    [90, ['cert.expiring'], 'low'],
    [91, [], undefined],
  ] as const) {
    it(`judges an end ${days} days from now as ${ids[0] ?? 'nothing to report'}${severity === undefined ? '' : `, ${severity}`}`, () => {
      const found = diagnose(leafOnly({ notAfter: inDays(days) }));
      expect(found.map(({ id }) => id)).to.deep.equal(ids);
      expect(found[0]?.severity).to.equal(severity);
    });
  }

  it('judges by the clock of the judgement, not by what the reader wrote down', () => {
    const stale = certificate({ status: 'expired', daysLeft: -5 });
    expect(idsOf(withChains([chainRow([stale])]))).to.deep.equal([]);
    expect(idsOf(withChains([chainRow([certificate()])], { judgement: { now: inDays(300) } }))).to.deep.equal([
      'cert.expired',
    ]);
  });

  it('falls back on what the reader wrote down when a date cannot be read', () => {
    const input = leafOnly({ notAfter: null, daysLeft: null, status: 'expired' });
    expect(idsOf(input)).to.deep.equal(['cert.expired', 'cert.unreadable']);
  });

  it('finds a certificate that is not valid yet, and says to check the clocks first', () => {
    const finding = theFinding(leafOnly({ notBefore: inDays(2) }), 'cert.not-yet-valid');
    expect(finding.evidence[0]?.text).to.include('in 2 days');
    expect(finding.remedies[0]?.id).to.equal('check-clocks');
  });

  it('finds an expired intermediate, but not one that no path needs', () => {
    const chain = [certificate(), intermediate({ notAfter: inDays(-10) })];
    expect(theFinding(withChains([chainRow(chain)]), 'cert.expired').subject).to.equal(issuerName);
    expect(idsOf(withChains([chainRow(chain, { unneeded: ['bb'.repeat(32)] })]))).to.deep.equal([]);
  });

  it('makes one finding of a certificate that is presented twice, and two of two certificates with one subject', () => {
    const old = { notAfter: inDays(-10) };
    const twice = withChains([chainRow([certificate(old)]), { ...chainRow([certificate(old)]), version: 'TLSv1.3' }]);
    expect(theFinding(twice, 'cert.expired').count).to.equal(3);
    const two = withChains([
      chainRow([certificate(old)]),
      chainRow([certificate({ ...old, sha256: 'cc'.repeat(32) })]),
    ]);
    expect(idsOf(two)).to.deep.equal(['cert.expired', 'cert.expired']);
  });

  it('finds short keys: RSA below 2048, EC below 224', () => {
    expect(theFinding(leafOnly({ key: { type: 'RSA', bits: 1024 } }), 'cert.weak-key')).to.include({
      severity: 'medium',
    });
    expect(idsOf(leafOnly({ key: { type: 'EC', bits: 192 } }))).to.deep.equal(['cert.weak-key']);
    expect(idsOf(leafOnly({ key: { type: 'EC', bits: 256 } }))).to.deep.equal([]);
    expect(idsOf(leafOnly({ key: { type: 'Ed25519', bits: 256 } }))).to.deep.equal([]);
    expect(idsOf(leafOnly({ key: { type: 'RSA', bits: null } }))).to.deep.equal([]);
  });

  it('finds MD5 and SHA-1 signatures, except on a root that signed itself', () => {
    for (const signatureAlgorithm of ['sha1WithRSAEncryption', 'ecdsa-with-SHA1', 'md5WithRSAEncryption']) {
      expect(idsOf(leafOnly({ signatureAlgorithm }))).to.deep.equal(['cert.weak-signature']);
    }
    expect(idsOf(leafOnly({ signatureAlgorithm: 'ecdsa-with-SHA384' }))).to.deep.equal([]);
    const root = intermediate({ selfIssued: true, signatureAlgorithm: 'sha1WithRSAEncryption' });
    expect(idsOf(withChains([chainRow([certificate(), root])]))).to.deep.equal([]);
  });

  it('finds a certificate that is not for servers', () => {
    expect(idsOf(leafOnly({ extendedKeyUsage: ['clientAuth'] }))).to.deep.equal(['cert.wrong-usage']);
    expect(idsOf(leafOnly({ extendedKeyUsage: [] }))).to.deep.equal([]);
    expect(idsOf(leafOnly({ extendedKeyUsage: ['anyExtendedKeyUsage'] }))).to.deep.equal([]);
  });
});

describe('diagnose: dates that cannot be read', () => {
  const unknown = { status: 'valid', daysLeft: null } as const;

  it('are a finding of their own, and no validity is claimed', () => {
    const input = leafOnly({ ...unknown, notBefore: null, notAfter: null });
    expect(idsOf(input)).to.deep.equal(['cert.unreadable']);
    expect(theFinding(input, 'cert.unreadable')).to.include({ confidence: 'proven', subject: certificate().subject });
    expect(theFinding(input, 'cert.unreadable').evidence[0]?.text).to.include('whether it is valid is not known');
    expect(idsOf(leafOnly({ ...unknown, notAfter: null }))).to.deep.equal(['cert.unreadable']);
  });

  it('do not hide an end that can be read', () => {
    const input = leafOnly({ notBefore: null, notAfter: inDays(-1), daysLeft: -1, status: 'expired' });
    expect(idsOf(input)).to.deep.equal(['cert.expired', 'cert.unreadable']);
  });
});

describe('diagnose: chains', () => {
  it('finds a missing intermediate proven when the certificate says where to fetch it', () => {
    const row = chainRow([certificate()], {
      trust: 'incomplete',
      missingIssuer: issuerName,
      missingIssuerUrls: ['http://ca.example.test/ca.crt'],
    });
    const finding = theFinding(withChains([row]), 'cert.chain-incomplete');
    expect(finding).to.include({ confidence: 'proven', severity: 'high' });
    expect(finding.evidence[0]?.text).to.include(issuerName).and.include('http://ca.example.test/ca.crt');
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['cert.self-signed']);
    expect(idsOf(withChains([row]))).to.deep.equal(['cert.chain-incomplete']);
  });

  it('calls it likely without such an address, with an untrusted root as possible', () => {
    const input = withChains([chainRow([certificate()], { trust: 'incomplete', missingIssuer: issuerName })]);
    expect(theFinding(input, 'cert.chain-incomplete').confidence).to.equal('likely');
    expect(theFinding(input, 'cert.untrusted-root').confidence).to.equal('possible');
  });

  it('tells an untrusted root, a self-signed certificate, a wrong order and an unreadable certificate apart', () => {
    const chain = [certificate(), intermediate()];
    expect(idsOf(withChains([chainRow(chain, { trust: 'untrusted-root' })]))).to.deep.equal(['cert.untrusted-root']);
    expect(idsOf(withChains([chainRow([certificate({ selfIssued: true })], { trust: 'self-signed' })]))).to.deep.equal([
      'cert.self-signed',
    ]);
    expect(theFinding(withChains([chainRow(chain, { misordered: true })]), 'cert.chain-misordered').severity).to.equal(
      'low',
    );
    const broken = certificate({ subject: '', names: [], deviations: ['unreadable: truncated'] });
    expect(idsOf(withChains([chainRow([broken], { trust: 'unreadable', path: [] })]))).to.deep.equal([
      'cert.unreadable',
    ]);
  });

  it('claims a wrong signature as likely, since the right issuer may have the same name', () => {
    const input = withChains([chainRow([certificate()], { trust: 'bad-signature' })]);
    expect(theFinding(input, 'cert.untrusted-root')).to.include({ confidence: 'likely', severity: 'high' });
  });

  it('claims nothing of a signature that could not be checked, and says why it was not', () => {
    const of = (uncheckedAlgorithm: string | null): Finding =>
      theFinding(
        withChains([chainRow([certificate()], { trust: 'unverified', uncheckedAlgorithm, limited: true })]),
        'cert.untrusted-root',
      );
    expect(of('SM2-with-SM3')).to.include({ confidence: 'possible', severity: 'low' });
    expect(of('SM2-with-SM3').evidence[0]?.text).to.include('SM2-with-SM3, which cannot be checked here');
    expect(of(null).evidence[0]?.text).to.include('so large that');
  });

  it('proves nothing of a chain that was not looked at to its end', () => {
    const urls = ['http://ca.example.test/ca.crt'];
    const incomplete = chainRow([certificate()], { trust: 'incomplete', missingIssuerUrls: urls, limited: true });
    expect(theFinding(withChains([incomplete]), 'cert.chain-incomplete').confidence).to.equal('likely');
    const untrusted = chainRow([certificate()], { trust: 'untrusted-root', limited: true });
    expect(theFinding(withChains([untrusted]), 'cert.untrusted-root').confidence).to.equal('likely');
  });

  it('reads reports that do not say how far the chain was looked at', () => {
    const { limited, uncheckedAlgorithm, ...older } = chainRow([certificate()], { trust: 'untrusted-root' }).assessment;
    const row = { ...chainRow([certificate()]), assessment: older } as CertificateRow;
    expect([limited, uncheckedAlgorithm]).to.deep.equal([false, null]);
    expect(theFinding(withChains([row]), 'cert.untrusted-root').confidence).to.equal('proven');
  });

  it('writes control characters of a hostile subject as escapes, and cuts a long one', () => {
    const finding = theFinding(
      leafOnly({ subject: `CN=\u001b[2J${'x'.repeat(1000)}`, notAfter: inDays(-1) }),
      'cert.expired',
    );
    expect(JSON.stringify(finding)).not.to.match(/\\u001b/);
    expect(finding.subject)
      .to.match(/^CN=\\u\{1b\}\[2J/)
      .and.have.length.below(420);
  });

  describe('and what path validation refuses', () => {
    const leaf = certificate();
    const middle = intermediate();
    const objection = (changes: Partial<ChainObjection>): ChainObjection => ({
      id: 'path-length',
      effect: 'refuses',
      position: 1,
      length: 3,
      root: false,
      sha256: middle.sha256,
      subject: middle.subject,
      detail: '0',
      ...changes,
    });
    const refused = (
      objections: readonly ChainObjection[],
      assessment: Partial<CertificateRow['assessment']> = {},
    ): ReturnType<typeof withChains> =>
      withChains([chainRow([leaf, middle], { trust: 'invalid', objections, ...assessment })]);

    it('is told with the certificate, and its place on the path', () => {
      const found = theFinding(refused([objection({})]), 'cert.chain-invalid');
      expect(found).to.include({ severity: 'high', confidence: 'proven', subject: issuerName });
      expect(found.evidence[0]?.text).to.include('certificate 2 of the 3 on the path').and.include('path length, 0');
    });

    it('is cert.wrong-usage where a CA of the path may not issue for servers', () => {
      const found = refused([objection({ id: 'wrong-usage', detail: 'clientAuth' })], { trust: 'trusted' });
      expect(idsOf(found)).to.deep.equal(['cert.wrong-usage']);
      expect(theFinding(found, 'cert.wrong-usage')).to.include({ severity: 'high', confidence: 'proven' });
    });

    it('is never more than possible and low where implementations differ, or only the root is concerned', () => {
      for (const changes of [
        { id: 'wrong-key-usage', effect: 'may-refuse', position: 0, sha256: leaf.sha256 },
        { id: 'extension-duplicate', effect: 'may-refuse' },
        { id: 'basic-constraints-missing', root: true, position: 2, sha256: 'cc'.repeat(32) },
        { id: 'expired', effect: 'prompts', root: true, position: 2, sha256: 'cc'.repeat(32) },
      ] as const) {
        const [found, ...others] = diagnose(refused([objection(changes)], { trust: 'trusted' }));
        expect(found, changes.id).to.include({ confidence: 'possible', severity: 'low' });
        expect(others).to.deep.equal([]);
      }
    });

    it('is not told where the path reaches no root, nor of what other rules tell', () => {
      expect(idsOf(refused([objection({})], { trust: 'untrusted-root' }))).to.deep.equal(['cert.untrusted-root']);
      const expired = objection({ id: 'expired', effect: 'prompts', detail: '2020-01-01T00:00:00.000Z' });
      const elsewhere = [
        expired,
        objection({ id: 'weak-signature' }),
        objection({ id: 'name-syntax', effect: 'may-refuse' }),
      ];
      expect(idsOf(refused(elsewhere, { trust: 'trusted' }))).to.deep.equal([]);
    });

    it('claims less where a limit was reached', () => {
      expect(theFinding(refused([objection({})], { limited: true }), 'cert.chain-invalid').confidence).to.equal(
        'likely',
      );
    });
  });
});
