/** Rules about devices between client and server. */

import { expect } from 'chai';
import { type DiagnosisInput, type PathEvidence, type TraceValue, unknownPath } from '../../../lib/evidence/index.ts';
import {
  attempt,
  attempts,
  certificate,
  chainRow,
  comparison,
  connecting,
  host,
  idsOf,
  issuerName,
  type Outcome,
  observation,
  outcome,
  report,
  theFinding,
  withChains,
} from '../support.ts';

describe('diagnose: filter by name', () => {
  /** The named hello beside the same without a name. */
  function named(became: Outcome, control: string | null = null, longer = 600): DiagnosisInput {
    const { made, row } = comparison(10, became, { sni: host, length: 230 }, { sni: control, length: 200 });
    const serverName = { verdict: 'fails' as const, ...row };
    return report({
      connect: observation({ control: 'a1', preset: 'tls12-minimal', concurrent: null, serverName }, [
        attempt(1, outcome.answered(), { sni: null, length: longer }),
        ...made,
      ]),
    });
  }

  it('finds that the name decides when the hello fails with it and is answered without', () => {
    const finding = theFinding(named(outcome.reset()), 'policy.sni-filtered');
    expect(finding).to.include({ confidence: 'likely', severity: 'high', pattern: 5, subject: host, count: 6 });
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.hello-size-intolerant']);
    expect(idsOf(named(outcome.silent()))).to.deep.equal(['policy.sni-filtered']);
  });

  it('claims less while the longer hello may fail for its length', () => {
    expect(theFinding(named(outcome.silent(), null, 210), 'policy.sni-filtered').confidence).to.equal('possible');
  });

  it('finds nothing when the control carried the same name', () => {
    expect(idsOf(named(outcome.reset(), host))).to.deep.equal([]);
  });
});

describe('diagnose: injected reset', () => {
  const reset = (synAck: number | null, rst: number | null): DiagnosisInput =>
    connecting([
      attempt(1, outcome.reset(), {
        evidence: {
          path: {
            ...unknownPath,
            synAck: synAck === null ? null : { ttl: synAck, ipId: null },
            reset: rst === null ? null : { ttl: rst, ipId: null, window: 0 },
          },
        },
      }),
    ]);

  it('is likely when the RST came with another TTL than the SYN-ACK', () => {
    const finding = theFinding(reset(52, 61), 'policy.reset-injected');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('52').and.include('61');
  });

  it('is not claimed of a RST alone, nor of one with the same TTL', () => {
    expect(idsOf(reset(null, null))).to.deep.equal(['handshake.reset']);
    expect(idsOf(reset(52, null))).to.deep.equal(['handshake.reset']);
    expect(idsOf(reset(52, 52))).to.deep.equal(['handshake.reset']);
  });
});

describe('diagnose: reset, seen with small TTLs', () => {
  const synAck = { ttl: 60, ipId: null };
  const path = (reset: number): PathEvidence => ({
    ...unknownPath,
    synAck,
    reset: { ttl: reset, ipId: null, window: 0 },
  });
  const traced = (rows: TraceValue, usual = 60): DiagnosisInput =>
    report({
      connect: observation({ control: null, preset: null, concurrent: null, serverName: null }, [
        attempt(1, { ...outcome.reset(), path: path(usual) }),
      ]),
      trace: observation(
        rows,
        rows.map(({ reply }, i) =>
          attempt(10 + i, reply === 'reset' ? { ...outcome.reset(), path: path(60) } : outcome.silent()),
        ),
      ),
    });
  const router = { from: '192.0.2.1', reply: 'silent', icmp: { type: 11, code: 0 } } as const;
  const reset = { from: '192.0.2.10', reply: 'reset' } as const;

  it('is likely when the hello was answered before it can have reached the server, four routers away', () => {
    const rows = [
      { ttl: 1, ...router },
      { ttl: 2, ...reset, icmp: null },
    ];
    const finding = theFinding(traced(rows), 'policy.reset-injected');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('TTL 2').and.include('4 routers');
  });

  it('is likely when the hello expired on the way all the same, and proven when the TTL of the RST is odd as well', () => {
    const rows = [{ ttl: 5, ...reset, icmp: { type: 11, code: 0 } }];
    expect(theFinding(traced(rows), 'policy.reset-injected').confidence).to.equal('likely');
    const finding = theFinding(traced(rows, 63), 'policy.reset-injected');
    expect(finding.confidence).to.equal('proven');
    expect(finding.evidence[0]?.text).to.include('expired before the server');
  });

  it('is not claimed of a RST to a hello that can have reached the server', () => {
    expect(idsOf(traced([{ ttl: 5, ...reset, icmp: null }]))).to.deep.equal(['handshake.reset']);
  });

  it('does not take hellos that were made to expire for silence of the server', () => {
    const rows = [1, 2, 3, 4].map((ttl) => ({ ttl, ...router }));
    expect(idsOf(traced(rows))).to.deep.equal(['handshake.reset']);
  });
});

