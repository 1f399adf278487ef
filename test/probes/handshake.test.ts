import { expect } from 'chai';
import type { HeadendSpec, TlsBehaviour } from '../../lib/lab/index.ts';
import { observeAt } from './support.ts';

const headend = (behaviour: Partial<TlsBehaviour>): HeadendSpec => ({
  id: 'variant',
  title: { en: 'A variant', ja: '変種' },
  behaviour: { kind: 'tls', ...behaviour },
  expect: [],
  verdictHint: 'clean',
});

describe('probe certificates', () => {
  it('finds the chain of each authentication type in each version, the encrypted ones of TLS 1.3 too', async () => {
    const { value } = await observeAt(headend({ certificates: [{}, { key: 'RSA-2048' }] }), ['certificates']);
    const rows = value('certificates').map(({ version, auth, how, chain }) => [version, auth, how, chain.length]);
    expect(rows).to.have.deep.members([
      ['TLSv1.2', 'ecdsa', 'plain', 3],
      ['TLSv1.2', 'rsa', 'plain', 3],
      ['TLSv1.3', 'ecdsa', 'decrypted', 3],
      ['TLSv1.3', 'rsa', 'decrypted', 3],
    ]);
    for (const { assessment } of value('certificates')) expect(assessment.trust).to.equal('trusted');
  });

  it('says what a chain lacks', async () => {
    const { value } = await observeAt('missing-intermediate', ['certificates']);
    for (const { assessment, chain } of value('certificates')) {
      expect(assessment.trust).to.equal('incomplete');
      expect(assessment.missingIssuer).to.equal(chain.at(-1)?.issuer);
    }
  });

  it('gets the certificate of a server that demands one of the client, in TLS 1.2 and in TLS 1.3', async () => {
    for (const id of ['client-certificate-tls12', 'client-certificate-tls13'] as const) {
      const { value } = await observeAt(id, ['certificates']);
      expect(value('certificates'), id).to.not.be.empty;
    }
  });

  for (const id of ['good', 'tls12-only', 'tls13-only', 'asa-like'] as const) {
    it(`needs at most 6 connections for a quick look at ${id}`, async () => {
      const { run, value } = await observeAt(id, ['versions', 'certificates'], { quick: true });
      expect(run.connections).to.be.at.most(6);
      expect(value('certificates')).to.not.be.empty;
    });
  }
});

describe('probe client-auth', () => {
  const cases = {
    good: { requested: false, required: false },
    'client-certificate-optional': { requested: true, required: false },
    'client-certificate-tls12': { requested: true, required: true },
    'client-certificate-tls13': { requested: true, required: true },
  } as const;
  for (const [id, expected] of Object.entries(cases)) {
    it(`finds at ${id} that a certificate is ${expected.required ? 'demanded' : expected.requested ? 'asked for' : 'not asked for'}`, async () => {
      const { value } = await observeAt(id as keyof typeof cases, ['client-auth']);
      expect(value('client-auth')).to.include(expected);
      if (expected.requested) expect(value('client-auth').authorities).to.include('CN=Lab Root CA,O=Lab');
    });
  }
});

describe('probes groups and signature-algorithms', () => {
  it('name the groups of both versions and nothing else', async () => {
    const { value } = await observeAt(headend({ groups: ['P-384', 'X25519'] }), ['groups']);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(value('groups')[version]?.map(({ name }) => name)).to.have.members(['secp384r1', 'x25519']);
    }
  });

  it('find a group that no ordinary client offers', async () => {
    const { value } = await observeAt('no-shared-group', ['groups', 'ciphers']);
    expect(value('groups')['TLSv1.3']?.map(({ name }) => name)).to.deep.equal(['x448']);
    expect(value('ciphers')['TLSv1.3']?.suites).to.not.be.empty;
  });

  it('list what the key of the certificate can sign with', async () => {
    const { value } = await observeAt('good', ['signature-algorithms']);
    expect(value('signature-algorithms').map(({ name }) => name)).to.include('ecdsa_secp256r1_sha256');
  });

  it('skip the signature algorithms where TLS 1.3 hides them', async () => {
    const { observation } = await observeAt('tls13-only', ['signature-algorithms']);
    expect(observation('signature-algorithms').status).to.equal('skipped');
  });
});

describe('probes renegotiation-info, alpn and resumption', () => {
  it('see secure renegotiation acknowledged, and its absence', async () => {
    expect((await observeAt('good', ['renegotiation-info'])).value('renegotiation-info')).to.deep.equal({
      secure: true,
    });
    const old = await observeAt('no-renegotiation-info', ['renegotiation-info']);
    expect(old.value('renegotiation-info')).to.deep.equal({ secure: false });
  });

  it('see that a server without ALPN ignores it', async () => {
    const { value } = await observeAt('good', ['alpn']);
    expect(value('alpn')).to.deep.equal({ protocols: [], rejectsUnknown: false });
  });

  it('read the choice of a server that demands a client certificate from its ServerHello', async () => {
    const { value, observation } = await observeAt('client-certificate-tls12', ['alpn']);
    expect(observation('alpn').status).to.equal('completed');
    expect(value('alpn')).to.deep.equal({ protocols: [], rejectsUnknown: false });
  });

  it('do not take a handshake that was cut off for a server without ALPN', async () => {
    const { observation } = await observeAt('silent-above-300', ['alpn']);
    expect(observation('alpn')).to.deep.include({ status: 'inconclusive', reason: 'handshake-unfinished' });
  });

  it('take a session up again in TLS 1.2 and in TLS 1.3', async () => {
    const { value } = await observeAt('good', ['resumption']);
    expect(value('resumption')).to.include({ ticket: true, tls13Ticket: true });
  });
});

describe('a run', () => {
  it('tells its observer each attempt once, inside its probe', async () => {
    const { events, run } = await observeAt('good', ['versions']);
    const attempts = events.flatMap((event) => (event.type === 'attempt' ? [event.attempt.id] : []));
    const recorded = [...run.observations.values()].flatMap((observation) => observation.attempts.map(({ id }) => id));
    expect(attempts.sort()).to.deep.equal(recorded.sort());
    expect(new Set(attempts).size).to.equal(attempts.length);
    const kinds = events.map(({ type }) => type).filter((type) => type !== 'attempt');
    expect(kinds).to.deep.equal(['probe-started', 'probe-finished', 'probe-started', 'probe-finished']);
  });

  it('ends every probe at its deadline, with what it has', async () => {
    const timeouts = { connectMs: 1000, firstReplyMs: 400, totalMs: 2000, deadlineMs: 500 };
    const { observation } = await observeAt('silent', ['versions'], { timeouts });
    expect(observation('connect')).to.include({ status: 'inconclusive', reason: 'deadline-reached' });
  });

  it('stops when its caller says so', async () => {
    const { observation } = await observeAt('good', ['versions'], { signal: AbortSignal.abort() });
    expect(observation('connect')).to.include({ status: 'inconclusive', reason: 'aborted' });
  });
});
