/** What comes in any order, and what is sent until it is acknowledged: the two directions, each by itself. */

import { expect } from 'chai';
import { array, assert, boolean, integer, property, record, uint8Array } from 'fast-check';
import { Ranges } from '../../../lib/net/raw/ranges.ts';
import { Receiver } from '../../../lib/net/raw/receiver.ts';
import { RoundTrip } from '../../../lib/net/raw/round-trip.ts';
import { Sender, type SenderOptions } from '../../../lib/net/raw/sender.ts';
import { concat } from '../../../lib/wire/index.ts';

const range = record({ from: integer({ min: 0, max: 60 }), length: integer({ min: 0, max: 20 }) });

describe('ranges of a stream', () => {
  it('hold the same offsets as a set of numbers', () => {
    assert(
      property(array(range, { maxLength: 20 }), integer({ min: 0, max: 80 }), (parts, below) => {
        const ranges = new Ranges();
        const model = new Set<number>();
        for (const { from, length } of parts) {
          const before = model.size;
          for (let i = from; i < from + length; i++) model.add(i);
          expect(ranges.add(from, from + length)).to.equal(model.size - before);
        }
        ranges.dropBelow(below);
        for (const offset of model) if (offset < below) model.delete(offset);
        expect(ranges.size).to.equal(model.size);
        for (let offset = 0; offset < 90; offset++)
          expect(ranges.covers(offset, offset + 1), `offset ${offset}`).to.equal(model.has(offset));
        const list = ranges.list;
        for (const [i, { from }] of list.entries()) if (i > 0) expect(from).to.be.greaterThan(list[i - 1]?.to ?? -1);
      }),
    );
  });
});

describe('the receiving half of a raw connection', () => {
  const stream = Uint8Array.from({ length: 80 }, (_, i) => i);
  const received = (window = 1000): { receiver: Receiver; got: () => Uint8Array } => {
    let bytes: Uint8Array = new Uint8Array(0);
    const receiver = new Receiver({ window, largestSegment: 50, deliver: (more) => (bytes = concat(bytes, more)) });
    return { receiver, got: () => bytes };
  };

  it('delivers a prefix of the stream, whatever the order, overlap and repetition, and counts what is missing', () => {
    assert(
      property(array(range, { maxLength: 30 }), (parts) => {
        const { receiver, got } = received();
        const seen = new Set<number>();
        for (const { from, length } of parts) {
          const to = Math.min(80, from + length);
          receiver.take(from, stream.slice(from, to), false);
          for (let i = from; i < to; i++) seen.add(i);
        }
        let prefix = 0;
        while (seen.has(prefix)) prefix++;
        expect(got()).to.deep.equal(stream.subarray(0, prefix));
        const end = Math.max(0, ...[...seen].map((offset) => offset + 1));
        expect(receiver.next).to.equal(prefix);
        expect(receiver.distinct).to.equal(seen.size);
        expect(receiver.missing).to.equal(end - seen.size);
        for (const { from, to } of receiver.blocks(4))
          for (let i = from; i < to; i++) expect(seen.has(i)).to.equal(true);
      }),
    );
  });

  it('tells the block that grew last first, and not more blocks than asked for', () => {
    const { receiver } = received();
    for (const from of [10, 30, 50, 70, 20]) receiver.take(from, stream.slice(from, from + 5), false);
    expect(receiver.blocks(3)).to.deep.equal([
      { from: 20, to: 25 },
      { from: 70, to: 75 },
      { from: 50, to: 55 },
    ]);
  });

  it('is finished when the FIN and everything before it came', () => {
    const { receiver } = received();
    receiver.take(10, stream.slice(10, 20), true);
    expect(receiver.finished).to.equal(false);
    receiver.take(0, stream.slice(0, 10), false);
    expect(receiver.finished).to.equal(true);
  });

  it('counts the bytes before a FIN that came alone as missing', () => {
    const { receiver } = received();
    receiver.take(30, new Uint8Array(0), true);
    expect(receiver.missing).to.equal(30);
  });

  it('takes nothing from beyond its window', () => {
    const { receiver } = received(20);
    expect(receiver.take(21, stream.slice(21, 30), false)).to.equal(false);
    expect(receiver.distinct).to.equal(0);
  });

  it('does not say how large a segment was that the network card put together', () => {
    const { receiver } = received();
    receiver.take(0, stream.slice(0, 60), false);
    expect(receiver.largest).to.equal(null);
    receiver.take(60, stream.slice(60, 70), false);
    expect(receiver.largest).to.equal(10);
  });
});

