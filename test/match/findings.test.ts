import { expect } from 'chai';
import { findingIds } from '../../lib/diagnose/index.ts';
import type { PathSweep } from '../../lib/evidence/index.ts';
import { matchers } from '../../lib/match/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { completed, errorOf, finding, report, unfinished } from './fixtures.ts';

const { toHaveFinding, toBeClean } = matchers;

describe('matchers over findings', () => {
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

    it('is certain of a direction of the path only when that one was measured', () => {
      const clear: PathSweep = {
        rows: [],
        largestPassing: 1500,
        smallestFailing: null,
        pathMtu: null,
        verdict: 'clear',
        reason: null,
      };
      const inbound: PathSweep = { ...clear, largestPassing: null, verdict: 'unknown', reason: 'flight-too-small' };
      const measured = report({ observations: { mss: completed('mss', { outbound: clear, inbound }) } });
      expect(toHaveFinding(measured, 'path.blackhole-outbound').pass).to.equal(false);
      expect(errorOf(() => toHaveFinding(measured, 'path.blackhole-inbound')).message).to.contain(
        'the inbound direction was not measured (flight-too-small)',
      );
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
});
