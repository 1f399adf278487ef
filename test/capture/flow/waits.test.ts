/** Data that waits for missing bytes is in the way: the last moment for a handler to say that it does not want it. */

import { expect } from 'chai';
import { interest } from '../../../lib/capture/flow/index.ts';
import type { CaptureLimits } from '../../../lib/capture/limits.ts';
import { clientSeq, datagramOf, flag, serverSeq, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;
const x = (length: number): string => 'x'.repeat(length);

/** A handler that wants nothing of the client any more as soon as it is told that something waits. */
class Doubtful extends Wire {
  readonly asked: number[] = [];

  constructor(limits: Partial<CaptureLimits> = {}) {
    super(limits);
    this.onWaits = (flow) => {
      this.asked.push(flow);
      this.tracker.want(flow, 0, interest.none);
    };
  }

  /** Both sides' FINs, the client's after so many bytes. */
  fins(bytes: number): this {
    return this.send(
      { seq: c + bytes, ack: s, flags: flag.fin },
      { from: 'server', seq: s, ack: c + bytes + 1, flags: flag.fin },
    );
  }
}

describe('A handler that may want no more', () => {
  it('is told at the FINs, and the flow ends with them when that is so', () => {
    const wire = new Doubtful().connect().data(0, 'a').data(3, 'def').fins(6);
    expect(wire.story).to.equal('a[closed]');
    expect(wire.asked).to.deep.equal([0]);
    expect(wire.facts.directions[0]).to.include({ bytes: 4, missing: 2 });
  });

  it('is not told where nothing waits', () => {
    const wire = new Doubtful().connect().data(3, 'def').data(0, 'abc').fins(6);
    expect(wire.story).to.equal('abcdef[closed]');
    expect(wire.asked).to.deep.equal([]);
  });

  it('is told when a direction has too much, in bytes or in pieces, and nothing of it is given up then', () => {
    const wire = new Doubtful({ unorderedBytesPerDirection: 10 })
      .connect()
      .data(2, x(6))
      .data(9, 'yyyy')
      .data(13, 'zzz');
    expect(wire.asked).to.deep.equal([0]);
    expect(wire.data(0, 'ab').story).to.equal('');
    expect(wire.counters.toJSON()).to.deep.equal({});
    expect(wire.facts.directions[0]).to.include({ bytes: 15, missing: 1 });

    const many = new Doubtful().connect();
    const d = datagramOf({ seq: 0, data: 'x' });
    const view = new DataView(d.bytes.buffer);
    for (let i = 0; many.asked.length === 0 && i < 40_000; i++) {
      many.packet.number++;
      view.setUint32(4, c + 1 + i);
      many.tracker.segment(d);
    }
    expect(many.facts.directions[0]).to.include({ bytes: 32_769, missing: 1 });
    expect(many.counters.toJSON()).to.deep.equal({});
  });

  it('is told of all flows when all together have too much, of each once unless more waits', () => {
    const ports = Array.from({ length: 12 }, (_, i) => i + 1);
    const flows = ports.map((port) => port - 1);
    const play = (wire: Wire): void => {
      for (const clientPort of ports) wire.connect([], clientPort).send({ seq: c + 1, data: x(2_000), clientPort });
    };
    const doubtful = new Doubtful({ unorderedBytes: 40_000 });
    play(doubtful);
    expect(doubtful.asked).to.deep.equal(flows);
    expect(doubtful.counters.toJSON()).to.deep.equal({});

    const insistent = new Wire({ unorderedBytes: 40_000 });
    const asked: number[] = [];
    insistent.onWaits = (flow) => asked.push(flow);
    play(insistent);
    expect(asked).to.deep.equal(flows);
    expect(insistent.counters.toJSON()).to.have.all.keys('unordered-limit');
    insistent.send({ seq: c + 5_000, data: x(20_000), clientPort: 12 });
    expect(asked.slice(flows.length)).to.deep.equal([11]);
  });

  it('may want a stream again, from the next byte on', () => {
    const wire = new Wire();
    wire.wants = () => interest.starts;
    wire.connect().data(0, 'a').data(2, 'c').data(3, 'd').data(4, 'e');
    wire.wants = () => interest.stream;
    wire.tracker.want(0, 0, interest.stream);
    wire.data(6, 'g').data(1, 'b').data(5, 'f');
    expect(wire.story).to.equal('acdefg');
    expect(wire.send({ seq: c + 7, flags: flag.fin }).finish().facts.directions[0]).to.include({ missing: 0 });
  });
});
