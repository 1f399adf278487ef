/** Handshakes of captures that were not finished: who ended them, and what that may be claimed to mean. */

import { expect } from 'chai';
import { diagnoseCapture } from '../../../lib/diagnose/index.ts';
import type { Completeness } from '../../../lib/evidence/index.ts';
import { certificate, codes } from '../support.ts';
import { after, answered, capture, conversation, ids, mute, path, seen, single, still, the } from './support.ts';

describe('diagnose: end of a captured handshake', () => {
  it('finds nothing in one that was finished, or whose end the capture does not show', () => {
    expect(ids(single(seen.complete()))).to.deep.equal([]);
    expect(ids(single({ end: null }))).to.deep.equal([]);
  });

  it('names the server that resets, closes, is silent, talks something else or breaks the rules', () => {
    for (const [became, id] of [
      [seen.ended('reset', 'server'), 'handshake.reset'],
      [seen.ended('closed', 'server'), 'handshake.closed'],
      [seen.silent(), 'handshake.silent'],
      [seen.notTls(), 'handshake.not-tls'],
      [seen.malformed(), 'handshake.malformed'],
      [seen.alert('server', 40), 'handshake.alert'],
    ] as const) {
      expect(ids(single(became))).to.deep.equal([id]);
      expect(the(single(became), id)).to.include({ severity: 'high', confidence: 'proven' });
    }
    const reset = the(single({ ...seen.ended('reset', 'server'), inbound: mute }), 'handshake.reset');
    expect(reset.subject).to.equal('192.0.2.10:443 (vpn.example.test)');
    expect(reset.evidence[0]).to.deep.equal({
      kind: 'packet',
      ref: '103',
      text: 'c1, 198.51.100.7:50001 > 192.0.2.10:443: hello of 317 bytes (TLSv1.2; SNI vpn.example.test): no answer, then RST from the server, 10 s later',
    });
    expect(reset.excluded.map(({ id }) => id)).to.deep.equal(['policy.port-filtered', 'path.blackhole-outbound']);
  });

  it('says how much of a silent hello was acknowledged, and that a lost answer looks the same', () => {
    const finding = the(single(seen.silent()), 'handshake.silent');
    expect(finding.evidence[0]?.text).to.include('no answer, though 322 of 322 bytes were acknowledged');
    expect(finding.remedies.map(({ id }) => id)).to.include('clamp-on-router');
    expect(finding.explanation).to.include('no cause is claimed');
  });

  it('names the side that breaks the rules, and what helps there', () => {
    const server = the(single({ ...seen.malformed(), brokenBy: 'server' }), 'handshake.malformed');
    expect(server.evidence[0]?.text).to.match(/: broken TLS from the server: length at byte 3$/);
    expect(server.remedies.map(({ id }) => id)).to.deep.equal(['update-terminator', 'capture-at-both-ends']);
    const client = the(single({ ...seen.malformed(), brokenBy: 'client' }), 'handshake.malformed');
    expect(client.evidence[0]?.text).to.match(/: broken TLS from the client: length at byte 3$/);
    expect(client.remedies.map(({ id }) => id)).to.deep.equal(['update-sender', 'capture-at-both-ends']);
    const japanese = diagnoseCapture(single({ ...seen.malformed(), brokenBy: 'client' }), { language: 'ja' });
    expect(japanese[0]?.evidence[0]?.text).to.include('クライアントからの不正な TLS: ');
    expect(japanese[0]?.remedies[0]?.text).to.include('クライアント');
  });

  it('does not blame a server for a protocol of which only the beginning looks like TLS', () => {
    for (const became of [seen.malformed(), { ...seen.notTls(), looksLike: 'binary' }] as const) {
      const old = { ...answered(), ...became, imitated: true };
      const input = single(old, { version: 'TLSv1.0' });
      expect(ids(input)).to.deep.equal([`handshake.${became.end}`]);
      const [finding] = diagnoseCapture(input);
      expect(finding).to.include({ severity: 'info', confidence: 'proven' });
      expect(finding?.evidence[0]?.text).to.match(/both sides go on with what is not TLS: a protocol of their own/);
      expect(finding?.remedies.map(({ id }) => id)).to.deep.equal(['name-the-program']);
    }
    // One of its connections says nothing for a server that breaks others.
    const mixed = [conversation(1, { ...seen.malformed(), imitated: true }), conversation(2, seen.malformed())];
    expect(diagnoseCapture(capture(mixed)).map(({ severity }) => severity)).to.deep.equal(['high', 'info']);
  });

  it('has the remedies of both sides where both broke the rules with one server', () => {
    const of = (brokenBy: 'client' | 'server') => single({ ...seen.malformed(), brokenBy }).conversations;
    const both = { ...single(seen.malformed()), conversations: [...of('client'), ...of('server')] };
    const remedies = the(both, 'handshake.malformed').remedies.map(({ id }) => id);
    expect(remedies).to.have.members(['update-sender', 'update-terminator', 'capture-at-both-ends']);
  });

  it('concludes nothing from absence in a view that is not whole', () => {
    for (const completeness of ['one-sided', 'snapped', 'mid-stream', 'text-only'] as const satisfies Completeness[]) {
      for (const became of [
        seen.ended('reset', 'server'),
        seen.ended('closed', 'server'),
        seen.silent(),
        seen.silent(0),
        seen.stalled(),
        seen.notTls(),
        seen.malformed(),
      ]) {
        expect(ids(single({ ...became, completeness })), `${completeness} ${became.end}`).to.deep.equal([]);
      }
      // An alert in clear is evidence by itself.
      expect(ids(single({ ...seen.alert('server', 40), completeness }))).to.deep.equal(['handshake.alert']);
    }
    expect(ids(single({ ...seen.silent(), connect: 'unseen' }))).to.deep.equal([]);
  });

  it('leaves alone a client that hangs up before it can have waited', () => {
    expect(ids(single(seen.ended('closed', 'client'), { endedAt: after(1) }))).to.deep.equal([]);
    expect(ids(single(seen.ended('reset', 'client'), { endedAt: after(1) }))).to.deep.equal([]);
    // It took long to come up, or something else was spoken before.
    expect(ids(single(seen.ended('closed', 'client'), { helloAt: after(29), endedAt: after(30) }))).to.deep.equal([]);
    const noEnd = single({ ...seen.ended('closed', 'client') });
    const [one] = noEnd.conversations;
    expect(ids({ ...noEnd, conversations: [{ ...one, endedAt: 'never' } as NonNullable<typeof one>] })).to.deep.equal(
      [],
    );
  });

  it('takes a client that gave up waiting for a silent server', () => {
    const finding = the(
      single({ ...seen.ended('closed', 'client'), inbound: mute }, { endedAt: after(30) }),
      'handshake.silent',
    );
    expect(finding.evidence[0]?.text).to.include('no answer, then FIN from the client');
  });

  it('counts an answer that holds no whole message, instead of denying it', () => {
    const inbound = { ...mute, bytes: 9, acked: 9 };
    const finding = the(
      single({ ...seen.ended('closed', 'client'), inbound }, { endedAt: after(30) }),
      'handshake.silent',
    );
    expect(finding.evidence[0]?.text).to.include('no whole TLS message in the 9 bytes of the answer, then FIN');
  });

  it('sees that an answer never reached the client, which it cannot have refused then', () => {
    const unheard = { ...answered(), ...seen.ended('closed', 'client'), inbound: { ...still, acked: 0 } };
    const finding = the(single(unheard, { endedAt: after(30) }), 'handshake.silent');
    expect(finding.remedies.map(({ id }) => id)).to.include('clamp-on-router');
    // It had left before: the slower one of two connections.
    expect(ids(single(unheard, { endedAt: after(1) }))).to.deep.equal([]);
  });

  it('leaves alone a client that closes before all of the answer came, and so refused nothing', () => {
    const inbound = { ...still, bytes: 3674, acked: 1048 };
    const early = { ...answered(), ...seen.ended('closed', 'client'), inbound };
    expect(ids(single(early, { endedAt: after(1) }))).to.deep.equal([]);
    const waited = the(single(early, { endedAt: after(30) }), 'handshake.silent');
    expect(waited.evidence[0]?.text).to.match(
      /then FIN from the client, before 2626 of 3674 bytes of the answer came$/,
    );
    // What is as short as an alert is the server's goodbye.
    const whole = { ...early, inbound: { ...inbound, acked: 3674 - 31 } };
    expect(ids(single(whole, { endedAt: after(1) }))).to.deep.equal(['handshake.closed']);
    // A RST acknowledges nothing that counts.
    expect(ids(single({ ...early, end: 'reset' }, { endedAt: after(1) }))).to.deep.equal(['handshake.reset']);
  });

  it('judges less severely a client that ends it after the answer, which may refuse the certificate', () => {
    const left = single({ ...answered(), ...seen.ended('closed', 'client') }, { endedAt: after(1) });
    const finding = the(left, 'handshake.closed');
    expect(finding).to.include({ severity: 'medium', confidence: 'proven' });
    expect(finding.evidence[0]?.text).to.include('then FIN from the client');
    expect(finding.remedies.map(({ id }) => id)).to.include('distribute-root');
    expect(finding.excluded.map(({ id }) => id)).to.deep.equal(['tls.no-common-version']);
  });

  it('does not take a client that got only a part of the answer for one that refused it', () => {
    for (const how of ['reset', 'closed'] as const) {
      const inPart = { ...answered(), ...seen.ended(how, 'client'), missingInbound: 1370 };
      const finding = the(single(inPart), 'handshake.silent');
      expect(finding).to.include({ severity: 'high', confidence: 'proven' });
      expect(finding.evidence[0]?.text).to.include('1370 bytes of the answer never came, then ');
      expect(finding.remedies.map(({ id }) => id))
        .to.include('clamp-on-router')
        .and.not.include('distribute-root');
      // It did not wait for long.
      expect(the(single(inPart, { endedAt: after(1) }), 'handshake.silent').severity).to.equal('medium');
      // The server, which ends it, misses nothing of its own answer.
      const other = the(single({ ...inPart, endedBy: 'server' }), `handshake.${how}`);
      expect(other.evidence[0]?.text).to.not.include('1370');
    }
  });

  it('sees by the messages of TLS 1.2 that a client waited for the rest of the answer', () => {
    const waited = { ...answered(), ...seen.ended('reset', 'client') };
    const finding = the(single(waited), 'handshake.silent');
    expect(finding.evidence[0]?.text).to.include('an answer that is not whole, then RST from the client');
    for (const message of ['server-hello-done', 'change-cipher-spec'] as const) {
      const received = [...waited.received!, { message, at: after(0.2), bytes: 4 }];
      expect(ids(single({ ...waited, received })), message).to.deep.equal(['handshake.reset']);
    }
    // Of TLS 1.3 it cannot be seen.
    const negotiated = { version: codes['TLSv1.3'], cipherSuite: '0x1301', group: null } as const;
    expect(ids(single({ ...waited, negotiated }, { version: 'TLSv1.3' }))).to.deep.equal(['handshake.reset']);
  });

  it('does not say who ended it where that is not known', () => {
    const finding = the(single(seen.ended('reset', null)), 'handshake.reset');
    expect(finding.severity).to.equal('medium');
    expect(finding.evidence[0]?.text).to.match(/, then RST, 10 s later$/);
  });

  it('sees that it is the client which does not go on', () => {
    const done = { message: 'server-hello-done', at: after(0.2), bytes: 4 } as const;
    const became = { ...seen.stalled(), received: [...(answered().received ?? []), done] };
    const finding = the(single(became), 'handshake.silent');
    expect(finding.severity).to.equal('medium');
    expect(finding.evidence[0]?.text).to.include('the client did not go on');
    // It sent its key exchange: now it is the server.
    const other = the(single({ ...became, keyExchanged: true }), 'handshake.silent');
    expect(other.severity).to.equal('high');
    expect(other.evidence[0]?.text).to.include('nothing more came from the server');
  });

  it('does not blame the port for a client that sends something else than TLS', () => {
    expect(ids(single({ ...seen.notTls(), looksLike: null }))).to.deep.equal([]);
  });

  it('takes close_notify and user_canceled for hanging up', () => {
    expect(ids(single(seen.alert('client', 0), { endedAt: after(1) }))).to.deep.equal([]);
    expect(ids(single(seen.alert('client', 90), { endedAt: after(1) }))).to.deep.equal([]);
    expect(ids(single(seen.alert('server', 0)))).to.deep.equal(['handshake.closed']);
  });

  it('tells the meaning of an alert by its sender', () => {
    const text = (from: 'client' | 'server'): string =>
      the(single({ ...seen.alert(from, 40) }), 'handshake.alert').evidence[0]?.text ?? '';
    expect(text('server')).to.include('fatal alert 40 handshake_failure from the server (no agreement on suite');
    expect(text('client')).to.include('from the client (it does not go on with what the server chose');
    expect(the(single(seen.alert('server', 40)), 'handshake.alert').evidence[0]?.ref).to.equal('109');
  });

  it('does not blame a server of TLS 1.3 that closes what the client ended with an encrypted alert', () => {
    const left = (sealedAlerts: readonly ('client' | 'server')[]) =>
      the(
        single({
          ...answered(),
          negotiated: { version: codes['TLSv1.3'], cipherSuite: '0x1301', group: '0x001d' },
          ...seen.ended('closed', 'server'),
          sealedAlerts,
        }),
        'handshake.closed',
      );
    expect(left(['client'])).to.include({ severity: 'medium' });
    expect(left(['client']).evidence[0]?.text).to.include('an encrypted record as long as an alert from the client');
    for (const others of [[], ['server'], ['client', 'server']] as const)
      expect(left(others)).to.include({ severity: 'high' });
  });
});

