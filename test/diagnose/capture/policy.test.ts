/** Connections that never came up, and ARP without replies. */

import { expect } from 'chai';
import { captureVerdictOf } from '../../../lib/diagnose/index.ts';
import type { CaptureCounters, FailedConnections, Verdict } from '../../../lib/evidence/index.ts';
import {
  answered,
  capture,
  conversation,
  failedConnections,
  foundIn,
  ids,
  seen,
  single,
  still,
  the,
} from './support.ts';

const sftunnel = { server: { address: '192.0.2.20', port: 8305 } };

describe('diagnose: failed connections of a capture', () => {
  it('are refused when the SYN was answered with RST, each counted', () => {
    const finding = the(capture([], { failed: [failedConnections('refused', { count: 30 })] }), 'policy.port-refused');
    expect(finding).to.include({ confidence: 'proven', subject: '192.0.2.10:443', count: 30 });
    expect(finding.evidence[0]).to.deep.equal({
      kind: 'packet',
      ref: '11',
      text: 'SYN to 192.0.2.10:443: answered with RST',
    });
    expect(finding.evidence).to.have.length(3);
  });

  it('are likely filtered when it was not answered, proven when ICMP says so', () => {
    const filtered = (kind: 'unanswered' | 'unreachable', icmp: [number, number, string] | null = null): string => {
      const [type = 0, code = 0, from = ''] = icmp ?? [];
      const failed = failedConnections(kind, { icmp: icmp === null ? null : { type, code, from, mtu: null } });
      const [finding] = foundIn(capture([], { failed: [failed] }));
      return finding === undefined ? 'none' : `${finding.id} ${finding.confidence}`;
    };
    expect(filtered('unanswered')).to.equal('policy.port-filtered likely');
    for (const code of [9, 10, 13]) {
      expect(filtered('unreachable', [3, code, '203.0.113.1'])).to.equal('policy.port-filtered proven');
    }
    expect(filtered('unreachable', [1, 1, '2001:db8::9'])).to.equal('policy.port-filtered proven');
    expect(filtered('unreachable', [3, 3, '203.0.113.1'])).to.equal('policy.port-refused proven');
    expect(filtered('unreachable', [1, 4, '2001:db8::9'])).to.equal('policy.port-refused proven');
    // A routing loop, or a traceroute: no filter.
    expect(filtered('unreachable', [11, 0, '203.0.113.1'])).to.equal('none');
    expect(filtered('unreachable', [3, 0, '2001:db8::9'])).to.equal('none');
    expect(filtered('unreachable', [3, 1, '203.0.113.1'])).to.equal('none');
    expect(filtered('unreachable', [1, 0, '2001:db8::9'])).to.equal('none');
  });

  it('are possibly filtered where other connections to the port came up', () => {
    const unanswered = (server: FailedConnections['server'], ...others: FailedConnections[]): string => {
      const failed = [failedConnections('unanswered', { server }), ...others];
      const finding = the(capture([conversation(1, seen.complete())], { failed }), 'policy.port-filtered');
      return `${finding.confidence}: ${finding.evidence[0]?.text}`;
    };
    const { server } = conversation(1, seen.complete());
    expect(unanswered(server)).to.match(/^possible: .* not answered, though other connections to the port came up/);
    const another = { ...server, port: 8443 };
    expect(unanswered(another)).to.match(/^likely: .* not answered$/);
    expect(unanswered(another, failedConnections('closed', { server: another }))).to.match(/^possible/);
  });

  it('are not judged where nothing says that the port is one of TLS', () => {
    expect(ids(capture([], { failed: [failedConnections('refused', { judged: false })] }))).to.deep.equal([]);
  });

  it('are no proof of silence where the capture has one direction only', () => {
    const oneSided = conversation(1, { end: null, completeness: 'one-sided' });
    expect(ids(capture([oneSided], { failed: [failedConnections('unanswered')] }))).to.deep.equal([]);
    expect(ids(capture([oneSided], { failed: [failedConnections('refused')] }))).to.deep.equal(['policy.port-refused']);
  });

  it('tell of a refusing peer on the sftunnel port, for the SYN as for the hello', () => {
    const refused = capture([], { failed: [failedConnections('refused', sftunnel)] });
    expect(ids(refused)).to.deep.equal(['policy.port-refused', 'sftunnel.peer-refuses']);
    const reset = single(seen.ended('reset', 'server'), sftunnel);
    expect(ids(reset)).to.deep.equal(['handshake.reset', 'sftunnel.peer-refuses']);
    expect(ids(single({ ...answered(), ...seen.ended('reset', 'server') }, sftunnel))).to.deep.equal([
      'handshake.reset',
    ]);
    expect(ids(single({ ...seen.ended('reset', 'server'), completeness: 'mid-stream' }, sftunnel))).to.deep.equal([]);
  });
});

