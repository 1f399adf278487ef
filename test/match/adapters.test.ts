import { AssertionError } from 'node:assert';
import * as chai from 'chai';
import { tlsMatchers } from '../../lib/match/chai.ts';
import * as jest from '../../lib/match/jest.ts';
import { matchers, matcherTable } from '../../lib/match/matchers.ts';
import * as node from '../../lib/match/node.ts';
import * as vitest from '../../lib/match/vitest.ts';
import { certificate, finding, report, unfinished } from './fixtures.ts';

chai.use(tlsMatchers);
const { expect } = chai;

const expired = report({ findings: [finding('cert.expired')], verdict: 'findings' });

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('the chai adapter', () => {
  it('passes and fails as the matcher says', () => {
    expect(expired).to.have.finding('cert.expired');
    expect(expired).to.not.have.finding('cert.name-mismatch');
    expect(expired).to.negotiate('TLSv1.2');
    expect(expired).to.offerCipher('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256').and.to.supportGroup('secp256r1');
    expect(expired).not.to.requireClientCertificate();
    expect(expired).not.to.be.clean();
    expect(certificate()).to.be.validForDays(90);
  });

  it('shows the message of the matcher, behind the one given to expect', () => {
    expect(messageOf(() => expect(expired, 'gateway').to.have.finding('cert.self-signed'))).to.equal(
      'gateway: expected the report of vpn.example.test:443 to have finding cert.self-signed\nfound: cert.expired (high, proven)',
    );
    expect(messageOf(() => expect(expired).to.not.have.finding('cert.expired'))).to.contain(
      'not to have finding cert.expired',
    );
  });

  it('gives the runner both sides for its diff', () => {
    expect(() => expect(certificate()).to.be.validForDays(200))
      .to.throw(chai.AssertionError)
      .that.deep.includes({ actual: [100], expected: [200], showDiff: true });
  });

  it('lets neither the assertion nor its negation pass when the answer is unknown', () => {
    const gone = report({ observations: { certificates: unfinished('skipped', 'no-answer') } });
    for (const work of [
      () => expect(gone).to.have.finding('cert.expired'),
      () => expect(gone).to.not.have.finding('cert.expired'),
    ]) {
      expect(messageOf(work)).to.contain('unknown because the probe certificates is skipped (no-answer)');
    }
  });

  it('prints text that a peer chose as it is, placeholders of chai included', () => {
    const crafted = certificate({ subject: 'CN=#{this}#{act}' });
    expect(messageOf(() => expect(crafted).to.be.validForDays(101))).to.contain('CN=# {this}# {act}');
  });
});

describe('the vitest and jest adapters', () => {
  it('are the matchers by name, as expect.extend takes them', () => {
    for (const adapter of [vitest, jest]) {
      expect(adapter.tlsMatchers).to.equal(matchers);
      expect(Object.keys(adapter.tlsMatchers)).to.deep.equal(Object.keys(matcherTable));
    }
  });

  it('never invert the answer themselves and carry what the diff needs', () => {
    const { pass, message, actual, expected } = vitest.tlsMatchers.toHaveFinding(expired, 'cert.expired');
    expect(pass).to.equal(true);
    expect(message()).to.be.a('string');
    expect([actual, expected]).to.deep.equal([['cert.expired (high, proven)'], ['cert.expired']]);
  });
});

describe('the functions for node:test', () => {
  it('pass in silence or throw an AssertionError that shows what was found', () => {
    node.assertFinding(expired, 'cert.expired');
    node.assertNoFinding(expired, 'cert.self-signed');
    node.assertValidForDays(certificate(), 90);
    expect(() => node.assertFinding(expired, 'cert.self-signed'))
      .to.throw(AssertionError, 'found: cert.expired (high, proven)')
      .that.includes({ operator: 'toHaveFinding', code: 'ERR_ASSERTION' });
    expect(() => node.assertNoFinding(expired, 'cert.expired')).to.throw(
      AssertionError,
      'not to have finding cert.expired',
    );
  });

  it('are there twice for every matcher, plain and negated', () => {
    expect(Object.keys(node)).to.have.lengthOf(2 * Object.keys(matcherTable).length);
  });
});
