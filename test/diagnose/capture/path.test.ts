/** What captures show of the path: black holes seen from either side, announced MTUs, clamps, fragments. */

import { expect } from 'chai';
import type { HandshakeEvidence, StreamEvidence } from '../../../lib/evidence/index.ts';
import { after, answered, ids, path, seen, single, still, the } from './support.ts';

type Input = Parameters<typeof ids>[0];

/** A hello in two segments, whose first is lost: as the client's side shows it. */
const lostHello: StreamEvidence = {
  bytes: 1705,
  acked: 0,
  retransmitted: 5 * 1448,
  tailSacked: true,
  lostSegment: 1448,
  largestAcked: null,
};

const outbound = (sent: Partial<StreamEvidence> = {}, more: Partial<HandshakeEvidence> = {}, details = {}): Input =>
  single({ ...seen.silent(), sent: { ...lostHello, ...sent }, ...more }, { length: 1700, ...details });

/** A server's flight whose large segments are lost: as the server's side shows it. */
const inbound = (stream: Partial<StreamEvidence> = {}, more: Partial<HandshakeEvidence> = {}, details = {}): Input =>
  single(
    {
      ...seen.silent(),
      inbound: {
        bytes: 4838,
        acked: 0,
        retransmitted: 5 * 1448,
        tailSacked: true,
        lostSegment: 1448,
        largestAcked: null,
        ...stream,
      },
      ...more,
    },
    details,
  );

describe('diagnose: black hole on the way to the server', () => {
  it('is likely when a head is sent again and again while the tail is selectively acknowledged: its content may be to blame', () => {
    const finding = the(outbound(), 'path.blackhole-outbound');
    expect(finding).to.include({ confidence: 'likely', severity: 'high', pattern: 4 });
    expect(finding.evidence[0]?.text)
      .to.include('a segment of 1448 bytes to the server was sent again and again and never acknowledged')
      .and.include('packets of 1500 bytes are lost');
    expect(finding.excluded.map(({ id }) => id)).to.include('policy.handshake-dropped');
    expect(ids(outbound())).to.deep.equal(['path.blackhole-outbound']);
  });

  it('is likely when smaller segments were acknowledged, and gives both bounds', () => {
    const finding = the(outbound({ tailSacked: false, acked: 257, largestAcked: 257 }), 'path.blackhole-outbound');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('packets of 1500 bytes are lost and packets of 309 bytes arrive');
  });

  it('counts the headers of IPv6 and the timestamps option', () => {
    const server = { address: '2001:db8::1', port: 443 };
    const text = (timestamps: boolean, details = {}): string =>
      the(outbound({ lostSegment: 1414 }, { path: { ...path, timestamps } }, details), 'path.blackhole-outbound')
        .evidence[0]?.text ?? '';
    expect(text(false)).to.include('packets of 1454 bytes');
    expect(text(true)).to.include('packets of 1466 bytes');
    expect(text(false, { server })).to.include('packets of 1474 bytes').and.include('[2001:db8::1]:443');
  });

  it('is ruled out by a segment of that size that arrived, by one that fits every path, and without any that passed', () => {
    expect(ids(outbound({ tailSacked: true, largestAcked: 1448 }))).to.deep.equal(['handshake.silent']);
    expect(ids(outbound({ lostSegment: 500 }))).not.to.include('path.blackhole-outbound');
    const server = { address: '2001:db8::1', port: 443 };
    expect(ids(outbound({ lostSegment: 1200 }, {}, { server }))).not.to.include('path.blackhole-outbound');
    expect(ids(outbound({ tailSacked: false }))).to.deep.equal(['policy.handshake-dropped']);
  });

  it('is only possible below the sizes that are lost on usual lines', () => {
    expect(the(outbound({ lostSegment: 1000 }), 'path.blackhole-outbound').confidence).to.equal('possible');
  });

  it('is not claimed where small segments are lost too, or only possible where these may have been put together', () => {
    // Six segments of 252 bytes, of which Linux put five together to send them again: a firewall forgot the connection.
    const idle = { acked: 600, largestAcked: 517, lostSegment: 1260, retransmitted: 5 * 1260 };
    const inVain = (bytes: number, tailSacked = false): Input =>
      single({ ...seen.complete(), sent: { ...lostHello, ...idle, bytes: 600 + bytes, tailSacked } });
    expect(ids(inVain(6 * 252))).to.deep.equal([]);
    expect(the(inVain(5 * 252), 'path.blackhole-outbound').confidence).to.equal('possible');
    expect(the(inVain(6 * 252, true), 'path.blackhole-outbound').confidence).to.equal('likely');
  });

  it('is seen behind the place of the loss as a gap that is never filled', () => {
    const stream = { bytes: 257, acked: 0, lostSegment: null, retransmitted: 0 };
    const missing = { client: 1448, server: 0 };
    const loss = { retransmissions: 0, missingBytes: missing, icmp: [], fragments: { seen: 0, incomplete: 0 } };
    const gap = (more: Partial<HandshakeEvidence> = {}, details = {}): Input =>
      outbound(stream, more, { loss, ...details });
    const finding = the(gap(), 'path.blackhole-outbound');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('1448 bytes on the way to the server never came');
    // Given up by the client after a while, or at once.
    const closed = { end: 'closed', reply: 'closed', endedBy: 'client' } as const;
    expect(ids(gap(closed, { endedAt: after(20) }))).to.deep.equal(['path.blackhole-outbound']);
    expect(ids(gap(closed, { endedAt: after(1) }))).to.deep.equal([]);
    // The server acknowledged it: lost by the capture alone.
    expect(ids(gap({ sent: { ...lostHello, ...stream, acked: 1705 } }))).not.to.include('path.blackhole-outbound');
    expect(ids(gap({ completeness: 'snapped' }))).to.deep.equal([]);
    expect(ids(gap({ end: 'complete' }))).to.deep.equal([]);
  });

  it('is found after the handshake too', () => {
    const bulk = { sent: { ...lostHello, acked: 900, largestAcked: 700 } };
    expect(ids(single({ ...seen.complete(), ...bulk }))).to.deep.equal(['path.blackhole-outbound']);
  });

  it('is less sure when ICMP announced the MTU and did not help', () => {
    const icmp = [{ type: 3, code: 4, from: '203.0.113.1', mtu: 1454 }];
    const finding = the(outbound({}, { path: { ...path, icmp } }), 'path.blackhole-outbound');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('ICMP 3/4 from 203.0.113.1 did not help');
  });
});

