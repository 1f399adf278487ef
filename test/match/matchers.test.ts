import { expect } from 'chai';
import { findingIds } from '../../lib/diagnose/index.ts';
import { decodeHello, encodeHello, type HelloSpec, makePreset } from '../../lib/hello/index.ts';
import { matchers } from '../../lib/match/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { certificate, chainOf, completed, finding, report, unfinished } from './fixtures.ts';

const {
  toHaveFinding,
  toBeClean,
  toNegotiate,
  toOfferCipher,
  toSupportGroup,
  toBeValidForDays,
  toRequireClientCertificate,
} = matchers;

function errorOf(work: () => unknown): HarnessError {
  try {
    work();
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the matcher core', () => {
  describe('toHaveFinding', () => {
    const expired = report({
      findings: [finding('cert.expired', { subject: 'CN=vpn.example.test' })],
      verdict: 'findings',
    });

    it('passes for a finding that the report has, and names it in the message of the negation', () => {
      const { pass, message } = toHaveFinding(expired, 'cert.expired');
      expect(pass).to.equal(true);
      expect(message()).to.equal(
        'expected the report of vpn.example.test:443 not to have finding cert.expired\n' +
          'found: cert.expired (high, proven) CN=vpn.example.test',
      );
    });

    it('fails for another finding and lists those there are', () => {
      const { pass, message, actual, expected } = toHaveFinding(expired, 'cert.name-mismatch');
      expect(pass).to.equal(false);
      expect(message()).to.equal(
        'expected the report of vpn.example.test:443 to have finding cert.name-mismatch\n' +
          'found: cert.expired (high, proven) CN=vpn.example.test',
      );
      expect(actual).to.deep.equal(['cert.expired (high, proven) CN=vpn.example.test']);
      expect(expected).to.deep.equal(['cert.name-mismatch']);
    });

    it('asks for severity and confidence exactly', () => {
      expect(toHaveFinding(expired, 'cert.expired', { severity: 'high', confidence: 'proven' }).pass).to.equal(true);
      const { pass, message } = toHaveFinding(expired, 'cert.expired', { severity: 'medium' });
      expect(pass).to.equal(false);
      expect(message()).to.contain('to have finding cert.expired (medium)\nfound: cert.expired (high, proven)');
    });

    it('cannot tell when the probe that would have shown it did not complete, so that not even the negation passes', () => {
      const gone = report({ observations: { certificates: unfinished('inconclusive', 'target-silent') } });
      const error = errorOf(() => toHaveFinding(gone, 'cert.expired'));
      expect(error.code).to.equal('inconclusive');
      expect(error.message).to.equal(
        'expected the report of vpn.example.test:443 to have finding cert.expired; found: no findings: ' +
          'unknown because the probe certificates is inconclusive (target-silent)',
      );
      expect(errorOf(() => toHaveFinding(report(), 'path.blackhole-outbound')).message).to.contain(
        'the probe mss was not run',
      );
    });

    it('knows how a handshake ended once a connection was attempted', () => {
      const attempts = [{ id: 'a1' }] as never;
      const refused = report({ observations: { connect: unfinished('inconclusive', 'refused', attempts) } });
      expect(toHaveFinding(refused, 'handshake.silent').pass).to.equal(false);
      const skipped = report({ observations: { connect: unfinished('skipped', 'budget') } });
      expect(errorOf(() => toHaveFinding(skipped, 'handshake.silent')).code).to.equal('inconclusive');
    });

    it('cannot tell of a re-signed certificate without a pin, of a name when none was expected, and of what no probe looks for', () => {
      const whyNot = (id: string) =>
        errorOf(() => toHaveFinding(report(), id)).message.replace(/^.*unknown because /, '');
      expect(whyNot('policy.tls-inspection')).to.equal('neither an issuer nor a fingerprint was pinned');
      expect(whyNot('vpn.dtls-blocked')).to.equal('no probe looks for it');
      const nameless = report();
      const judged = { ...nameless, judgement: { ...nameless.judgement, expectName: null } };
      expect(errorOf(() => toHaveFinding(judged, 'cert.name-mismatch')).message).to.contain('no name was expected');
    });

    it('is certain of the absence of a fault of versions that the server does not speak', () => {
      const tls13 = report({
        observations: { 'renegotiation-info': unfinished('skipped', 'no-version: the server has only TLS 1.3') },
      });
      expect(toHaveFinding(tls13, 'tls.insecure-renegotiation').pass).to.equal(false);
    });

    it('answers for every id of the catalogue, or says why it cannot', () => {
      for (const id of findingIds) {
        try {
          expect(toHaveFinding(report(), id).pass, id).to.equal(false);
        } catch (error) {
          expect(error, id).to.be.instanceOf(HarnessError).with.property('code', 'inconclusive');
        }
      }
    });

    it('refuses an id that does not exist and names the nearest', () => {
      const error = errorOf(() => toHaveFinding(expired, 'cert.expire'));
      expect(error.code).to.equal('unknown-name');
      expect(error.message).to.equal('There is no finding "cert.expire".');
      expect(error.hint).to.match(/^Did you mean cert\.expired\b/);
    });

    it('accepts the id of a probe of the user when the report has it', () => {
      expect(toHaveFinding(report({ findings: [finding('own.rule')] }), 'own.rule').pass).to.equal(true);
    });
  });

  describe('toBeClean', () => {
    it('passes for a clean report, also with a finding that only informs', () => {
      expect(toBeClean(report({ findings: [finding('path.mss-clamped', { severity: 'info' })] })).pass).to.equal(true);
    });

    it('fails for a low finding and names it', () => {
      const low = report({ findings: [finding('cert.expiring', { severity: 'low' })], verdict: 'findings' });
      expect(toBeClean(low).pass).to.equal(false);
      expect(toBeClean(low).message()).to.contain('found: cert.expiring (low, proven)');
    });

    it('cannot tell of a run that saw too little', () => {
      for (const verdict of ['inconclusive', 'unreachable'] as const) {
        expect(errorOf(() => toBeClean(report({ verdict }))).message).to.contain(
          `unknown because its verdict is ${verdict}`,
        );
      }
    });
  });

  describe('toNegotiate', () => {
    it('passes for a supported version and fails for another, naming what is supported and how the other was refused', () => {
      expect(toNegotiate(report(), 'TLSv1.2').pass).to.equal(true);
      const { pass, message } = toNegotiate(report(), 'TLSv1.0');
      expect(pass).to.equal(false);
      expect(message()).to.equal(
        'expected the report of vpn.example.test:443 to negotiate TLSv1.0\nfound: TLSv1.2; TLSv1.0: alert protocol_version',
      );
    });

    it('cannot tell of a version that is not known, was not tried, or when the probe did not run', () => {
      expect(errorOf(() => toNegotiate(report(), 'TLSv1.1')).message).to.contain('unknown because silent');
      expect(errorOf(() => toNegotiate(report(), 'TLSv1.3')).message).to.contain(
        'unknown because the probe versions did not try TLSv1.3',
      );
      const none = report({ observations: { versions: undefined } });
      expect(errorOf(() => toNegotiate(none, 'TLSv1.2')).message).to.contain(
        'unknown because the probe versions was not run',
      );
    });

    it('refuses a version that does not exist and names the nearest', () => {
      const error = errorOf(() => toNegotiate(report(), 'TLS1.2' as 'TLSv1.2'));
      expect(error.code).to.equal('unknown-name');
      expect(error.hint).to.match(/^Did you mean TLSv1\.2\b/);
    });
  });

  describe('toOfferCipher', () => {
    const random = (n: number) => new Uint8Array(n).fill(7);
    const hello = makePreset('tls12-minimal', { random });

    it('judges what a server was found to accept, in all versions or in one', () => {
      expect(toOfferCipher(report(), 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256').pass).to.equal(true);
      expect(toOfferCipher(report(), 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', { version: 'TLSv1.3' }).pass).to.equal(
        false,
      );
      const { pass, message } = toOfferCipher(report(), 'TLS_RSA_WITH_AES_128_CBC_SHA');
      expect(pass).to.equal(false);
      expect(message()).to.contain('\nfound: TLSv1.2: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    });

    it('cannot tell from a list that is not complete', () => {
      const partial = report({
        observations: {
          ciphers: completed('ciphers', { 'TLSv1.2': { suites: [], order: 'unknown', complete: false } }),
        },
      });
      const error = errorOf(() => toOfferCipher(partial, 'TLS_RSA_WITH_AES_128_CBC_SHA'));
      expect(error.message).to.contain('unknown because the list of TLSv1.2 is not complete');
    });

    it('judges a hello, as data and as bytes alike', () => {
      const offered = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
      expect(toOfferCipher(hello, offered).pass).to.equal(true);
      expect(toOfferCipher(encodeHello(hello), offered).pass).to.equal(true);
    });

    it('shows the annotated bytes of the cipher suites when a hello lacks one', () => {
      const small: HelloSpec = { ...decodeHello(encodeHello(hello)), cipherSuites: ['0xc02f', '0x009c'] };
      const { pass, message } = toOfferCipher(small, 'TLS_NULL_WITH_NULL_NULL');
      expect(pass).to.equal(false);
      expect(message().replaceAll(/ +/g, ' ').split('\n')).to.deep.equal([
        'expected the ClientHello to offer cipher suite TLS_NULL_WITH_NULL_NULL',
        'found:',
        '0027 cipherSuites.#length 0004 4 bytes',
        '0029 cipherSuites.0 c02f TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        '002b cipherSuites.1 009c TLS_RSA_WITH_AES_128_GCM_SHA256',
      ]);
    });

    it('refuses a suite that does not exist and names the nearest', () => {
      const error = errorOf(() => toOfferCipher(report(), 'TLS_RSA_WITH_AES_128_CBC_SH'));
      expect(error.code).to.equal('unknown-name');
      expect(error.hint).to.contain('TLS_RSA_WITH_AES_128_CBC_SHA');
    });

    it('refuses what is neither a report nor a hello, and says what it was given', () => {
      const error = errorOf(() => toOfferCipher('TLS' as never, 'TLS_RSA_WITH_AES_128_CBC_SHA'));
      expect(error.code).to.equal('wrong-subject');
      expect(error.message).to.contain('not a value of type string');
      expect(errorOf(() => toHaveFinding(Promise.resolve(report()) as never, 'cert.expired')).hint).to.equal(
        'Await it first.',
      );
    });
  });

  describe('toSupportGroup', () => {
    it('judges a server and a hello', () => {
      expect(toSupportGroup(report(), 'secp256r1').pass).to.equal(true);
      expect(toSupportGroup(report(), 'x25519').pass).to.equal(false);
      const hello = makePreset('openssl-3', { random: (n) => new Uint8Array(n) });
      expect(toSupportGroup(hello, 'x25519').pass).to.equal(true);
      expect(toSupportGroup(hello, 'sect163k1').pass).to.equal(false);
      expect(toSupportGroup(hello, 'sect163k1').message()).to.match(
        /^found:\n\w+ +extensions\.\d+\.type +000a +supported_groups\n(?:.*\n)+.* 001d +x25519$/m,
      );
    });
  });

  describe('toBeValidForDays', () => {
    it('judges one certificate by its days left', () => {
      expect(toBeValidForDays(certificate(), 100).pass).to.equal(true);
      const { pass, message } = toBeValidForDays(certificate(), 101);
      expect(pass).to.equal(false);
      expect(message()).to.equal(
        'expected the certificate of CN=vpn.example.test to be valid for 101 days\n' +
          'found: CN=vpn.example.test, valid, 100 days left (until 2027-01-01T00:00:00.000Z)',
      );
    });

    it('fails for a certificate that is not valid yet, however many days it has left', () => {
      const early = certificate({ status: 'not-yet-valid' });
      expect(toBeValidForDays(early, 0).pass).to.equal(false);
      expect(toBeValidForDays(early, 0).message()).to.contain('not valid before 2026-01-01');
    });

    it('judges of a report each certificate that a path needs, and not the ones sent along', () => {
      const issuer = certificate({ sha256: 'bb', subject: 'CN=Example CA', daysLeft: 5 });
      const needed = report({
        observations: { certificates: completed('certificates', [chainOf(certificate(), issuer)]) },
      });
      expect(toBeValidForDays(needed, 10).message()).to.contain('found: CN=Example CA, valid, 5 days left');
      const row = chainOf(certificate(), issuer);
      const unneeded = { ...row, assessment: { ...row.assessment, path: ['aa'] } };
      expect(
        toBeValidForDays(report({ observations: { certificates: completed('certificates', [unneeded]) } }), 10).pass,
      ).to.equal(true);
    });

    it('cannot tell when a date cannot be read, no certificate came, or more may come', () => {
      const bare = certificate({ daysLeft: null, notAfter: null });
      expect(errorOf(() => toBeValidForDays(bare, 10)).message).to.contain(
        'the dates of CN=vpn.example.test cannot be read',
      );
      const none = report({ observations: { certificates: completed('certificates', []) } });
      expect(errorOf(() => toBeValidForDays(none, 10)).code).to.equal('inconclusive');
      const partial = {
        ...completed('certificates', [chainOf(certificate())]),
        status: 'inconclusive',
        reason: 'budget',
      } as const;
      expect(
        errorOf(() => toBeValidForDays(report({ observations: { certificates: partial } }), 10)).message,
      ).to.contain('(budget)');
    });

    it('refuses days that are no number', () => {
      expect(errorOf(() => toBeValidForDays(certificate(), Number.NaN)).code).to.equal('out-of-range');
    });
  });

  describe('toRequireClientCertificate', () => {
    const withAuth = (required: boolean | null, requested: boolean | null) =>
      report({
        observations: { 'client-auth': completed('client-auth', { requested, required, authorities: [], types: [] }) },
      });

    it('tells required from requested', () => {
      expect(toRequireClientCertificate(withAuth(true, true)).pass).to.equal(true);
      expect(toRequireClientCertificate(report()).pass).to.equal(false);
      expect(toRequireClientCertificate(report()).message()).to.contain(
        'found: requested, not required from CN=Staff CA',
      );
    });

    it('cannot tell when it did not show', () => {
      expect(errorOf(() => toRequireClientCertificate(withAuth(null, true))).message).to.contain(
        'whether it is required did not show',
      );
    });
  });

  it('gives the same answers for a report that went through JSON', () => {
    const saved = JSON.parse(JSON.stringify(report({ findings: [finding('cert.expired')] })));
    expect(toHaveFinding(saved, 'cert.expired').pass).to.equal(true);
    expect(toNegotiate(saved, 'TLSv1.2').pass).to.equal(true);
  });
});
