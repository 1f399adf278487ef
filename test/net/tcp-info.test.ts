import { expect } from 'chai';
import { parseTcpInfo, type TcpInfo } from '../../lib/net/tcp-info.ts';
import { TcpWatch } from '../../lib/net/tcp-watch.ts';

/** A struct tcp_info of `length` bytes in which every 32-bit field holds its own offset. */
function numbered(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (let offset = 0; offset + 4 <= length; offset += 4) view.setUint32(offset, offset, true);
  return bytes;
}

describe('struct tcp_info', () => {
  it('is read at the offsets of linux/tcp.h', () => {
    const info = parseTcpInfo(numbered(280));
    expect(info).to.include({
      sendMss: 16,
      receiveMss: 20,
      unacked: 24,
      sacked: 28,
      pathMtu: 60,
      rttUs: 68,
      announcedMss: 84,
      retransmissions: 100,
      notSent: 144,
      dataSegmentsSent: 156,
      outOfOrder: 224,
      sendWindow: 228,
    });
    expect(info?.bytesAcked).to.equal(124 * 2 ** 32 + 120);
    expect(info?.bytesReceived).to.equal(132 * 2 ** 32 + 128);
    expect(info?.bytesRetransmitted).to.equal(212 * 2 ** 32 + 208);
  });

  it('has null for what an older kernel does not fill, and never reads beyond the returned length', () => {
    expect(parseTcpInfo(numbered(104))).to.include({
      retransmissions: 100,
      bytesAcked: null,
      bytesReceived: null,
      notSent: null,
      dataSegmentsSent: null,
      bytesRetransmitted: null,
      outOfOrder: null,
      sendWindow: null,
    });
    for (let length = 0; length < 104; length++) expect(parseTcpInfo(numbered(length))).to.equal(null);
    for (let length = 104; length <= 280; length++) expect(parseTcpInfo(numbered(length))).not.to.equal(null);
  });

  it('has the options as flags, and time-outs of the first segment', () => {
    const bytes = numbered(104);
    bytes.set([1, 4, 3, 0, 0, 0b011], 0);
    expect(parseTcpInfo(bytes)).to.include({ timestamps: true, sackPermitted: true, timeouts: 3 });
  });
});

const established: TcpInfo = {
  timeouts: 0,
  timestamps: true,
  sackPermitted: true,
  sendMss: 1448,
  receiveMss: 536,
  unacked: 0,
  sacked: 0,
  pathMtu: 1500,
  rttUs: 10_000,
  announcedMss: 1448,
  retransmissions: 0,
  bytesAcked: 1,
  bytesReceived: 0,
  notSent: 0,
  dataSegmentsSent: 0,
  bytesRetransmitted: 0,
  outOfOrder: 0,
  sendWindow: 65_160,
};

const handed = { writes: [1800], isIpv6: false, interfaceMtu: 1500 };

/** Readings after the connection stood, each 10 ms or as given after the one before. */
function watched(...readings: readonly (Partial<TcpInfo> & { at?: number })[]): { watch: TcpWatch; now: number } {
  const watch = new TcpWatch(established);
  let now = 0;
  for (const { at, ...changes } of readings) {
    now = at ?? now + 10;
    watch.push({ ...established, ...changes }, now);
  }
  return { watch, now };
}

const inFlight = { unacked: 2, dataSegmentsSent: 2 };
const headLost = { unacked: 2, sacked: 1 };

