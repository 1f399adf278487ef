/** How flows begin and end, and what the facts say of it. */

import { expect } from 'chai';
import { clientSeq, flag, mssOption, sackPermitted, serverSeq, timestamps, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;

describe('A TCP connection that comes up', () => {
  it('has the facts of both SYNs', () => {
    const wire = new Wire()
      .send({
        seq: clientSeq,
        flags: flag.syn,
        options: [...mssOption(1460), ...sackPermitted, ...timestamps.slice(2)],
      })
      .send({
        from: 'server',
        seq: serverSeq,
        ack: c,
        flags: flag.syn,
        options: [...mssOption(1414), ...timestamps],
        ttl: 57,
        id: 4_242,
      })
      .send({ seq: c, ack: s });
    expect(wire.tracker.cameUp(0)).to.equal(true);
    expect(wire.tracker.initiatorOf(0)).to.equal(0);
    expect(wire.facts).to.deep.include({
      a0: 0,
      a2: 0xffff,
      a3: 0x0a000001,
      b3: 0xc0a80001,
      portA: 40_000,
      portB: 443,
      initiator: 0,
      firstPacket: 1,
      lastPacket: 3,
      firstTime: 1,
      lastTime: 3,
      syns: 1,
      synPacket: 1,
      synAck: { packet: 2, time: 2, ttl: 57, ipId: 4_242 },
      synAcks: 1,
      mss: [1460, 1414],
      timestamps: true,
      sackPermitted: false,
      reset: null,
      fin: [false, false],
      firstFin: null,
      sentAfterFin: 0,
    });
    expect(wire.facts.directions[0]).to.deep.equal({
      seen: true,
      bytes: 0,
      acked: 0,
      retransmissions: 0,
      retransmittedBytes: 0,
      tailSacked: false,
      missing: 0,
      missingAcked: 0,
      lostSegment: null,
      largestAcked: null,
      snapped: false,
    });
  });

  it('is the same one when a SYN or SYN-ACK comes again', () => {
    const syn = { seq: clientSeq, flags: flag.syn };
    const synAck = { from: 'server', seq: serverSeq, ack: c, flags: flag.syn } as const;
    const wire = new Wire().send(syn, syn, syn, synAck, synAck, syn).data(0, 'x');
    expect(wire.story).to.equal('x');
    expect(wire.tracker.flows).to.equal(1);
    expect(wire.facts).to.deep.include({ syns: 4, synAcks: 2, synPacket: 1 });
    expect(wire.facts.synAck?.packet).to.equal(4);
    expect(wire.facts.directions.map(({ retransmissions }) => retransmissions)).to.deep.equal([3, 1]);
  });

  it('may be opened from both sides at once', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: serverSeq, flags: flag.syn },
      { seq: clientSeq, ack: s, flags: flag.syn },
      { from: 'server', seq: serverSeq, ack: c, flags: flag.syn },
    );
    wire.data(0, 'both');
    expect(wire.tracker.flows).to.equal(1);
    expect(wire.stream(0)).to.equal('both');
    expect(wire.facts.initiator).to.equal(0);
  });

  it('is known by its SYN-ACK when the SYN is not in the capture, or comes later', () => {
    const wire = new Wire().send({ from: 'server', seq: serverSeq, ack: c, flags: flag.syn, options: mssOption(1300) });
    expect(wire.facts).to.deep.include({ initiator: 1, syns: 0, synPacket: null, mss: [1300, null] });
    wire
      .data(3, 'lo')
      .send({ seq: clientSeq, flags: flag.syn, options: mssOption(1200) })
      .data(0, 'hel');
    expect(wire.tracker.flows).to.equal(1);
    expect(wire.stream(1)).to.equal('hello');
    expect(wire.facts).to.deep.include({ syns: 1, synPacket: 3, mss: [1300, 1200] });
    expect(wire.facts.directions[1].retransmissions).to.equal(0);
  });

  it('does not take a SYN-ACK that acknowledges something else', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: 77, ack: 123_456, flags: flag.syn },
    );
    expect(wire.tracker.cameUp(0)).to.equal(false);
    expect(wire.facts.synAck).to.equal(null);
    expect(wire.counters.toJSON()).to.deep.equal({ 'syn-ack-unexpected': 1 });
  });
});

