/** Flows in numbers, and what hostile captures can make of them: bounded time and memory, everything given up is counted. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Interest, interest } from '../../../lib/capture/flow/index.ts';
import { clientSeq, datagramOf, flag, type Segment, serverSeq, Wire } from './wire.ts';

const c = clientSeq + 1;
const x = (length: number): string => 'x'.repeat(length);

describe('More flows than the limit', () => {
  it('evict the flow that was quiet longest, with what waits in it', () => {
    const wire = new Wire({ flows: 3 });
    for (const clientPort of [1, 2, 3]) wire.send({ seq: clientSeq, flags: flag.syn, clientPort });
    wire.send(
      { seq: c, data: 'a', clientPort: 1 },
      { seq: c + 4, data: 'b', clientPort: 2 },
      { seq: c, data: 'c', clientPort: 3 },
    );
    wire.send({ seq: c + 1, data: 'd', clientPort: 1 }, { seq: 0, flags: flag.syn, clientPort: 4 });
    expect(wire.story).to.equal('acd<4>b[evicted]');
    wire.send({ seq: 0, flags: flag.syn, clientPort: 5 }, { seq: 1, data: 'e', clientPort: 4 }).finish();
    const ends = wire.told.flatMap((event) => ('ended' in event ? [`${event.facts.portA} ${event.ended}`] : []));
    expect(ends).to.deep.equal(['2 evicted', '3 evicted', '1 capture-end', '4 capture-end', '5 capture-end']);
    expect(wire.counters.toJSON()).to.deep.equal({ 'flow-evicted': 2 });
    expect(wire.tracker.flows).to.equal(5);
  });

  it('evict those that are over without another word', () => {
    const wire = new Wire({ flows: 1 });
    wire.send({ seq: clientSeq, flags: flag.syn }, { from: 'server', seq: 0, ack: c, flags: flag.rst });
    wire.send({ seq: clientSeq, flags: flag.syn, clientPort: 2 });
    expect(wire.endings).to.deep.equal(['reset']);
    expect(wire.counters.toJSON()).to.deep.equal({});
  });

  it('are found again among thousands, whichever came and went', () => {
    const wire = new Wire({ flows: 1_000 });
    const alive = new Map<number, number>();
    const random = fc.sample(fc.integer({ min: 0, max: 2_999 }), { seed: 7, numRuns: 12_000 });
    let opened = 0;
    for (const port of random) {
      const sent = alive.get(port);
      if (sent === undefined) opened++;
      if (sent === undefined && alive.size === 1_000) alive.delete(alive.keys().next().value as number);
      alive.delete(port);
      alive.set(port, (sent ?? 0) + 1);
      wire.send({ seq: clientSeq + 1 + (sent ?? 0), data: 'x', clientPort: port });
    }
    expect(wire.tracker.flows).to.equal(opened);
    wire.told.length = 0;
    wire.finish();
    const bytes = wire.told.map((event) =>
      'facts' in event ? [event.facts.portA, event.facts.directions[0].bytes] : [],
    );
    expect(new Map(bytes as [number, number][])).to.deep.equal(alive);
  });
});

describe('More flows than the table has room for at first', () => {
  it('are all found again when it has grown', () => {
    const wire = new Wire();
    const flows = 20_000;
    for (const data of ['a', 'b']) {
      for (let clientPort = 1; clientPort <= flows; clientPort++) {
        wire.send({ seq: data === 'a' ? c : c + 1, data, clientPort });
      }
    }
    wire.told.length = 0;
    wire.finish();
    const ends = wire.told.flatMap((event) =>
      'facts' in event ? [[event.facts.portA, event.facts.directions[0].bytes, event.facts.firstPacket]] : [],
    );
    expect(ends).to.deep.equal(Array.from({ length: flows }, (_, i) => [i + 1, 2, i + 1]));
  });
});

describe('Data that waits for more than the limit', () => {
  it('is handed over after the hole when a direction has too much of it', () => {
    const wire = new Wire({ unorderedBytesPerDirection: 10 }).connect().data(2, x(6)).data(9, 'yyyy').data(13, 'zzz');
    expect(wire.story).to.equal('<2>xxxxxx');
    expect(wire.counters.toJSON()).to.deep.equal({ 'unordered-limit': 1 });
    wire.data(0, 'ab').data(8, '-').data(16, '!');
    expect(wire.stream(0)).to.equal('xxxxxx-yyyyzzz!');
    expect(wire.facts.directions[0]).to.include({ bytes: 17, missing: 0, retransmissions: 0 });
  });

  it('is handed over at once when it alone is too much', () => {
    const wire = new Wire({ unorderedBytesPerDirection: 0 }).connect().data(2, 'c').data(0, 'a').data(3, 'd');
    expect(wire.story).to.equal('<2>cd');
  });

  it('is handed over from where it waited longest when all together have too much', () => {
    const wire = new Wire({ unorderedBytes: 20_000 });
    for (const clientPort of [1, 2, 3, 4, 5]) {
      wire.connect([], clientPort).send({ seq: c + 1, data: `${clientPort}`.repeat(2_000), clientPort });
    }
    const first = wire.told.find((event) => 'bytes' in event);
    expect(first).to.include({ flow: 0, direction: 0, packet: 4 });
    expect(wire.counters.toJSON()).to.have.all.keys('unordered-limit');
    wire.finish();
    expect(wire.stream(0)).to.have.lengthOf(10_000);
  });

  it('leaves room for others when it is gone', () => {
    const wire = new Wire({ unorderedBytes: 40_000 });
    for (let clientPort = 1; clientPort <= 200; clientPort++) {
      const of = { clientPort };
      wire.connect([], clientPort).send({ ...of, seq: c + 1_000, data: x(1_000) }, { ...of, seq: c, data: x(1_000) });
      if (clientPort % 2 === 0) {
        wire.send({ ...of, seq: c + 3_000, data: x(1_000) }, { ...of, seq: c + 2_000, flags: flag.rst });
        // The flow is over when nothing can follow its RST any more.
        wire.packet.time += 2_000;
      }
    }
    expect(wire.counters.toJSON()).to.deep.equal({});
    expect(wire.finish().stream(0)).to.have.lengthOf(200 * 2_000 + 100 * 1_000);
  });

  it('gives up the oldest holes of a direction of which nothing is wanted', () => {
    const wire = new Wire({ unorderedBytes: 2_000 });
    wire.wants = () => interest.none;
    wire.connect().data(0, 'x');
    for (let i = 1; i < 200; i++) wire.data(2 * i, 'x');
    expect(wire.facts.directions[0]).to.include({ bytes: 200, missing: 199 });
    expect(wire.counters.toJSON()).to.have.all.keys('unordered-limit');
  });
});

describe('Hostile segments', () => {
  const bomb = (offsets: (i: number) => number, wants: Interest): Wire => {
    const wire = new Wire();
    wire.wants = () => wants;
    const d = datagramOf({ seq: 0, data: 'x' });
    const view = new DataView(d.bytes.buffer);
    wire.send({ seq: clientSeq, flags: flag.syn });
    for (let i = 0; i < 20_000; i++) {
      wire.packet.number++;
      view.setUint32(4, c + offsets(i));
      wire.tracker.segment(d);
    }
    return wire.finish();
  };

  for (const [name, offsets, holes] of [
    ['with holes between them', (i: number) => 2 * i + 1, 20_000],
    ['with holes between them, backwards', (i: number) => 2 * (20_000 - i) - 1, 20_000],
    ['with holes between them, shuffled', (i: number) => 2 * ((i * 7_919) % 20_000) + 1, 20_000],
    ['backwards', (i: number) => 19_999 - i, 0],
    ['shuffled', (i: number) => (i * 7_919) % 20_000, 0],
  ] as const) {
    it(`of one byte each, ${name}, are all handed over`, () => {
      for (const wants of [interest.stream, interest.starts]) {
        const wire = bomb(offsets, wants);
        expect(wire.stream(0)).to.have.lengthOf(20_000);
        expect(wire.facts.directions[0]).to.include({ bytes: 20_000, missing: holes });
        expect(wire.counters.toJSON()).to.deep.equal({});
      }
    });
  }

  it('that fill thousands of holes at once are quick', () => {
    const wire = new Wire().connect();
    for (let i = 1; i < 10_000; i++) wire.data(2 * i, 'x');
    for (let i = 9; i >= 0; i--) wire.data(2_000 * i, 'y'.repeat(2_000));
    const expected = Array.from({ length: 20_000 }, (_, at) => (at % 2 === 0 && at > 0 ? 'x' : 'y')).join('');
    expect(wire.finish().stream(0)).to.equal(expected);
  });

  it('that are cut or malformed are counted', () => {
    const wire = new Wire().connect();
    const good = Uint8Array.from(datagramOf({ seq: c, data: 'x', options: [1, 1, 1, 1] }).bytes);
    for (const offset of [0, 4, 15]) {
      const bad = good.slice();
      bad[12] = offset << 4;
      wire.sendRaw(bad);
    }
    wire
      .sendRaw(good.subarray(0, 19))
      .sendRaw(good.subarray(0, 19), 6)
      .sendRaw(new Uint8Array(0))
      .sendRaw(good.subarray(0, 22));
    expect(wire.counters.toJSON()).to.deep.equal({ 'header-cut': 1, 'tcp-malformed': 6 });
    wire.sendRaw(good.subarray(0, 22), 3);
    expect(wire.story).to.equal('<1>');
    expect(wire.facts.directions[0]).to.include({ bytes: 1, missing: 1, snapped: true });
  });

  it('never break what the handler is promised, whatever they are', () => {
    const number = fc.oneof(fc.integer({ min: 990, max: 1_030 }), fc.integer({ min: -20, max: 20 }), fc.integer());
    const segment: fc.Arbitrary<Segment> = fc.record(
      {
        from: fc.constantFrom('client', 'server'),
        seq: number,
        ack: number,
        flags: fc.oneof(fc.constant(0), fc.constantFrom(1, 2, 4, 18, 17, 20), fc.integer({ min: 0, max: 255 })),
        data: fc.integer({ min: 0, max: 12 }).map(x),
        window: fc.constantFrom(0, 1, 65_535),
        options: fc.uint8Array({ maxLength: 40 }).map((bytes) => [...bytes]),
        snapped: fc.constantFrom(0, 0, 0, 5),
        clientPort: fc.constantFrom(1, 2, 3),
        version: fc.constantFrom(4, 6),
      },
      { requiredKeys: ['seq', 'data'] },
    );
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 60 }),
        fc.array(fc.constantFrom<Interest>(0, 1, 1, 2, 2, 2, 2), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(1, 2, 8),
        (segments, answers, flows) => {
          const wire = new Wire({ flows, unorderedBytesPerDirection: 30, unorderedBytes: 3_000 });
          let asked = 0;
          wire.wants = () => answers[asked++ % answers.length] as Interest;
          for (const { snapped = 0, ...sent } of segments) {
            wire.send({ ...sent, snapped: Math.min(snapped, sent.data?.length ?? 0) });
          }
          wire.finish();
          const seen = wire.packet.number;
          wire.finish();
          expect(wire.packet.number).to.equal(seen);
          expect(wire.endings).to.have.lengthOf(wire.tracker.flows);
          for (const event of wire.told) {
            if ('hole' in event) expect(event.hole).to.be.above(0);
            if (!('facts' in event)) continue;
            const { directions, firstPacket, lastPacket } = event.facts;
            expect(firstPacket).to.be.within(1, lastPacket);
            for (const facts of directions) {
              expect(facts.bytes).to.be.within(0, 60 * 12);
              expect(facts.missingAcked).to.be.within(0, facts.missing);
              expect(facts.retransmittedBytes).to.be.within(0, 60 * 12);
              expect(facts.acked ?? 0).to.be.within(0, 2 ** 31 + 2 ** 26);
            }
          }
        },
      ),
      { seed: 41, numRuns: 800 },
    );
  });

  it('in a flood of half-open connections are bounded by the limit of flows', () => {
    const wire = new Wire({ flows: 2_000 });
    let ended = 0;
    wire.ended = () => void ended++;
    const d = datagramOf({ seq: 1, flags: flag.syn });
    for (let i = 0; i < 100_000; i++) {
      wire.packet.number++;
      d.source3 = i;
      wire.tracker.segment(d);
    }
    expect(wire.counters.toJSON()).to.deep.equal({ 'flow-evicted': 98_000 });
    expect(ended).to.equal(98_000);
    expect(wire.tracker.flows).to.equal(100_000);
  });

  it('of the server alone, without any of the client, are a stream', () => {
    const wire = new Wire().send({ from: 'server', seq: serverSeq, ack: c, data: 'half' }).finish();
    expect(wire.stream(0)).to.equal('half');
    expect(wire.facts).to.include({ portA: 443, initiator: null });
  });
});
