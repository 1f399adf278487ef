/** The fast lane may only ever save time: whatever it takes in, the long way would have come to the same. */

import { expect } from 'chai';
import { array, assert, boolean, constant, constantFrom, integer, oneof, property, record } from 'fast-check';
import { type Interest, interest } from '../../../lib/capture/flow/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import {
  clientSeq,
  datagramOf,
  flag,
  type Segment,
  sackOption,
  serverSeq,
  type Told,
  timestamps,
  Wire,
} from './wire.ts';

/** A wire whose segments all go the way of the unusual ones. */
class LongWire extends Wire {
  override send(...segments: Segment[]): this {
    for (const segment of segments) {
      this.packet.number++;
      this.packet.time++;
      this.tracker.segment(datagramOf(segment), false);
    }
    return this;
  }
}

/** A wire whose packets are whole Ethernet frames of one file, and go through the fast lane. */
class LaneWire extends Wire {
  /** Segments that went the long way. */
  long = 0;
  readonly #file = new Uint8Array(2 ** 18);
  #used = 0;
  readonly #lane = this.tracker.lane({ unread: () => false });

  override send(...segments: Segment[]): this {
    const { packet } = this;
    if (packet.bytes !== this.#file) packet.setBuffer(this.#file);
    for (const segment of segments) {
      const frame = frameOf(segment);
      const start = this.#used;
      const end = start + frame.length;
      this.#file.set(frame, start);
      this.#used = end;
      Object.assign(packet, { number: packet.number + 1, time: packet.time + 1, start, end, length: frame.length });
      if (this.#lane.offer()) continue;
      this.long++;
      this.tracker.segment(datagramOf(segment));
    }
    return this;
  }
}

function frameOf(segment: Segment): Uint8Array {
  const d = datagramOf(segment);
  const total = 20 + d.end + d.missing;
  const address = (word: number): number[] => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255];
  return concat(
    Uint8Array.from([...Array.from({ length: 12 }, () => 2), 8, 0]),
    Uint8Array.from([0x45, 0, total >> 8, total & 255, 0, d.id, 0x40, 0, d.ttl, 6, 0, 0]),
    Uint8Array.from([...address(d.source3), ...address(d.destination3)]),
    d.bytes.subarray(0, d.end),
  );
}

/** What must not depend on the way: all but the segments that a handler which waits for handshakes need not be told. */
function essence(told: readonly Told[]): Told[] {
  return told.filter((event) => !('bytes' in event) || event.bytes.startsWith('\x16'));
}

const piece = record({
  from: constantFrom('client' as const, 'server' as const),
  /** Mostly the next byte; otherwise before or behind it. */
  jump: oneof({ weight: 8, arbitrary: constant(0) }, { weight: 2, arbitrary: integer({ min: -60, max: 60 }) }),
  data: constantFrom('', '', 'plain', 'x'.repeat(40), '\x16\x03\x01\x00\x05\x01', 'y'.repeat(1200)),
  ackBack: oneof({ weight: 6, arbitrary: constant(0) }, integer({ min: -100, max: 100 })),
  acks: boolean(),
  options: constantFrom([], [], timestamps, [1, 1, 1, 1], sackOption([clientSeq + 20, clientSeq + 40])),
  flags: oneof({ weight: 20, arbitrary: constantFrom(0, flag.psh) }, constantFrom(flag.fin, flag.rst, flag.syn)),
  window: constantFrom(0, 500, 64_240),
  snapped: oneof({ weight: 9, arbitrary: constant(0) }, constant(3)),
});
const wants = constantFrom<Interest>(interest.none, interest.handshakes, interest.laterHandshakes, interest.stream);

describe('fast lane of TCP segments', () => {
  it('comes to the same facts, events and counts as the long way', () => {
    let [sent, slow] = [0, 0];
    assert(
      property(array(piece, { maxLength: 60 }), boolean(), wants, (pieces, synSeen, wanted) => {
        const [long, lane] = [new LongWire(), new LaneWire()];
        for (const wire of [long, lane]) {
          wire.wants = () => wanted;
          const next = { client: clientSeq + 1, server: serverSeq + 1 };
          if (synSeen) wire.connect();
          for (const { from, jump, data, ackBack, acks, snapped, ...rest } of pieces) {
            const other = from === 'client' ? 'server' : 'client';
            const cut = Math.min(snapped, data.length);
            const seq = next[from] + jump;
            wire.send({ ...rest, from, seq, data, snapped: cut, ...(acks ? { ack: next[other] - ackBack } : {}) });
            if (jump === 0) next[from] += data.length;
          }
          wire.finish();
        }
        sent += lane.packet.number;
        slow += lane.long;
        expect(essence(lane.told)).to.deep.equal(essence(long.told));
        expect(lane.counters.toJSON()).to.deep.equal(long.counters.toJSON());
        expect(lane.tracker.flows).to.equal(long.tracker.flows);
      }),
      { numRuns: 1500, seed: 4 },
    );
    expect(slow).to.be.lessThan(sent / 2);
  });

  it('works on packets in their order, those between that go the long way included', () => {
    const wire = new LaneWire();
    wire.connect().data(0, 'one ').acked(4).data(4, 'two ');
    wire.send({ seq: clientSeq + 13, data: 'four' }, { seq: clientSeq + 9, data: 'six ' });
    wire.data(16, 'end').finish();
    expect(wire.stream(0)).to.equal('one two six fourend');
    expect(wire.told.map((event) => ('bytes' in event ? event.packet : null))).to.deep.equal([4, 6, 8, 7, 9, null]);
    expect(wire.packet).to.include({ number: 9, time: 9 });
  });

  it('tells the handler of what may begin a handshake, and of nothing else that it may miss', () => {
    const wire = new LaneWire();
    wire.wants = () => interest.handshakes;
    wire.connect().data(0, 'first').acked(5).data(5, 'plain').data(10, '\x16\x03\x01').data(13, 'plain').finish();
    expect(wire.stream(0)).to.equal('first\x16\x03\x01');
  });

  it('has flows begin with any segment, and reads what a direction sends first', () => {
    const [long, lane] = [new LongWire(), new LaneWire()];
    for (const wire of [long, lane]) {
      wire
        .data(0, 'in the middle')
        .acked(13)
        .send({ from: 'server', seq: serverSeq + 1, data: 'answers' })
        .finish();
    }
    expect(lane.story).to.equal('in the middleanswers[capture-end]');
    expect(lane.told).to.deep.equal(long.told);
    expect(lane.long).to.equal(0);
  });
});