describe('A TCP connection that does not come up', () => {
  it('is refused by a RST that acknowledges the SYN', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: 0, ack: c, flags: flag.rst, ttl: 250, id: 0, window: 0 },
    );
    expect(wire.endings).to.deep.equal(['reset']);
    expect(wire.facts.reset).to.deep.equal({
      from: 1,
      packet: 2,
      ttl: 250,
      ipId: 0,
      window: 0,
      refused: true,
      contradicted: false,
    });
    expect(wire.tracker.cameUp(0)).to.equal(false);
  });

  it('is not refused by a RST that acknowledges something else, or nothing', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: 0, ack: c + 1, flags: flag.rst },
      { from: 'server', seq: 0, flags: flag.rst },
      { from: 'server', seq: serverSeq, ack: c, flags: flag.syn },
    );
    expect(wire.endings).to.deep.equal([]);
    expect(wire.facts.reset).to.equal(null);
    expect(wire.counters.toJSON()).to.deep.equal({ 'reset-out-of-window': 2 });
  });

  it('stays one flow when a refused client asks again with the same number, and is a new flow with another', () => {
    const refusal = { from: 'server', seq: 0, ack: c, flags: flag.rst } as const;
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      refusal,
      { seq: clientSeq, flags: flag.syn },
      refusal,
    );
    expect(wire.tracker.flows).to.equal(1);
    wire.send({ seq: 9_999, flags: flag.syn }, { from: 'server', seq: 0, ack: 10_000, flags: flag.rst });
    expect(wire.tracker.flows).to.equal(2);
    expect(wire.endings).to.deep.equal(['reset', 'reset']);
    expect(wire.finish().endings).to.have.lengthOf(2);
  });

  it('ends as reused when its port is used for another attempt', () => {
    const wire = new Wire().send({ seq: clientSeq, flags: flag.syn });
    wire.packet.time += 60_000;
    wire.send({ seq: clientSeq + 5_000, flags: flag.syn }).finish();
    expect(wire.endings).to.deep.equal(['reused', 'capture-end']);
    expect(wire.told.map((event) => ('facts' in event ? event.facts.firstPacket : 0))).to.deep.equal([1, 2]);
  });
});

