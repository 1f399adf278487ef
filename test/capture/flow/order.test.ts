/** What a stream carried does not depend on how its segments came. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { interest } from '../../../lib/capture/flow/index.ts';
import { clientSeq, flag, type Segment, serverSeq, Wire } from './wire.ts';

const seed = { seed: 20_260_101, numRuns: 300 };

/** Segments of a stream of `length` bytes: all of it, some of it more than once, in any order. */
const shuffled = (length: number): fc.Arbitrary<{ start: number; end: number }[]> =>
  fc
    .record({
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: length - 1 }), { maxLength: 12 }),
      extra: fc.array(fc.tuple(fc.integer({ min: 0, max: length - 1 }), fc.integer({ min: 1, max: length })), {
        maxLength: 8,
      }),
    })
    .chain(({ cuts, extra }) => {
      const bounds = [0, ...cuts.toSorted((a, b) => a - b), length];
      const pieces = bounds.slice(1).map((end, i) => ({ start: bounds[i] as number, end }));
      const more = extra.map(([start, size]) => ({ start, end: Math.min(length, start + size) }));
      const all = [...pieces, ...more];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });

describe('TCP streams in order', () => {
  it('are the bytes that were sent, however they were cut, repeated and shuffled, also across sequence number 0', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }).chain((length) => fc.tuple(fc.constant(length), shuffled(length))),
        fc.constantFrom(clientSeq, 0, 0xffffffff, 0xfffffff0, 0x7ffffff8),
        ([length, segments], isn) => {
          const stream = text(length);
          const wire = new Wire().send({ seq: isn, flags: flag.syn });
          for (const { start, end } of segments) wire.send({ seq: isn + 1 + start, data: stream.slice(start, end) });
          expect(wire.stream(0)).to.equal(stream);
          expect(wire.story).to.equal(stream);
          const [facts] = wire.finish().facts.directions;
          const sent = segments.reduce((sum, { start, end }) => sum + end - start, 0);
          expect(facts).to.include({ bytes: length, missing: 0 });
          expect(facts.retransmittedBytes).to.be.at.most(sent - length);
          expect(wire.counters.toJSON()).to.deep.equal({});
        },
      ),
      seed,
    );
  });

  it('have each byte as it came first, when copies differ', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }).chain((length) => shuffled(length)),
        (segments) => {
          const first = new Map<number, string>();
          const wire = new Wire().send({ seq: clientSeq, flags: flag.syn });
          segments.forEach(({ start, end }, i) => {
            const letter = String.fromCharCode(65 + (i % 26));
            for (let at = start; at < end; at++) if (!first.has(at)) first.set(at, letter);
            wire.data(start, letter.repeat(end - start));
          });
          const expected = [...first]
            .sort(([a], [b]) => a - b)
            .map(([, letter]) => letter)
            .join('');
          expect(wire.stream(0)).to.equal(expected);
        },
      ),
      seed,
    );
  });

  it('lose nothing but what the capture does not hold: holes have the right size and place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }).chain((length) => fc.tuple(fc.constant(length), shuffled(length))),
        fc.integer({ min: 0, max: 7 }),
        ([length, segments], lost) => {
          const stream = text(length);
          const seen = Array.from({ length }, () => false);
          const wire = new Wire().send({ seq: clientSeq, flags: flag.syn });
          segments.forEach(({ start, end }, i) => {
            if (i % 8 === lost) return;
            seen.fill(true, start, end);
            wire.data(start, stream.slice(start, end));
          });
          const last = seen.lastIndexOf(true);
          const expected = stream.slice(0, last + 1).replace(/./g, (letter, at: number) => (seen[at] ? letter : '?'));
          const told = wire
            .finish()
            .story.replace('[capture-end]', '')
            .replace(/<(\d+)>/g, (_, n) => '?'.repeat(Number(n)));
          expect(told).to.equal(expected);
          const [facts] = wire.facts.directions;
          expect(facts.missing).to.equal(expected.split('?').length - 1);
          expect(facts.bytes).to.equal(last + 1 - facts.missing);
        },
      ),
      seed,
    );
  });

  it('are told with the packet that brought the bytes, not the one that released them', () => {
    const wire = new Wire().connect().data(5, 'world').data(0, 'hello');
    expect(wire.told).to.deep.equal([
      { bytes: 'hello', direction: 0, packet: 5, flow: 0 },
      { bytes: 'world', direction: 0, packet: 4, flow: 0 },
    ]);
    expect(wire.packet.number).to.equal(5);
  });

  it('are told segment by segment', () => {
    const wire = new Wire().connect().data(2, 'c').data(1, 'b').data(0, 'a');
    expect(wire.told).to.have.lengthOf(3);
  });

  it('are kept apart by direction', () => {
    const wire = new Wire().connect();
    wire
      .data(1, 'lient')
      .send({ from: 'server', seq: serverSeq + 1, ack: clientSeq + 1, data: 'server' })
      .data(0, 'c');
    expect(wire.stream(0)).to.equal('client');
    expect(wire.stream(1)).to.equal('server');
  });

  it('begin with data in the SYN', () => {
    const wire = new Wire().send({ seq: clientSeq, flags: flag.syn, data: 'fast ' }).data(5, 'open');
    expect(wire.stream(0)).to.equal('fast open');
    expect(wire.data(0, 'fast ').facts.directions[0].retransmittedBytes).to.equal(5);
  });

  it('begin with the first segment seen when there was no SYN; what lies before it is only counted', () => {
    const wire = new Wire().data(10, 'later').data(0, 'earlier').data(8, 'xxlate').data(15, '!');
    expect(wire.stream(0)).to.equal('later!');
    expect(wire.counters.toJSON()).to.deep.equal({ 'before-start': 2 });
    expect(wire.facts.initiator).to.equal(null);
  });

  it('begin with the next byte when the first segment seen was a keep-alive', () => {
    const wire = new Wire().data(9, '').data(10, 'data');
    expect(wire.stream(0)).to.equal('data');
    expect(wire.finish().facts.directions[0].missing).to.equal(0);
  });

  it('begin below acknowledgements that came first, where a side sends again what went by before the capture', () => {
    const wire = new Wire().data(10, '').data(0, 'sent again').data(10, ', and on');
    expect(wire.stream(0)).to.equal('sent again, and on');
    expect(wire.counters.toJSON()).to.deep.equal({});
    expect(wire.facts.directions[0]).to.include({ bytes: 18, missing: 0, retransmissions: 0 });
    const far = new Wire()
      .data(2 ** 20 + 2, '')
      .data(1, 'of long ago')
      .data(2 ** 20 + 2, 'now');
    expect(far.stream(0)).to.equal('now');
    expect(far.counters.toJSON()).to.deep.equal({ 'before-start': 1 });
  });

  it('begin behind the byte of a keep-alive that follows an acknowledgement', () => {
    const wire = new Wire().data(9, '').data(8, '\0').data(9, 'data');
    expect(wire.stream(0)).to.equal('data');
    expect(new Wire().data(9, '').data(8, '\0').data(4, 'again data').stream(0)).to.equal('again data');
  });

  it('begin below acknowledgements across sequence number 0, and keep what was acknowledged meanwhile', () => {
    const wire = new Wire();
    wire.send({ seq: 5, data: '', ack: serverSeq + 1 });
    wire.send({ from: 'server', seq: serverSeq + 1, ack: 5 });
    wire.send({ seq: -5, data: '0123456789', ack: serverSeq + 1 });
    expect(wire.stream(0)).to.equal('0123456789');
    expect(wire.facts.directions[0]).to.include({ bytes: 10, acked: 10 });
  });

  it('do without bytes of keep-alives', () => {
    const wire = new Wire().connect().data(0, 'abc').acked(3).data(2, '\0').data(2, '').data(3, 'def');
    expect(wire.stream(0)).to.equal('abcdef');
    expect(wire.facts.directions[0].retransmissions).to.equal(0);
  });

  it('stay whole when a zero window is probed', () => {
    const wire = new Wire().connect().data(0, 'abc');
    wire.send({ from: 'server', seq: serverSeq + 1, ack: clientSeq + 4, window: 0 });
    wire.data(3, 'd').data(3, 'd').data(3, 'd').data(3, 'd');
    wire.acked(3).data(3, 'def');
    expect(wire.stream(0)).to.equal('abcdef');
    expect(wire.facts.directions[0]).to.include({ retransmissions: 0, lostSegment: null });
  });

  it('are whole when only a copy of them was snapped', () => {
    const wire = new Wire().connect().data(0, 'hello');
    wire.send({ seq: clientSeq + 1, ack: serverSeq + 1, data: 'hello', snapped: 3 }).finish();
    expect(wire.facts.directions[0]).to.include({ bytes: 5, missing: 0, snapped: false });
  });

  it('have a hole where the capture was snapped', () => {
    const snap = (offset: number, data: string): Segment => ({ seq: clientSeq + 1 + offset, data, snapped: 3 });
    const wire = new Wire().connect().send(snap(0, 'abcxxx'), snap(12, 'ghixxx'), snap(6, 'defxxx'), snap(18, 'xxx'));
    expect(wire.story).to.equal('abc<3>def<3>ghi<3><3>');
    expect(wire.facts.directions[0]).to.include({ bytes: 21, missing: 12, missingAcked: 12, snapped: true });
  });

  it('do not go on after a FIN, nor for a single segment that is far out of window', () => {
    const wire = new Wire().connect().data(0, 'abc');
    wire.data(2 ** 30, 'stray').data(3, 'def');
    wire
      .send({ seq: clientSeq + 7, flags: flag.fin, ack: serverSeq + 1 })
      .data(6, 'ghi')
      .data(4, 'efghi');
    expect(wire.stream(0)).to.equal('abcdef');
    expect(wire.facts.directions[0]).to.include({ bytes: 6, missing: 0 });
    expect(wire.counters.toJSON()).to.deep.equal({ 'data-after-fin': 2, 'out-of-window': 1 });
  });

  it('go on far ahead when the next segment fits: the capture lost much', () => {
    const far = 2 ** 30;
    const wire = new Wire()
      .connect()
      .data(0, 'abc')
      .data(far, 'x')
      .data(far + 1, 'def')
      .finish();
    expect(wire.story).to.equal(`abc<${far + 1 - 3}>def[capture-end]`);
  });

  it('are placed by an acknowledgement that comes GiBs after the last one', () => {
    for (const steps of [5, 9, 17, 40]) {
      const wire = new Wire().connect().data(0, 'a').acked(1);
      const step = 2 ** 28;
      for (let i = 1; i <= steps; i++) wire.data(i * step, 'b');
      expect(wire.facts.directions[0]).to.include({ acked: 1, bytes: 1 + steps });
      wire.acked(steps * step + 1);
      const missing = steps * (step - 1);
      expect(wire.facts.directions[0]).to.include({ acked: steps * step + 1, missing, missingAcked: missing });
    }
  });

  it('count more than 4 GiB', () => {
    const wire = new Wire().connect();
    const step = 2 ** 27;
    for (let offset = 0; offset <= 2 ** 33; offset += step) wire.data(offset, 'x'.repeat(10)).acked(offset + 10);
    wire.wants = () => interest.none;
    wire.finish();
    expect(wire.facts.directions[0].acked).to.equal(2 ** 33 + 10);
    expect(wire.facts.directions[0].bytes).to.equal(65 * 10);
    expect(wire.facts.directions[0].missing).to.equal(2 ** 33 - 64 * 10);
  });
});