describe('diagnose: black hole on the way from the server', () => {
  it('is likely at the side of the server by large segments that are sent again while the last is selectively acknowledged', () => {
    const finding = the(inbound(), 'path.blackhole-inbound');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('a segment of 1448 bytes to the client');
    expect(ids(inbound())).to.deep.equal(['path.blackhole-inbound']);
    expect(the(inbound({ tailSacked: false, largestAcked: 99 }), 'path.blackhole-inbound').confidence).to.equal(
      'likely',
    );
    expect(ids(inbound({ tailSacked: false }))).to.deep.equal(['handshake.silent']);
  });

  const gap = (more: Partial<HandshakeEvidence> = {}, stream: Partial<StreamEvidence> = {}): Input =>
    inbound({ bytes: 494, lostSegment: null, retransmitted: 0, ...stream }, { missingInbound: 4344, ...more });

  it('is proven at the side of the client by an acknowledged hello and a gap that is never filled', () => {
    const finding = the(gap(), 'path.blackhole-inbound');
    expect(finding.confidence).to.equal('proven');
    expect(finding.evidence[0]?.text)
      .to.include('4344 bytes on the way to the client never came')
      .and.include('the client acknowledged later bytes (SACK)');
    expect(ids(gap())).to.deep.equal(['path.blackhole-inbound']);
  });

  it('is likely when a single packet is missing, whose content may be to blame', () => {
    expect(the(gap({ missingInbound: 1448 }), 'path.blackhole-inbound').confidence).to.equal('likely');
    expect(the(gap({ missingInbound: 1449 }), 'path.blackhole-inbound').confidence).to.equal('proven');
  });

  it('is likely when it is not known that the hello arrived', () => {
    const sent = { ...still, acked: null };
    expect(the(gap({ sent }), 'path.blackhole-inbound').confidence).to.equal('likely');
  });

  it('is not claimed without SACK, of a gap that full segments cross, or in a partial view', () => {
    expect(ids(gap({}, { tailSacked: false }))).to.deep.equal(['handshake.silent']);
    expect(ids(gap({}, { largestAcked: 1448 }))).to.deep.equal(['handshake.silent']);
    for (const completeness of ['one-sided', 'snapped', 'mid-stream'] as const) {
      expect(ids(gap({ completeness }))).to.deep.equal([]);
    }
    expect(ids(gap({ missingInbound: 0 }))).to.deep.equal(['handshake.silent']);
  });

  it('explains a stalled answer, which then has no finding of its own', () => {
    const stalled = { ...answered(), end: 'silent' } as const;
    expect(ids(gap(stalled))).to.deep.equal(['path.blackhole-inbound']);
    expect(ids(single(seen.stalled()))).to.deep.equal(['handshake.silent']);
  });

  it('takes repaired loss for what it is', () => {
    const repaired = { ...still, bytes: 4838, acked: 4838, retransmitted: 1448, tailSacked: true, largestAcked: 1448 };
    expect(ids(single({ ...seen.complete(), inbound: repaired }))).to.deep.equal([]);
  });
});