describe('what TCP_INFO shows of a connection', () => {
  it('is a lost first segment when it was sent again twice while the tail was selectively acknowledged', () => {
    const { watch, now } = watched(
      inFlight,
      { ...headLost, dataSegmentsSent: 3, retransmissions: 1, bytesRetransmitted: 1448 },
      { ...headLost, dataSegmentsSent: 4, retransmissions: 2, bytesRetransmitted: 2896, timeouts: 1, at: 220 },
      { ...headLost, dataSegmentsSent: 5, retransmissions: 3, bytesRetransmitted: 4344, timeouts: 2, at: 620 },
    );
    expect(watch.lostAt(now)).to.equal(null);
    expect(watch.lostAt(now + 39), 'four round trips of 10 ms have not passed').to.equal(null);
    expect(watch.lostAt(now + 40)).to.equal('outbound');
    const { sent, segments } = watch.view(handed);
    expect(segments).to.deep.equal([1448, 352]);
    expect(sent).to.deep.equal({
      bytes: 1800,
      acked: 0,
      retransmitted: 4344,
      tailSacked: true,
      lostSegment: 1448,
      largestAcked: 352,
    });
  });

  it('is no loss when what was sent again was acknowledged in the end', () => {
    const { watch, now } = watched(
      inFlight,
      { ...headLost, dataSegmentsSent: 3, retransmissions: 1, timeouts: 1, at: 220 },
      { ...headLost, dataSegmentsSent: 4, retransmissions: 2, timeouts: 2, at: 620 },
      { bytesAcked: 1801, dataSegmentsSent: 4, retransmissions: 2, at: 630 },
    );
    expect(watch.lostAt(now + 1000)).to.equal(null);
    expect(watch.view(handed).sent).to.include({
      acked: 1800,
      lostSegment: null,
      largestAcked: 1448,
      tailSacked: true,
    });
  });

  it('does not take a tail loss probe for the first segment sent again', () => {
    const { watch, now } = watched(
      inFlight,
      { ...inFlight, dataSegmentsSent: 3, retransmissions: 1 },
      { ...inFlight, dataSegmentsSent: 4, retransmissions: 2, timeouts: 1, at: 300 },
    );
    expect(watch.lostAt(now + 5000)).to.equal(null);
  });

  it('names no segment where the counts do not fit the writes, or the MSS changed on the way', () => {
    const together = watched({ unacked: 1, dataSegmentsSent: 1 }).watch;
    expect(together.view({ ...handed, writes: [100, 300] }).segments).to.equal(null);
    const learned = watched({ bytesAcked: 1801, sendMss: 1402, pathMtu: 1454, dataSegmentsSent: 4 }).watch.view(handed);
    expect(learned.segments).to.equal(null);
    expect(learned.sent.largestAcked).to.equal(null);
    expect(learned.path).to.include({ pathMtu: 1454, interfaceMtu: 1500, sendMss: 1402 });
  });

  it('has a segment of the lost one’s size arrived as soon as more segments are acknowledged than are shorter', () => {
    const { sent } = watched({ unacked: 3, sacked: 2, dataSegmentsSent: 3 }).watch.view({ ...handed, writes: [4000] });
    expect(sent.largestAcked, 'of 1448, 1448 and 1104 bytes').to.equal(1448);
  });

  it('is a gap in the answer while bytes from behind it are there and nothing closes it', () => {
    const gap = { bytesAcked: 201, outOfOrder: 1, dataSegmentsSent: 1 };
    const open = watched({ bytesAcked: 201, dataSegmentsSent: 1 }, gap, { ...gap, at: 600 }).watch;
    expect(open.lostAt(700)).to.equal(null);
    expect(open.lostAt(800)).to.equal('inbound');
    expect(open.view({ ...handed, writes: [200] }).inbound).to.include({ bytes: 0, tailSacked: true });
    const closed = watched(gap, { ...gap, bytesReceived: 3000, at: 600 }).watch;
    expect(closed.lostAt(5000)).to.equal(null);
    expect(closed.view({ ...handed, writes: [200] }).inbound).to.include({ bytes: 3000, tailSacked: false });
  });

  it('has what the peer announced only where nothing else limits our segments', () => {
    const peerMss = (changes: Partial<TcpInfo>): number | null =>
      new TcpWatch({ ...established, ...changes }).view(handed).path.peerMss;
    expect(peerMss({ sendMss: 1388 })).to.equal(1400);
    expect(peerMss({ sendMss: 1448 }), 'the route allows no more').to.equal(null);
    expect(peerMss({ sendMss: 1188, announcedMss: 1188 }), 'we asked for no more ourselves').to.equal(null);
    expect(peerMss({ sendMss: 1012, sendWindow: 2048 }), 'half a small window').to.equal(null);
    expect(peerMss({ sendMss: 524 }), 'what is taken where none is announced').to.equal(null);
  });

  it('says nothing that an older kernel does not tell', () => {
    const old = { bytesAcked: null, bytesReceived: null, outOfOrder: null, dataSegmentsSent: null, notSent: null };
    const watch = new TcpWatch({ ...established, ...old, bytesRetransmitted: null });
    watch.push({ ...established, ...old, bytesRetransmitted: null, unacked: 1 }, 10);
    const { sent, inbound, segments } = watch.view(handed);
    expect(sent).to.include({ acked: null, retransmitted: null, lostSegment: null, largestAcked: null });
    expect(inbound).to.equal(null);
    expect(segments).to.equal(null);
  });
});