describe('What is wanted of a direction', () => {
  it('is nothing: segments are counted, and their order does not matter', () => {
    const wire = new Wire();
    wire.wants = () => interest.none;
    wire.connect().data(0, 'a').data(2, 'c').data(1, 'b').data(1, 'b').data(5, 'f').finish();
    expect(wire.story).to.equal('a[capture-end]');
    expect(wire.facts.directions[0]).to.include({ bytes: 4, retransmissions: 1, missing: 2, missingAcked: 0 });
  });

  it('is each new segment as it comes', () => {
    const wire = new Wire();
    wire.wants = () => interest.starts;
    wire.connect().data(0, 'a').data(4, 'ef').data(2, 'c').data(1, 'bcd').data(0, 'abcdef').data(6, 'g');
    expect(wire.story).to.equal('aefcbdg');
  });

  it('is the stream from the segment at hand on', () => {
    const wire = new Wire();
    wire.wants = (_, bytes) => (bytes === 'a' || bytes === 'early' ? interest.starts : interest.stream);
    wire.connect().data(0, 'a').data(10, 'HELLO').data(15, 'y').data(17, 'z').data(1, 'missed').data(16, 'w');
    expect(wire.story).to.equal('aHELLOywz');
  });

  it('is the stream from a segment on that came late: what was seen beyond it was not kept', () => {
    const wire = new Wire();
    wire.wants = (_, bytes) =>
      bytes === 'late' || bytes === null || bytes === 'next' ? interest.stream : interest.starts;
    wire.connect().data(0, 'a').data(5, 'seen').data(1, 'late').data(9, 'next').finish();
    expect(wire.story).to.equal('aseenlate<4>next[capture-end]');
    expect(wire.facts.directions[0].missing).to.equal(0);
  });

  it('may become each segment as it comes while some wait', () => {
    const wire = new Wire();
    wire.wants = (_, bytes) => (bytes === 'a' || bytes === 'c' ? interest.starts : interest.stream);
    wire.connect().data(2, 'c').data(6, 'g').data(0, 'a');
    expect(wire.story).to.equal('acg');
  });

  it('may become nothing while some wait', () => {
    const wire = new Wire();
    wire.wants = (_, bytes) => (bytes === 'a' ? interest.none : interest.stream);
    wire.connect().data(2, 'c').data(6, 'g').data(0, 'a').data(1, 'b').finish();
    expect(wire.story).to.equal('a[capture-end]');
    expect(wire.facts.directions[0]).to.include({ bytes: 4, missing: 3 });
  });
});

function text(length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90)))
    .join('')
    .replace(/[<>?[\]]/g, '.');
}