describe('diagnose: announced MTU and MSS', () => {
  const heard = (from: string, type: number, code: number): Partial<HandshakeEvidence> => ({
    path: { ...path, icmp: [{ type, code, from, mtu: 1454 }] },
  });

  it('tells of an MTU that was announced and obeyed', () => {
    const finding = the(single({ ...seen.complete(), ...heard('203.0.113.1', 3, 4) }), 'path.mtu-reduced');
    expect(finding).to.include({ severity: 'info', confidence: 'proven' });
    expect(finding.evidence[0]?.text).to.include('ICMP 3/4 from 203.0.113.1: MTU 1454; the handshake went on');
    expect(ids(single({ ...seen.complete(), ...heard('2001:db8::9', 2, 0) }))).to.deep.equal(['path.mtu-reduced']);
  });

  it('takes no other ICMP for it', () => {
    expect(ids(single({ ...seen.complete(), ...heard('203.0.113.1', 11, 0) }))).to.deep.equal([]);
    expect(ids(single({ ...seen.complete(), ...heard('2001:db8::9', 3, 4) }))).to.deep.equal([]);
  });

  const mss = (announcedMss: number | null, peerMss: number | null, details = {}, more = {}): Input =>
    single({ ...seen.complete(), path: { ...path, announcedMss, peerMss, ...more } }, details);

  it('names the likely clamp when one SYN announces less than the other and than Ethernet', () => {
    for (const [value, name] of [
      [1414, "FLET'S"],
      [1452, 'PPPoE'],
      [1380, 'ASA'],
    ] as const) {
      for (const input of [mss(1460, value), mss(value, 1460)]) {
        const finding = the(input, 'path.mss-clamped');
        expect(finding).to.include({ severity: 'info', confidence: 'likely', subject: `MSS ${value}` });
        expect(finding.evidence[0]?.text).to.include(name);
      }
    }
    const unusual = the(mss(1460, 1399), 'path.mss-clamped');
    expect(unusual.evidence[0]?.text).to.match(/SYN-ACK with MSS 1399$/);
    expect(unusual.confidence, 'the host may announce it by itself').to.equal('possible');
  });

  it('takes no MSS for a clamp that we announced on purpose in a recording of ours', () => {
    const own = { attempt: 'a7', probing: true, mss: 1414, left: true };
    expect(ids(mss(1414, 1460, { own }))).to.deep.equal([]);
    expect(ids(mss(1460, 1414, { own: { ...own, mss: null } }))).to.deep.equal(['path.mss-clamped']);
  });

  it('tells a usual clamp that both announce, which may be the MTU of both as well', () => {
    const finding = the(mss(1414, 1414), 'path.mss-clamped');
    expect(finding).to.include({ confidence: 'possible', subject: 'MSS 1414' });
    expect(finding.evidence[0]?.text).to.include('SYN and SYN-ACK with MSS 1414');
    expect(ids(mss(1410, 1410))).to.deep.equal([]);
  });

  it('finds no clamp where one is unknown, or the lower is what Ethernet has room for', () => {
    expect(ids(mss(null, 1414))).to.deep.equal([]);
    expect(ids(mss(8960, 1460))).to.deep.equal([]);
    expect(ids(mss(65_476, 1440, { server: { address: '2001:db8::1', port: 443 } }))).to.deep.equal([]);
  });

  it('lets a learned MTU explain it', () => {
    const icmp = [{ type: 3, code: 4, from: '203.0.113.1', mtu: 1454 }];
    expect(ids(mss(1460, 1414, {}, { icmp }))).to.deep.equal(['path.mtu-reduced']);
  });
});

describe('diagnose: fragments', () => {
  const fragments = (seenCount: number, incomplete: number, more = {}, later = true): Input =>
    single(
      { ...seen.complete(), ...more },
      {
        loss: {
          retransmissions: 0,
          missingBytes: { client: 0, server: 0 },
          icmp: [],
          fragments: { seen: seenCount, incomplete, later },
        },
      },
    );

  it('are likely dropped when of several datagrams only one fragment each comes', () => {
    expect(the(fragments(3, 3), 'path.fragments-dropped')).to.include({ confidence: 'likely', severity: 'medium' });
    // A filter on ports may have kept them out of the capture.
    const filtered = the(fragments(3, 3, {}, false), 'path.fragments-dropped');
    expect(filtered).to.include({ confidence: 'possible', severity: 'low' });
    expect(filtered.evidence[0]?.text).to.include('capture filter');
    expect(ids(fragments(6, 6, seen.silent(), false))).to.deep.equal(['handshake.silent', 'path.fragments-dropped']);
    expect(the(fragments(1, 1), 'path.fragments-dropped').confidence).to.equal('possible');
    expect(the(fragments(9, 2), 'path.fragments-dropped').confidence).to.equal('possible');
    expect(ids(fragments(4, 0))).to.deep.equal([]);
    // They explain a silent server, and a gap in the stream.
    expect(ids(fragments(6, 6, { ...seen.silent(), sent: { ...lostHello, lostSegment: null } }))).to.deep.equal([
      'path.fragments-dropped',
    ]);
    expect(ids(fragments(3, 3, { completeness: 'snapped' }))).to.deep.equal([]);
  });
});