describe('A TCP connection ends', () => {
  const fins = (bytes: number) =>
    [
      { seq: c + bytes, ack: s, flags: flag.fin },
      { from: 'server', seq: s, ack: c + bytes + 1, flags: flag.fin },
      { seq: c + bytes + 1, ack: s + 1 },
    ] as const;

  it('once, when both sides closed', () => {
    const wire = new Wire()
      .connect()
      .data(0, 'abc')
      .send(...fins(3), ...fins(3))
      .finish();
    expect(wire.story).to.equal('abc[closed]');
    expect(wire.facts).to.deep.include({ fin: [true, true], firstFin: 0 });
    expect(wire.facts.directions[0]).to.include({ bytes: 3, acked: 3, missing: 0 });
  });

  it('not before late data came', () => {
    const wire = new Wire()
      .connect()
      .data(3, 'def')
      .send(...fins(6));
    expect(wire.endings).to.deep.equal([]);
    expect(wire.data(0, 'abc').story).to.equal('abcdef[closed]');
  });

  it('with the capture when data before a FIN never came', () => {
    const wire = new Wire()
      .connect()
      .data(3, 'def')
      .send(...fins(6))
      .finish();
    expect(wire.story).to.equal('<3>def[capture-end]');
    expect(wire.facts).to.deep.include({ fin: [true, true] });
    expect(wire.facts.directions[0]).to.include({ missing: 3, missingAcked: 3 });
  });

  it('with a FIN whose data is missing altogether', () => {
    const wire = new Wire()
      .connect()
      .send(...fins(6))
      .finish();
    expect(wire.story).to.equal('[capture-end]');
    expect(wire.facts.directions[0]).to.include({ bytes: 0, missing: 6, missingAcked: 6 });
  });

  it('with its data in the segment of the FIN', () => {
    const wire = new Wire().connect().send({ seq: c, ack: s, data: 'bye', flags: flag.fin });
    wire.send({ from: 'server', seq: s, ack: c + 4, data: 'bye!', flags: flag.fin });
    expect(wire.story).to.equal('byebye![closed]');
    expect(wire.facts.directions[0]).to.include({ acked: 3, bytes: 3 });
  });

  it('2 s after a RST, with the data of both sides that still came: a forged RST is followed by the real answer', () => {
    const wire = new Wire().connect().data(0, 'abc').data(6, 'ghi');
    wire
      .send({ from: 'server', seq: s, ack: c + 3, flags: flag.rst, data: 'junk' })
      .data(3, 'def')
      .send({ from: 'server', seq: s, ack: c + 9, data: 'certificate', flags: flag.fin });
    expect(wire.story).to.equal('abcdefghicertificate');
    wire.packet.time += 1_900;
    expect(wire.connect([], 7).endings).to.deep.equal([]);
    wire.packet.time += 100;
    expect(wire.connect([], 8).endings).to.deep.equal(['reset']);
    expect(wire.facts.reset).to.include({ from: 1, packet: 6, refused: false });
    expect(wire.facts).to.deep.include({ fin: [false, false], firstFin: null });
    expect(wire.data(9, 'late').finish().stream(0)).to.equal('abcdefghi');
    expect(wire.endings).to.deep.equal(['reset', 'capture-end', 'capture-end']);
  });

  it('by its RST also when something else lets it go, after what waits for a hole', () => {
    const reset = { from: 'server', seq: s, ack: c + 3, flags: flag.rst } as const;
    const broken = (limits = {}) => new Wire(limits).connect().data(0, 'abc').data(6, 'ghi').send(reset, reset);
    const captureEnd = broken().finish();
    expect(captureEnd.story).to.equal('abc<3>ghi[reset]');
    expect(captureEnd.facts.directions[0].missing).to.equal(3);
    expect(captureEnd.facts.reset?.packet).to.equal(6);
    const reused = broken().send({ seq: 70_000, flags: flag.syn });
    expect(reused.story).to.equal('abc<3>ghi[reset]');
    expect(reused.tracker.flows).to.equal(2);
    const reusedByServer = broken().send({ from: 'server', seq: 90, ack: 71, flags: flag.syn });
    expect(reusedByServer.story).to.equal('abc<3>ghi[reset]');
    const evicted = broken({ flows: 1 }).connect([], 7);
    expect(evicted.story).to.equal('abc<3>ghi[reset]');
    expect(evicted.counters.toJSON()).to.deep.equal({});
  });

  it('by its RST earlier when 4,096 flows wait for what follows theirs', () => {
    const wire = new Wire();
    for (let port = 1; port <= 4_097; port++) {
      const of = { clientPort: port };
      wire.packet.time = 0;
      wire.send({ ...of, seq: c, ack: s, data: 'a' }, { ...of, seq: c + 1, flags: flag.rst });
      if (port === 4_096) expect(wire.endings).to.have.lengthOf(0);
    }
    expect(wire.endings).to.have.lengthOf(1);
    expect(wire.facts.portA).to.equal(1);
    expect(wire.finish().endings).to.have.lengthOf(4_097);
  });

  it('not at a RST that its receiver would ignore', () => {
    const wire = new Wire().connect().data(0, 'abc').acked(3);
    wire.send({ seq: c + 2 ** 29, flags: flag.rst }, { seq: c - 500, flags: flag.rst }).data(3, 'def');
    expect(wire.story).to.equal('abcdef');
    expect(wire.counters.toJSON()).to.deep.equal({ 'reset-out-of-window': 2 });
  });

  it('once when a RST follows both FINs, and what comes later opens no new flow', () => {
    const wire = new Wire()
      .connect()
      .send(...fins(0))
      .send({ seq: c + 1, flags: flag.rst })
      .data(0, 'late')
      .finish();
    expect(wire.story).to.equal('[closed]');
    expect(wire.tracker.flows).to.equal(1);
  });

  it('when its ports are used again, after what waits', () => {
    const wire = new Wire()
      .connect()
      .data(3, 'def')
      .send({ seq: c + 6, flags: flag.rst });
    wire.send({ seq: 70_000, flags: flag.syn }, { seq: 70_001, data: 'new' }).finish();
    expect(wire.story).to.equal('<3>def[reset]new[capture-end]');
    expect(wire.tracker.flows).to.equal(2);
    expect(wire.facts.directions[0].bytes).to.equal(3);
  });

  it('and begins anew from the other side', () => {
    const wire = new Wire().connect().send(...fins(0));
    wire.send({ from: 'server', seq: 8, flags: flag.syn }, { seq: 90, ack: 9, flags: flag.syn });
    wire.send({ from: 'server', seq: 9, ack: 91, data: 'hi' }).finish();
    expect(wire.story).to.equal('[closed]hi[capture-end]');
    expect(wire.facts).to.include({ initiator: 0, portA: 443, a3: 0xc0a80001 });
  });

  it('and begins anew with a SYN-ACK when the SYN is not in the capture', () => {
    const wire = new Wire()
      .connect()
      .send(...fins(0))
      .send({ from: 'server', seq: 8, ack: 91, flags: flag.syn });
    wire.send({ seq: 91, ack: 9, data: 'again' });
    expect(wire.story).to.equal('[closed]again');
    expect(wire.tracker.flows).to.equal(2);
  });

  it('and stays over when a SYN-ACK with another number answers its SYN once more', () => {
    const wire = new Wire()
      .connect()
      .send(...fins(0))
      .send({ from: 'server', seq: 8, ack: c, flags: flag.syn })
      .finish();
    expect(wire.story).to.equal('[closed]');
    expect(wire.tracker.flows).to.equal(1);
  });

  it('in the order in which the flows began when the capture ends', () => {
    const wire = new Wire().connect([], 1).connect([], 2).connect([], 3);
    wire.packet.time += 60_000;
    wire.send({ seq: 1, flags: flag.syn, clientPort: 1 }, { seq: c, data: 'x', clientPort: 2 }).finish();
    const ends = wire.told.flatMap((event) => ('ended' in event ? [[event.facts.portA, event.ended]] : []));
    expect(ends).to.deep.equal([
      [1, 'reused'],
      [2, 'capture-end'],
      [3, 'capture-end'],
      [1, 'capture-end'],
    ]);
  });

  it('with both directions told in the order of their packets', () => {
    const wire = new Wire().connect();
    wire
      .data(1, 'one')
      .send({ from: 'server', seq: s + 1, ack: c, data: 'two' })
      .data(10, 'three')
      .finish();
    expect(wire.story).to.equal('<1>one<1>two<6>three[capture-end]');
  });
});
