/** Whether the sender of a RST went on sending after it. */

import { expect } from 'chai';
import { clientSeq, flag, type Segment, serverSeq, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;

describe('A RST', () => {
  it('is contradicted when its sender sends new bytes beyond its number', () => {
    const contradicted = (reset: number, then: readonly (readonly [offset: number, data: string])[], before = '') => {
      const wire = new Wire().connect().data(0, 'abc');
      if (before !== '') wire.send({ from: 'server', seq: s, ack: c + 3, data: before });
      wire.send({ from: 'server', seq: s + reset, ack: c + 3, flags: flag.rst, ttl: 255, window: 65_535 });
      for (const [offset, data] of then) wire.send({ from: 'server', seq: s + offset, ack: c + 3, data });
      wire.finish();
      expect(wire.facts.reset).to.include({ ttl: 255, window: 65_535 });
      return wire.facts.reset?.contradicted;
    };
    expect(contradicted(0, [[0, 'answer']])).to.equal(true);
    expect(contradicted(4, [[0, 'answer']])).to.equal(true);
    expect(contradicted(5, [[5, 'more']], 'hello')).to.equal(true);
    expect(contradicted(0, [[5, 'more']], 'hello')).to.equal(true);
    // Captured late: it had been sent before.
    expect(contradicted(6, [[0, 'answer']])).to.equal(false);
    expect(contradicted(9, [[0, 'answer']], 'ans')).to.equal(false);
    // The RST of a closed socket has the number that the client acknowledges.
    expect(contradicted(0, [], 'hello')).to.equal(false);
    expect(contradicted(0, [[0, 'hello']], 'hello')).to.equal(false);
    expect(contradicted(0, [])).to.equal(false);
  });

  it('is not contradicted where numbers were not known or began anew, or the other side goes on', () => {
    const reset = { from: 'server', seq: s, ack: c + 3, flags: flag.rst } as const;
    const answer = { from: 'server', seq: s + 40, ack: c + 3, data: 'answer' } as const;
    const unknown = new Wire().data(0, 'abc').send(reset, answer).finish();
    expect(unknown.facts.reset?.contradicted).to.equal(false);
    const clientOnly = new Wire().connect().data(0, 'abc').send(reset).data(3, 'def').finish();
    expect(clientOnly.facts.reset?.contradicted).to.equal(false);
    const again = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: serverSeq, ack: c, flags: flag.syn },
      { from: 'server', seq: s, flags: flag.rst },
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: serverSeq + 777, ack: c, flags: flag.syn },
      { seq: c, ack: s + 777, data: 'abc' },
      { from: 'server', seq: s + 777, ack: c + 3, data: 'answer' },
    );
    expect(again.finish().facts.reset?.contradicted ?? false).to.equal(false);
  });
});

describe('A SYN is refused', () => {
  const opening: Segment = { seq: clientSeq, flags: flag.syn };
  const refusal: Segment = { from: 'server', seq: 0, ack: clientSeq + 1, flags: flag.rst };

  it('by a RST that the capture has before it', () => {
    const wire = new Wire().send(refusal, opening);
    expect(wire.endings).to.deep.equal(['reset']);
    expect(wire.facts).to.include({ initiator: 1, syns: 1 });
    expect(wire.facts.reset).to.include({ from: 0, packet: 1, refused: true });
    expect(wire.tracker.flows).to.equal(1);
  });

  it('not by a RST that is about another SYN, or its own', () => {
    for (const before of [
      { ...refusal, ack: 7 },
      { seq: 9, ack: clientSeq + 1, flags: flag.rst },
    ]) {
      const wire = new Wire().send(before, opening).finish();
      expect(wire.endings).to.deep.equal(['reset', 'capture-end']);
      expect(wire.facts.reset).to.equal(null);
    }
  });

  it('also when it has data, but not when the data came after it: a SYN-ACK is missing in the capture then', () => {
    const hello = { data: 'hello' } as const;
    const fast = new Wire().send({ ...opening, ...hello }, { ...refusal, ack: clientSeq + 6 });
    expect(fast.endings).to.deep.equal(['reset']);
    expect(fast.facts.reset?.refused).to.equal(true);
    const unseen = new Wire().send(opening, { seq: clientSeq + 1, ack: 78, ...hello });
    expect(unseen.send({ ...refusal, ack: clientSeq + 6 }).finish().facts.reset?.refused).to.equal(false);
  });
});