describe('diagnose: captures by a machine that lost packets', () => {
  const counters = (lost: number) => ({
    packets: 10_000,
    bytes: 1,
    tcpFlows: 1,
    tlsConversations: 1,
    dropped: { 'lost-by-capture': lost },
  });

  it('prove nothing by packets that are not there, unless it happened often', () => {
    for (const [became, id] of [
      [seen.silent(), 'handshake.silent'],
      [seen.silent(0), 'policy.handshake-dropped'],
    ] as const) {
      const finding = the({ ...single(became), counters: counters(11) }, id);
      expect(finding.confidence).to.equal('possible');
      expect(finding.evidence[0]?.text).to.include('lost 11 packets by its own count');
      expect(the({ ...single(became), counters: counters(1) }, id).confidence).to.not.equal('possible');
      const often = capture([1, 2, 3].map((i) => conversation(i, became)));
      expect(the({ ...often, counters: counters(11) }, id).confidence).to.not.equal('possible');
    }
  });

  it('prove an alert all the same', () => {
    const input = { ...single(seen.alert('server', 40)), counters: counters(500) };
    expect(the(input, 'handshake.alert').confidence).to.equal('proven');
  });
});

describe('diagnose: dropped hellos of a capture', () => {
  it('is likely when a hello that fits into any packet is never acknowledged, however often it is sent', () => {
    const finding = the(single(seen.silent(0)), 'policy.handshake-dropped');
    expect(finding).to.include({ confidence: 'likely', pattern: 5 });
    expect(finding.excluded.map(({ id }) => id)).to.include.members(['handshake.silent', 'path.blackhole-outbound']);
    expect(ids(single(seen.silent(0)))).to.deep.equal(['policy.handshake-dropped']);
  });

  it('is only possible where it happened once or twice, and the server answered another hello with that name', () => {
    const beside = (times: number, sni = 'vpn.example.test'): string => {
      const dropped = Array.from({ length: times }, (_, i) => conversation(i + 1, seen.silent(0)));
      const finding = the(capture([...dropped, conversation(9, seen.complete(), { sni })]), 'policy.handshake-dropped');
      return `${finding.confidence} ${finding.evidence[0]?.text.includes('was answered (c9)')} ${finding.count}`;
    };
    expect(beside(1)).to.equal('possible true 1');
    expect(beside(2)).to.equal('possible true 2');
    expect(beside(3)).to.equal('likely false 3');
    expect(beside(1, 'www.example.test')).to.equal('likely false 1');
  });

  it('is likely when the server closes without having acknowledged one that was sent three times', () => {
    const closed = (retransmitted: number) =>
      single({
        ...seen.ended('closed', 'server'),
        sent: { ...still, bytes: 322, acked: 0, retransmitted },
        inbound: mute,
      });
    const finding = the(closed(644), 'policy.handshake-dropped');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('no answer, not acknowledged, then FIN from the server');
    expect(ids(closed(644))).to.deep.equal(['policy.handshake-dropped']);
    // Sent again once, it may have crossed the FIN.
    expect(ids(closed(322))).to.deep.equal(['handshake.closed']);
  });

  it('is only possible when the size may be the reason', () => {
    const finding = the(single(seen.silent(0), { length: 1380 }), 'policy.handshake-dropped');
    expect(finding.confidence).to.equal('possible');
    expect(finding.remedies.map(({ id }) => id)).to.include('clamp-on-router');
  });

  it('is only possible when it was sent twice, which a line that loses packets explains as well', () => {
    const sent = (retransmitted: number) =>
      the(
        single({ ...seen.silent(0), sent: { ...still, bytes: 322, acked: 0, retransmitted } }),
        'policy.handshake-dropped',
      );
    expect([322, 644].map((bytes) => sent(bytes).confidence)).to.deep.equal(['possible', 'likely']);
  });

  it('takes what was seen of a hello that is not whole for its size', () => {
    const sent = { ...still, bytes: 1448, acked: 0, retransmitted: 4344 };
    const finding = the(
      single({ ...seen.silent(0), hello: null, sent }, { clientHello: null }),
      'policy.handshake-dropped',
    );
    expect(finding.confidence).to.equal('possible');
    expect(finding.excluded.map(({ id }) => id)).not.to.include('path.blackhole-outbound');
  });

  it('is not claimed where acknowledgements are not known, or nothing was sent again', () => {
    expect(ids(single(seen.silent(null)))).to.deep.equal(['handshake.silent']);
    const once = { ...seen.silent(0), sent: { ...still, acked: 0, retransmitted: 0 } };
    expect(ids(single(once))).to.deep.equal(['handshake.silent']);
  });
});

