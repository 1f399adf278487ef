/** Rules about handshakes in which no hello was answered. */

import { expect } from 'chai';
import { alerts } from '../../../lib/wire/index.ts';
import { attempt, codes, connecting, idsOf, now, type Outcome, outcome, theFinding } from '../support.ts';

/** A long hello with a name and a short one without, as the probes send them. */
function bothEnd(became: Outcome): ReturnType<typeof connecting> {
  return connecting([attempt(1, became, { length: 517 }), attempt(2, became, { length: 120, sni: null })]);
}

describe('diagnose: no hello answered', () => {
  const ends = [
    ['handshake.silent', outcome.silent()],
    ['handshake.reset', outcome.reset()],
    ['handshake.closed', outcome.closed()],
    ['handshake.alert', outcome.alert(40)],
    ['handshake.not-tls', outcome.notTls()],
    ['handshake.malformed', outcome.malformed()],
  ] as const;

  for (const [id, became] of ends) {
    it(`keeps ${id} apart from the other ways to end`, () => {
      expect(idsOf(bothEnd(became))).to.deep.equal([id]);
    });

    it(`does not find ${id} when another hello was answered`, () => {
      const input = connecting([attempt(1, outcome.answered()), attempt(2, became), attempt(3, outcome.answered())]);
      expect(idsOf(input)).to.deep.equal([]);
    });
  }

  it('excludes size, name and filter by what failed beside it', () => {
    const { excluded, remedies } = theFinding(bothEnd(outcome.silent()), 'handshake.silent');
    // A server that is only slow looks the same: the cheapest step comes first.
    expect(remedies[0]?.id).to.equal('wait-longer');
    expect(excluded.map(({ id }) => id)).to.deep.equal([
      'policy.port-filtered',
      'tls.hello-size-intolerant',
      'path.blackhole-outbound',
      'policy.sni-filtered',
    ]);
    expect(excluded[1]?.why).to.include('120 bytes').and.include('517 bytes');
  });

  it('excludes neither size nor name after a single large hello with a name', () => {
    const { excluded } = theFinding(connecting([attempt(1, outcome.reset(), { length: 1700 })]), 'handshake.reset');
    expect(excluded.map(({ id }) => id)).to.deep.equal(['policy.port-filtered']);
  });

  it('names the alert, and says of handshake_failure that it does not name the cause', () => {
    const { evidence, excluded } = theFinding(
      bothEnd(outcome.alert(alerts.codeOf('handshake_failure') ?? 0)),
      'handshake.alert',
    );
    expect(evidence[0]?.text).to.include('fatal alert 40 handshake_failure').and.include('does not say which');
    expect(excluded.map(({ id }) => id)).to.include('tls.client-certificate-required');
  });

  it('says which protocol an answer looks like, and where broken TLS breaks', () => {
    expect(theFinding(bothEnd(outcome.notTls()), 'handshake.not-tls').evidence[0]?.text).to.include('looks like HTTP');
    expect(theFinding(bothEnd(outcome.malformed()), 'handshake.malformed').evidence[0]?.text).to.include(
      'record of 20000',
    );
  });

  it('tells an end before the hello was sent from one after it', () => {
    const input = connecting([attempt(1, { ...outcome.closed(), endedBeforeHello: true })]);
    expect(theFinding(input, 'handshake.closed').evidence[0]?.text).to.include('before the hello was sent');
  });

  it('reports each way to end when hellos end differently', () => {
    const input = connecting([attempt(1, outcome.silent()), attempt(2, outcome.reset())]);
    expect(idsOf(input)).to.deep.equal(['handshake.reset', 'handshake.silent']);
  });

  it('turns the alert protocol_version into the finding that names the cause', () => {
    const versions = [codes['TLSv1.2'], codes['TLSv1.3']];
    const input = connecting([attempt(1, outcome.alert(70), { versions })]);
    const finding = theFinding(input, 'tls.no-common-version');
    expect(finding.confidence).to.equal('likely');
    expect(idsOf(input)).not.to.include('handshake.alert');
  });

  it('finds broken TLS also after a ServerHello, unless another flight was whole', () => {
    const begun = { ...outcome.answered(), end: 'malformed' as const, detail: 'a message of 16777215 bytes' };
    const broken = connecting([attempt(1, begun), attempt(2, outcome.answered())]);
    const finding = theFinding(broken, 'handshake.malformed');
    expect(finding.evidence[0]?.text).to.include('ServerHello').and.include('16777215');
    expect(idsOf(broken)).to.deep.equal(['handshake.malformed']);
    const whole = { ...outcome.answered(), end: 'complete' as const };
    expect(idsOf(connecting([attempt(1, begun), attempt(2, whole)]))).to.deep.equal([]);
  });

  it('finds a handshake that is never finished though the flight was whole, but not where a certificate was asked for', () => {
    const whole = { ...outcome.answered(), end: 'complete' as const };
    const wentOn = { sent: { bytes: 400, acked: null, retransmitted: null, tailSacked: null } };
    const cut = { ...outcome.answered(), ...wentOn, end: 'reset' as const };
    const input = connecting([attempt(1, whole), attempt(2, cut)]);
    expect(theFinding(input, 'handshake.reset').evidence.map(({ ref }) => ref)).to.deep.equal(['a2']);
    const finished = attempt(3, { ...whole, ...wentOn });
    expect(idsOf(connecting([attempt(1, whole), attempt(2, cut), finished]))).to.deep.equal([]);
    const request = { message: 'certificate-request', at: now, bytes: 9 } as const;
    const asked = { ...cut, received: [...(cut.received ?? []), request] };
    expect(idsOf(connecting([attempt(1, whole), attempt(2, asked)]))).to.deep.equal([]);
  });

  it('counts a flight that never gets beyond HelloRetryRequests', () => {
    const broken = { ...outcome.helloRetry(), end: 'malformed' as const, detail: 'OpenSSL: unexpected message.' };
    expect(idsOf(connecting([attempt(1, outcome.helloRetry()), attempt(2, broken)]))).to.deep.equal([
      'handshake.malformed',
    ]);
  });

  it('keeps a flight that stops half-way apart from silence, and offers the remedies of the path', () => {
    const begun = connecting([attempt(1, { ...outcome.answered(), end: 'silent' })]);
    const finding = theFinding(begun, 'handshake.silent');
    expect(finding.evidence[0]?.text).to.include('ServerHello').and.include('not whole');
    expect(finding.remedies.map(({ id }) => id)).to.include('clamp-on-router');
    const crowded = connecting([attempt(1, { ...outcome.answered(), end: 'silent' }, { concurrent: 1 })]);
    expect(idsOf(crowded)).to.deep.equal([]);
  });

  it('takes an alert after the ServerHello for a broken handshake only where the client sent nothing but the hello', () => {
    const refusedAfter = (bytes: number): string[] => {
      const sent = { bytes, acked: null, retransmitted: null, tailSacked: null };
      return idsOf(connecting([attempt(1, { ...outcome.alert(40), ...outcome.answered(), end: 'alert', sent })]));
    };
    expect(refusedAfter(500)).to.deep.equal([]);
    expect(refusedAfter(305)).to.deep.equal(['handshake.alert']);
  });

  describe('hellos that are not even acknowledged', () => {
    const lost = { ...outcome.silent(), sent: { bytes: 500, acked: 0, retransmitted: null, tailSacked: null } };

    it('are dropped by somebody when not one byte of two sizes is acknowledged', () => {
      const finding = theFinding(bothEnd(lost), 'policy.handshake-dropped');
      expect(finding).to.include({ confidence: 'likely', pattern: 5 });
      expect(idsOf(bothEnd(lost))).to.deep.equal(['policy.handshake-dropped']);
    });

    it('are only silent when one was acknowledged, the count is not known, or only one size was tried', () => {
      const acknowledged = { ...lost, sent: { ...lost.sent, acked: 500 } };
      expect(idsOf(bothEnd(acknowledged))).to.deep.equal(['handshake.silent']);
      expect(idsOf(bothEnd(outcome.silent()))).to.deep.equal(['handshake.silent']);
      expect(idsOf(connecting([attempt(1, lost)]))).to.deep.equal(['handshake.silent']);
    });
  });
});