describe('diagnose: TLS inspection', () => {
  const rows = [chainRow([certificate()])];
  const pinned = (judgement: { expectIssuer?: string; expectFingerprint?: string }): string[] =>
    idsOf(withChains(rows, { judgement }));

  it('is not claimed without a pin, whatever the issuer', () => {
    expect(idsOf(withChains([chainRow([certificate({ issuer: 'CN=Corporate Inspection CA' })])]))).to.deep.equal([]);
  });

  it('accepts an issuer by its whole name or its CN, and a fingerprint in any usual notation', () => {
    expect(pinned({ expectIssuer: issuerName })).to.deep.equal([]);
    expect(pinned({ expectIssuer: 'Example Issuing CA' })).to.deep.equal([]);
    for (const notation of [
      'aa'.repeat(32),
      'AA'.repeat(32),
      Array(32).fill('AA').join(':'),
      `sha256:${'aa'.repeat(32)}`,
      `sha256 Fingerprint=${Array(32).fill('AA').join(':')}`,
    ]) {
      expect(pinned({ expectFingerprint: notation })).to.deep.equal([]);
    }
  });

  it('is likely with another issuer, and only possible with another fingerprint, which a renewal has too', () => {
    const other = theFinding(withChains(rows, { judgement: { expectIssuer: 'Example' } }), 'policy.tls-inspection');
    expect(other.confidence).to.equal('likely');
    const renewed = theFinding(
      withChains(rows, { judgement: { expectFingerprint: 'bb'.repeat(32) } }),
      'policy.tls-inspection',
    );
    expect(renewed.confidence).to.equal('possible');
  });

  it('is not claimed when one of several certificates fits the pin', () => {
    const two = [...rows, chainRow([certificate({ sha256: 'bb'.repeat(32), issuer: 'CN=Other' })])];
    expect(idsOf(withChains(two, { judgement: { expectIssuer: issuerName } }))).to.deep.equal([]);
  });
});

describe('diagnose: limit on connections', () => {
  const control = attempts(8, 2, outcome.refused());

  it('is likely when answers stop and the control hello is not answered any more', () => {
    const input = connecting([...attempts(1, 6, outcome.answered()), attempt(7, outcome.refused())], {
      others: { control: observation(null, control) },
    });
    const finding = theFinding(input, 'policy.rate-limited');
    expect(finding).to.include({ confidence: 'likely', pattern: 5, count: 6 });
    expect(idsOf(input)).to.deep.equal(['policy.rate-limited']);
  });

  it('is seen in silence too, when nothing else was open', () => {
    const gone = (concurrent: number): DiagnosisInput =>
      connecting([...attempts(1, 6, outcome.answered()), attempt(7, outcome.silent(), { concurrent })], {
        others: { control: observation(null, attempts(8, 3, outcome.silent(), { concurrent })) },
      });
    expect(idsOf(gone(0))).to.deep.equal(['policy.rate-limited']);
    expect(idsOf(gone(1))).to.deep.equal([]);
  });

  it('is not claimed after two unanswered controls: a server may drop that many by chance', () => {
    const input = connecting([...attempts(1, 6, outcome.answered()), attempt(7, outcome.reset())], {
      others: { control: observation(null, attempts(8, 2, outcome.reset())) },
    });
    expect(idsOf(input)).to.deep.equal([]);
  });

  it('is not claimed of test hellos alone, nor when an answer comes afterwards', () => {
    const tests = [...attempts(1, 6, outcome.answered()), ...attempts(7, 3, outcome.silent())];
    expect(idsOf(connecting(tests))).to.deep.equal([]);
    const back = [
      ...attempts(1, 6, outcome.answered()),
      ...attempts(7, 3, outcome.refused()),
      attempt(10, outcome.answered()),
    ];
    expect(idsOf(connecting(back))).to.deep.equal([]);
  });
});