describe('the sending half of a raw connection', () => {
  const sender = (options: Partial<SenderOptions> = {}): Sender => {
    const roundTrip = new RoundTrip();
    roundTrip.measured(10);
    return new Sender({ segmentSize: 100, window: 64_000, retransmissions: 3, roundTrip, ...options });
  };
  const drain = (from: Sender, now: number): [number, number][] => {
    const sent: [number, number][] = [];
    for (let next = from.next(now); next !== null; next = from.next(now)) sent.push([next.from, next.to]);
    return sent;
  };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

  it('sends full segments, and the rest in the last one with PSH', () => {
    const half = sender();
    half.append(bytes(250), 0);
    const [first, second, third] = [half.next(0), half.next(0), half.next(0)];
    expect([first, second, third].map((one) => [one?.payload.length, one?.push])).to.deep.equal([
      [100, false],
      [100, false],
      [50, true],
    ]);
    expect(half.next(0)).to.equal(null);
    expect(half.firstLengths).to.deep.equal([100, 100, 50]);
  });

  it('sends the head again after 0.2, 0.4 and 0.8 s, and then no more', () => {
    const half = sender();
    half.append(bytes(150), 0);
    drain(half, 0);
    const times: number[] = [];
    for (let at = half.deadline(); at !== null && times.length < 10; at = half.deadline()) {
      times.push(at);
      drain(half, at);
    }
    expect(times).to.deep.equal([200, 600, 1400, 3000]);
    expect(half.headSends).to.equal(4);
    expect(half.retransmitted).to.equal(300);
    expect(half.lostSegment).to.equal(100);
  });

  it('sends a segment again at once when a later one arrived', () => {
    const half = sender();
    half.append(bytes(150), 0);
    drain(half, 0);
    half.acknowledge(0, [{ from: 100, to: 150 }], 64_000, 20);
    expect(drain(half, 20)).to.deep.equal([[0, 100]]);
    expect(half.sawHole).to.equal(true);
    expect(half.largestAcked).to.equal(50);
  });

  it('does not take a segment for lost that was sent after the one that arrived', () => {
    const half = sender();
    half.append(bytes(150), 0, [
      { from: 100, to: 150, due: 0, asAsked: true },
      { from: 0, to: 100, due: 0, asAsked: true },
    ]);
    expect(drain(half, 0)).to.deep.equal([
      [100, 150],
      [0, 100],
    ]);
    half.acknowledge(0, [{ from: 100, to: 150 }], 64_000, 20);
    expect(drain(half, 20)).to.deep.equal([]);
  });

  it('keeps pauses that were asked for, also when an earlier segment was given up', () => {
    const half = sender({ retransmissions: 0 });
    half.append(bytes(100), 0, [
      { from: 0, to: 100, due: 0, asAsked: true },
      { from: 0, to: 100, due: 300, asAsked: true },
    ]);
    expect(drain(half, 0)).to.have.length(1);
    expect(drain(half, 250)).to.deep.equal([]);
    expect(half.deadline()).to.equal(300);
    expect(drain(half, 300)).to.have.length(1);
  });

  it('ignores an acknowledgement of what was never sent', () => {
    const half = sender();
    half.append(bytes(100), 0);
    drain(half, 0);
    expect(half.acknowledge(101, [], 64_000, 5)).to.equal(false);
    expect(half.acked).to.equal(0);
  });

  it('holds back what the peer has no room for', () => {
    const half = sender({ window: 250 });
    half.append(bytes(1000), 0);
    expect(drain(half, 0)).to.have.length(2);
    half.acknowledge(200, [], 250, 10);
    expect(drain(half, 10)).to.have.length(2);
  });

  it('has no more than ten segments under way at first', () => {
    const half = sender();
    half.append(bytes(3000), 0);
    expect(drain(half, 0)).to.have.length(10);
  });

  it('cuts anew what did not arrive when the path carries less', () => {
    const half = sender();
    half.append(bytes(250), 0);
    drain(half, 0);
    half.acknowledge(0, [{ from: 200, to: 250 }], 64_000, 10);
    drain(half, 10);
    half.shrink(60);
    expect(drain(half, 20)).to.deep.equal([
      [0, 60],
      [60, 100],
      [100, 160],
      [160, 200],
    ]);
    expect(half.firstLengths, 'sent again, not for the first time').to.deep.equal([100, 100, 50]);
  });

  it('leaves segments as they were asked for when the path carries less', () => {
    const half = sender();
    half.append(bytes(100), 0, [{ from: 0, to: 100, due: 0, asAsked: true }]);
    drain(half, 0);
    half.shrink(60);
    expect(drain(half, 10)).to.deep.equal([]);
  });

  it('does not blame the size of a segment that has a TTL of its own, or a copy', () => {
    const half = sender();
    half.append(bytes(200), 0, [
      { from: 0, to: 100, due: 0, asAsked: true, ttl: 1 },
      { from: 100, to: 200, due: 0, asAsked: true },
      { from: 100, to: 200, due: 0, asAsked: true },
    ]);
    drain(half, 0);
    for (let at = half.deadline(); at !== null; at = half.deadline()) drain(half, at);
    expect(half.headSends).to.be.greaterThan(2);
    expect(half.lostSegment).to.equal(null);
    half.acknowledge(200, [], 64_000, 9000);
    expect(half.largestAcked).to.equal(null);
  });

  it('brings every byte across a line that loses, repeats and reorders', () => {
    const trip = record({ lost: boolean(), order: integer({ min: 0, max: 3 }) });
    assert(
      property(uint8Array({ minLength: 1, maxLength: 900 }), array(trip, { maxLength: 40 }), (data, fates) => {
        const half = sender({ retransmissions: 100 });
        let got: Uint8Array = new Uint8Array(0);
        const receiver = new Receiver({
          window: 64_000,
          largestSegment: 100,
          deliver: (more) => (got = concat(got, more)),
        });
        half.append(data, 0);
        let trips = 0;
        let now = 0;
        for (let rounds = 0; half.acked < data.length; rounds++) {
          expect(rounds, 'rounds').to.be.lessThan(400);
          const under: { order: number; from: number; payload: Uint8Array }[] = [];
          for (let next = half.next(now); next !== null; next = half.next(now)) {
            const fate = fates[trips++];
            if (fate?.lost !== true) under.push({ order: fate?.order ?? 0, from: next.from, payload: next.payload });
          }
          for (const { from, payload } of under.sort((a, b) => a.order - b.order)) {
            receiver.take(from, payload, false);
            half.acknowledge(receiver.next, receiver.blocks(3), 64_000, now + 1);
          }
          now = Math.max(now + 1, half.acked < data.length ? (half.deadline() ?? now + 1) : now);
        }
        expect(got).to.deep.equal(data);
        expect(half.lostSegment).to.equal(null);
      }),
    );
  });
});
