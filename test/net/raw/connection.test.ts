/** The state machine of a raw connection against a server in virtual time. */

import { expect } from 'chai';
import { array, assert, constant, integer, oneof, property, uint8Array } from 'fast-check';
import { destinationUnreachable, fragmentationNeeded, ipv4Packet, tcpFlag } from '../../../lib/capture/index.ts';
import { World, type WorldOptions } from './peer.ts';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7);
const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;

/** A world whose client has enough when `enough` bytes came. */
function talk(options: WorldOptions & { enough?: number }): World {
  const { enough = Number.POSITIVE_INFINITY, ...rest } = options;
  return new World({
    onDeliver: (world, received) => {
      if (received.length >= enough) world.connection.finish(world.now);
    },
    ...rest,
  });
}

describe('a raw connection', () => {
  it('opens with the options that were asked for', () => {
    const [syn] = talk({ via: { mss: 1300, window: 5000, ttl: 33 } }).run(1000).heard;
    expect(syn).to.deep.include({ mss: 1300, sackPermitted: true, window: 5000, ttl: 33, flags: tcpFlag.syn });
    expect(syn?.timestamps?.echo).to.equal(0);
    const [bare] = talk({ via: { mss: null, timestamps: false, sackPermitted: false } }).run(1000).heard;
    expect(bare).to.deep.include({ mss: null, sackPermitted: false, timestamps: null });
  });

  it('brings all bytes both ways over a line that loses, delays and reorders, and numbers that wrap', () => {
    const fate = oneof(constant(0), constant(0), constant(0), constant(null), integer({ min: 1, max: 80 }));
    assert(
      property(
        uint8Array({ minLength: 1, maxLength: 6000 }),
        uint8Array({ minLength: 1, maxLength: 9000 }),
        array(fate, { maxLength: 30 }),
        (hello, reply, fates) => {
          let trips = 0;
          const world = talk({
            via: { retransmissions: 15, mss: 900 },
            writes: [hello],
            reply,
            enough: reply.length,
            line: () => fates[trips++] ?? 0,
          }).run(400_000);
          expect(world.serverGot).to.deep.equal(hello);
          expect(world.received).to.deep.equal(reply);
          expect(world.connection.isOver).to.equal(true);
          expect(world.connection.view().missingInbound).to.equal(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('shows the shape of a large hello that the path loses', () => {
    const world = talk({ writes: [bytes(1800)], line: ({ size }) => (size > 1454 ? null : 0) }).run(20_000);
    const { sent, path, segments } = world.connection.view();
    expect(segments).to.deep.equal([1448, 352]);
    expect(sent).to.deep.equal({
      bytes: 1800,
      acked: 0,
      retransmitted: 3 * 1448,
      tailSacked: true,
      lostSegment: 1448,
      largestAcked: 352,
    });
    expect(path).to.deep.include({ peerMss: 1460, sendMss: 1448, timestamps: true, pathMtu: 1500, interfaceMtu: 1500 });
    expect(world.connection.lostAt()?.direction).to.equal('outbound');
  });

  it('shows the shape of a server flight that the path loses', () => {
    const world = talk({ writes: [bytes(300)], reply: bytes(4000), line: ({ size }) => (size > 1454 ? null : 0) }).run(
      3000,
    );
    const { sent, inbound, missingInbound } = world.connection.view();
    expect(sent.acked).to.equal(300);
    expect(inbound).to.deep.include({ bytes: 4000 - 2 * 1448, acked: 0, tailSacked: true, largestAcked: 1104 });
    expect(missingInbound).to.equal(2 * 1448);
    expect(world.connection.lostAt()).to.deep.include({ direction: 'inbound' });
    expect(world.heard.some(({ sack }) => sack.length > 0)).to.equal(true);
  });

  it('takes random losses for none', () => {
    const world = talk({
      writes: [bytes(5000)],
      reply: bytes(100),
      enough: 100,
      line: ({ from, count }) => (from === 'client' && count === 3 ? null : 0),
    }).run();
    const { sent } = world.connection.view();
    expect(sent).to.deep.include({
      acked: 5000,
      retransmitted: 1448,
      tailSacked: true,
      lostSegment: null,
      largestAcked: 1448,
    });
  });

  it('sends segments as asked for: second first, overlapping and repeated', () => {
    const segments = [
      { from: 100, to: 300 },
      { from: 0, to: 150 },
      { from: 0, to: 150, afterMs: 40 },
    ];
    const world = talk({ via: { segments }, writes: [bytes(200), bytes(100)] }).run(1000);
    const data = world.heard.filter(({ payload }) => payload.length > 0);
    expect(data.map(({ seq, payload }) => [(seq - 0xffff_ff01) >>> 0, payload.length])).to.deep.equal([
      [100, 200],
      [0, 150],
      [0, 150],
    ]);
    expect(world.serverGot).to.deep.equal(Uint8Array.from([...bytes(200), ...bytes(100)]));
  });

  it('gives single segments a TTL of their own', () => {
    const segments = [
      { from: 0, to: 10, ttl: 3 },
      { from: 10, to: 20 },
    ];
    const world = talk({ via: { segments }, writes: [bytes(20)] }).run(100);
    expect(world.heard.filter(({ payload }) => payload.length > 0).map(({ ttl }) => ttl)).to.deep.equal([3, 64]);
  });

  it('waits between writes', () => {
    const world = talk({ writes: [bytes(10), bytes(20)], gapMs: 500 }).run(400);
    expect(world.serverGot).to.have.length(10);
    expect(world.run(2000).serverGot).to.have.length(30);
  });

  describe('ends', () => {
    it('with FIN when the peer has everything, and waits for its FIN', () => {
      const world = talk({ writes: [bytes(300)], reply: bytes(50), enough: 50 }).run();
      expect(world.heard.some(({ flags }) => has(flags, tcpFlag.rst))).to.equal(false);
      expect(world.heard.filter(({ flags }) => has(flags, tcpFlag.fin))).to.have.length(1);
      expect(world.connection.isOver).to.equal(true);
    });

    it('with a RST that the peer must accept when it lacks something', () => {
      const world = talk({ writes: [bytes(1800)], line: ({ size }) => (size > 1454 ? null : 0) }).run(5000);
      world.connection.finish(world.now);
      world.run(1000);
      const last = world.heard.at(-1);
      expect(has(last?.flags ?? 0, tcpFlag.rst)).to.equal(true);
      expect(last?.seq, 'exactly what it expects').to.equal(0xffff_ff01);
    });

    it('with RST when the peer goes on sending after our FIN', () => {
      const world = talk({ writes: [bytes(300)], reply: bytes(20_000), enough: 50 }).run();
      expect(has(world.heard.at(-1)?.flags ?? 0, tcpFlag.rst)).to.equal(true);
      expect(world.received.length).to.be.lessThan(20_000);
    });

    it('when the peer closes, after all its bytes', () => {
      const world = talk({ writes: [bytes(300)], reply: bytes(5000), fin: true }).run();
      expect(world.log).to.deep.equal(['connected', 'closed']);
      expect(world.received).to.have.length(5000);
      expect(world.connection.isOver).to.equal(true);
    });

    it('as refused by a RST that answers the SYN, and by no other', () => {
      const world = talk({ line: ({ from }) => (from === 'server' ? null : 0) });
      world.later(5, () => world.inject(world.serverPacket(tcpFlag.rst | tcpFlag.ack, -1, 5)));
      world.run(20);
      expect(world.log).to.deep.equal([]);
      world.inject(world.serverPacket(tcpFlag.rst | tcpFlag.ack, -1, 0, undefined, 61));
      expect(world.log).to.deep.equal(['refused']);
      expect(world.connection.view().path.reset).to.deep.equal({ ttl: 61, ipId: 4242, window: 64_240 });
    });
  });

  describe('that hears a RST', () => {
    it('believes it when it has the next sequence number, and notes where it came from', () => {
      const world = talk({ writes: [bytes(300)] }).run(100);
      world.inject(world.serverPacket(tcpFlag.rst, 0, 0, undefined, 250));
      expect(world.log).to.deep.equal(['connected', 'reset']);
      expect(world.connection.view().path).to.deep.include({ synAck: { ttl: 57, ipId: 4242 } });
      expect(world.connection.view().path.reset).to.deep.equal({ ttl: 250, ipId: 4242, window: 64_240 });
    });

    it('asks about one elsewhere in the window, and ignores one outside (RFC 5961)', () => {
      const world = talk({ writes: [bytes(300)] }).run(100);
      const before = world.heard.length;
      world.inject(world.serverPacket(tcpFlag.rst, 1000, 0));
      expect(world.run(50).heard, 'a challenge ACK').to.have.length(before + 1);
      world.inject(world.serverPacket(tcpFlag.rst, 1_000_000, 0));
      world.inject(world.serverPacket(tcpFlag.rst, -5, 0));
      expect(world.run(50).heard).to.have.length(before + 1);
      expect(world.log).to.deep.equal(['connected']);
    });

    it('notes when the server goes on after it: somebody else sent it', () => {
      const world = talk({ writes: [bytes(300)] }).run(100);
      world.inject(world.serverPacket(tcpFlag.rst, 0, 0));
      world.inject(world.serverPacket(tcpFlag.ack, 0, 300, Uint8Array.from(bytes(10))));
      expect(world.connection.view().path.reset).to.deep.include({ contradicted: true });
      expect(world.run(1000).connection.isOver).to.equal(true);
    });
  });

  describe('that hears ICMP errors', () => {
    const quoting = (size: number, seq: number): Uint8Array => {
      const header = new Uint8Array(size - 20);
      const view = new DataView(header.buffer);
      view.setUint16(0, 40_000);
      view.setUint16(2, 443);
      view.setUint32(4, seq);
      return ipv4Packet({ source: '192.0.2.1', destination: '198.51.100.7', protocol: 6 }, header);
    };
    const from = (message: Uint8Array): Uint8Array =>
      ipv4Packet({ source: '203.0.113.9', destination: '192.0.2.1', protocol: 1 }, message);

    it('sends smaller segments when a router asks for them', () => {
      const world = talk({
        writes: [bytes(1800)],
        reply: bytes(5),
        enough: 5,
        line: ({ size }) => (size > 1454 ? null : 0),
      });
      world.later(40, () => world.inject(from(fragmentationNeeded(quoting(1500, 0xffff_ff01), 1454))));
      world.run();
      const { path, sent } = world.connection.view();
      expect(world.received).to.have.length(5);
      expect(path).to.deep.include({
        pathMtu: 1454,
        sendMss: 1402,
        icmp: [{ type: 3, code: 4, from: '203.0.113.9', mtu: 1454 }],
      });
      expect(sent).to.deep.include({ acked: 1800, lostSegment: null, largestAcked: 1402 });
    });

    it('does not believe one whose sequence number it never sent, or an MTU that cannot be', () => {
      const world = talk({ writes: [bytes(1800)], line: ({ size }) => (size > 1454 ? null : 0) }).run(100);
      world.inject(from(fragmentationNeeded(quoting(1500, 12_345), 1454)));
      expect(world.icmpSeen).to.deep.equal([]);
      world.inject(from(fragmentationNeeded(quoting(1500, 0xffff_ff01), 20)));
      expect(world.connection.view().path.pathMtu).to.equal(1500);
    });

    it('keeps at most twenty', () => {
      const world = talk({ writes: [bytes(10)] }).run(100);
      for (let i = 0; i < 30; i++) world.inject(from(destinationUnreachable(quoting(60, 0xffff_ff01), 13)));
      expect(world.connection.view().path.icmp).to.have.length(20);
    });
  });
});
