import { expect } from 'chai';
import { decodeHello, encodeHello, type HelloSpec, makePreset } from '../../lib/hello/index.ts';
import { matchers } from '../../lib/match/index.ts';
import { certificate, chainOf, completed, errorOf, finding, report } from './fixtures.ts';

const {
  toBeClean,
  toHaveFinding,
  toNegotiate,
  toOfferCipher,
  toSupportGroup,
  toBeValidForDays,
  toRequireClientCertificate,
} = matchers;

describe('matchers over handshakes and certificates', () => {
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
      for (const [given, name] of [
        [null, 'null'],
        [[], 'an array'],
      ] as const) {
        expect(errorOf(() => toBeClean(given as never)).message).to.contain(`not ${name}.`);
      }
      expect(errorOf(() => toBeClean({ reports: [] } as never)).hint).to.equal('Give one of its reports.');
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
      const endless = certificate({ notBefore: null });
      expect(errorOf(() => toBeValidForDays(endless, 10)).code).to.equal('inconclusive');
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

    it('writes control characters of a name in a form that drives no terminal', () => {
      const crafted = certificate({ subject: 'CN=\u001b[2J\u202e' });
      expect(toBeValidForDays(crafted, 101).message()).to.contain('CN=\\u{1b}[2J\\u{202e}');
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