describe('diagnose: connections of a capture that ended before a byte was sent', () => {
  const empty = (changes: Partial<FailedConnections> = {}, kind: 'closed' | 'reset' = 'closed') =>
    capture([], {
      failed: [failedConnections(kind, { endedBy: 'server', lastedMs: { least: 1, most: 12 }, ...changes })],
    });
  const told = (input: ReturnType<typeof capture>): string[] =>
    foundIn(input).map(({ id, severity, confidence, count }) => `${id} ${severity} ${confidence} x${count}`);

  it('are possibly refusals where the server ended them at once, and of weight where it did so time and again', () => {
    expect(told(empty())).to.deep.equal(['handshake.closed medium possible x3']);
    expect(told(empty({ count: 2, packets: [11, 12] }, 'reset'))).to.deep.equal(['handshake.reset low possible x2']);
    expect(told(empty({ besideTls: true }))).to.deep.equal(['handshake.closed low possible x3']);
    expect(told(empty(sftunnel))).to.deep.equal(['sftunnel.peer-refuses medium possible x3']);
    expect(told(empty({ ...sftunnel, besideTls: true }))).to.deep.equal(['handshake.closed low possible x3']);
    const { evidence, subject } = the(empty(), 'handshake.closed');
    expect(subject).to.equal('192.0.2.10:443');
    expect(evidence.map(({ ref }) => ref)).to.deep.equal(['11', '12', '13']);
    expect(evidence[0]?.text).to.match(
      /^3 connections from 198\.51\.100\.7 .* a FIN in the name of the server .* 12 ms/,
    );
  });

  it('mean nothing where the client ended them, or the server after a wait', () => {
    expect(told(empty({ endedBy: 'client' }))).to.deep.equal([]);
    expect(told(empty({ lastedMs: { least: 60_000, most: 60_000 } }))).to.deep.equal([]);
    expect(told(empty({ judged: false }))).to.deep.equal([]);
    expect(told(empty({ endedBy: null, lastedMs: null }))).to.deep.equal([]);
  });
});

describe('diagnose: unanswered ARP', () => {
  const arp = { address: '192.0.2.10', count: 40, packets: [1, 2, 3] };

  it('is a likely cause of connections to that address that were not answered', () => {
    const input = capture([], { failed: [failedConnections('unanswered')], arp: [arp] });
    expect(ids(input)).to.deep.equal(['policy.arp-unanswered', 'policy.port-filtered']);
    const finding = the(input, 'policy.arp-unanswered');
    expect(finding).to.include({ confidence: 'likely', severity: 'high', subject: '192.0.2.10', count: 40 });
  });

  const unanswered = (count: number): ReturnType<typeof capture> =>
    capture([], {
      arp: Array.from({ length: count }, (_, i) => ({ address: `192.0.2.${i}`, count: 3, packets: [i + 1] })),
    });

  it('is by itself only possible: nobody may be there, or the reply not in the capture', () => {
    const finding = the(unanswered(1), 'policy.arp-unanswered');
    expect(finding).to.include({ confidence: 'possible', severity: 'low', count: 3, subject: '192.0.2.0' });
    expect(finding.evidence[0]?.text).to.include('3 ARP requests for 192.0.2.0');
  });

  it('is one finding for many addresses', () => {
    expect(foundIn(unanswered(5))).to.have.length(5);
    const finding = the(unanswered(6), 'policy.arp-unanswered');
    expect(finding).to.include({ count: 18 }).and.not.to.have.property('subject');
    expect(finding.evidence).to.have.length(6);
  });
});

describe('diagnose: verdict of a capture', () => {
  const verdict = (
    input: ReturnType<typeof capture>,
    tlsConversations = input.conversations.length,
    decided?: number,
  ): Verdict => {
    const counters: CaptureCounters = { packets: 1, bytes: 1, tcpFlows: 1, tlsConversations, dropped: {} };
    const report = { counters, failedConnections: input.failedConnections };
    return captureVerdictOf(foundIn(input), decided === undefined ? report : { ...report, decided });
  };

  it('is inconclusive without TLS, unreachable when all there is are connections that failed', () => {
    expect(verdict(capture([]))).to.equal('inconclusive');
    const other = failedConnections('unanswered', { judged: false });
    expect(verdict(capture([], { failed: [other] }))).to.equal('inconclusive');
    expect(verdict(capture([], { failed: [failedConnections('refused')] }))).to.equal('unreachable');
    expect(verdict(capture([], { failed: [failedConnections('unacknowledged')] }))).to.equal('unreachable');
    const cameUp = failedConnections('closed', { endedBy: 'client', lastedMs: { least: 1, most: 1 } });
    expect(verdict(capture([], { failed: [cameUp] }))).to.equal('inconclusive');
  });

  it('is clean or findings with TLS', () => {
    expect(verdict(single(seen.complete()))).to.equal('clean');
    expect(verdict(single(seen.silent()))).to.equal('findings');
    const both = capture([conversation(1, seen.complete())], { failed: [failedConnections('refused')] });
    expect(verdict(both)).to.equal('findings');
    const info = single({ ...seen.complete(), inbound: still }, {});
    expect(verdict(info)).to.equal('clean');
  });

  it('is inconclusive when no handshake was seen to its end', () => {
    expect(verdict(single({ end: null }), 1, 0)).to.equal('inconclusive');
    expect(verdict(single({ end: null }), 1, 1)).to.equal('clean');
  });
});