describe('diagnose: recordings of our own', () => {
  const own = { attempt: 'a7', probing: true, mss: null, left: false };

  it('do not blame the server for refusing hellos that were made to be refused', () => {
    for (const became of [seen.alert('server', 40), seen.alert('server', 70), seen.ended('reset', 'server')]) {
      expect(ids(single(became, { own }))).to.deep.equal([]);
      expect(ids(single(became, { own: { ...own, probing: false } }))).to.have.length(1);
    }
  });

  it('still tell of a path that loses packets, and of who sends RSTs', () => {
    const reset = { ttl: 61, ipId: 4711, window: 0 };
    const injected = { ...seen.ended('reset', 'server'), path: { ...path, reset } };
    expect(ids(single(injected, { own }))).to.deep.equal(['policy.reset-injected']);
  });
});

describe('diagnose: client certificates in captures', () => {
  const asked = { certificateRequest: { packet: 106, authorities: ['CN=Clients'] } };

  it('is required when the server ends a handshake in which the client had none to send', () => {
    const missing = (code: number, details = {}): Parameters<typeof ids>[0] =>
      single({ ...answered(), ...seen.alert('server', code) }, { ...asked, ...details });
    for (const [code, confidence] of [
      [40, 'likely'],
      [42, 'likely'],
      // Of GnuTLS.
      [50, 'likely'],
      [116, 'proven'],
    ] as const) {
      const finding = the(missing(code), 'tls.client-certificate-required');
      expect(finding).to.include({ severity: 'high', confidence });
      expect(finding.evidence[1]?.text).to.include('CN=Clients');
      expect(ids(missing(code))).to.deep.equal(['tls.client-certificate-required']);
    }
    expect(the(missing(50), 'tls.client-certificate-required').evidence[0]?.text).to.include('after the hello');
    expect(ids(missing(80))).to.deep.equal(['handshake.alert']);
    const unseen = { certificateAbsence: { server: null, client: 'tls13-encrypted' as const } };
    expect(ids(missing(40, unseen))).to.deep.equal(['handshake.alert']);
  });

  it('is not claimed of one that was sent and refused, whose remedies are shown all the same', () => {
    const clientChain = [certificate({ sha256: 'cc'.repeat(32), subject: 'CN=alice', names: [] })];
    const input = single({ ...answered(), ...seen.alert('server', 42) }, { ...asked, clientChain });
    expect(ids(input)).to.deep.equal(['handshake.alert']);
    expect(the(input, 'handshake.alert').remedies.map(({ id }) => id)).to.include('install-client-certificate');
  });
});
