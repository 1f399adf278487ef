/** Flows to which nothing happened, and each thing that may happen to one. */

import { expect } from 'chai';
import { PlainFlow } from '../../../lib/capture/flow/index.ts';
import { clientSeq, flag, mssOption, sackOption, serverSeq, Wire } from './wire.ts';

/** A connection in which both sides said something. */
function connection(wire = new Wire()): Wire {
  wire.connect(mssOption(1414)).data(0, 'hello').acked(5);
  return wire.send({ from: 'server', seq: serverSeq + 1, ack: clientSeq + 6, data: 'answer' }, ack(serverSeq + 7));
}

function ack(number: number): { seq: number; ack: number } {
  return { seq: clientSeq + 6, ack: number };
}

function isPlain(wire: Wire): boolean {
  return wire.tracker.readPlain(0, new PlainFlow());
}

describe('tcp flows to which nothing happened', () => {
  it('tell ends, time, both MSS, and who opened and ended them', () => {
    const wire = connection();
    const flow = new PlainFlow();
    expect(wire.tracker.readPlain(0, flow)).to.equal(true);
    expect(flow).to.include({ portA: 40_000, portB: 443, firstTime: 1, mssA: 1414, mssB: 1414 });
    expect([flow.a >>> 0, flow.b >>> 0]).to.deep.equal([0x0a000001, 0xc0a80001]);
    const courses = [flow.course];
    for (const from of ['client', 'server'] as const) {
      for (const flags of [flag.fin, flag.rst]) {
        const ended = connection();
        const seq = from === 'client' ? clientSeq + 6 : serverSeq + 7;
        ended.send({ from, seq, ack: from === 'client' ? serverSeq + 7 : clientSeq + 6, flags });
        expect(ended.tracker.readPlain(0, flow)).to.equal(true);
        courses.push(flow.course);
      }
    }
    expect(new Set(courses).size).to.equal(5);
  });

  it('may have bytes that nobody acknowledged', () => {
    expect(
      isPlain(
        new Wire()
          .connect()
          .data(0, 'hello')
          .send({ from: 'server', seq: serverSeq + 1, data: 'x' }),
      ),
    ).to.equal(true);
  });

  it('may have segments that came out of order, once all are there', () => {
    const wire = connection().send({ seq: clientSeq + 10, data: 'late' });
    expect(isPlain(wire)).to.equal(false);
    expect(isPlain(wire.send({ seq: clientSeq + 6, data: 'more' }))).to.equal(true);
  });

  const server = { from: 'server', seq: serverSeq + 7 } as const;
  const happenings: Record<string, () => Wire> = {
    'of IPv6': () =>
      new Wire().send(
        { version: 6, seq: clientSeq, flags: flag.syn },
        { version: 6, from: 'server', seq: serverSeq, flags: flag.syn, ack: clientSeq + 1 },
        { version: 6, seq: clientSeq + 1, ack: serverSeq + 1, data: 'hello' },
        { version: 6, from: 'server', seq: serverSeq + 1, ack: clientSeq + 6, data: 'answer' },
      ),
    'whose beginning was not seen': () =>
      new Wire().data(0, 'hello').send({ from: 'server', seq: serverSeq + 1, ack: clientSeq + 6, data: 'answer' }),
    'without a word of one side': () =>
      new Wire().send({ seq: clientSeq, flags: flag.syn }, { seq: clientSeq + 1, data: 'x' }),
    'that was refused': () =>
      new Wire().send(
        { seq: clientSeq, flags: flag.syn },
        { from: 'server', seq: 0, ack: clientSeq + 1, flags: flag.rst },
      ),
    'with bytes that were sent twice': () => connection().data(0, 'hello'),
    'with bytes that are missing': () => connection().send({ seq: clientSeq + 9, data: 'far' }),
    'with bytes that were acknowledged and not seen': () => connection().send({ ...server, ack: clientSeq + 900 }),
    'with a segment that the capture cut': () => connection().send({ seq: clientSeq + 6, data: 'abcdef', snapped: 3 }),
    'with bytes above a hole that were acknowledged selectively': () =>
      connection().send(
        { seq: clientSeq + 6, data: 'more' },
        {
          ...server,
          ack: clientSeq + 6,
          options: sackOption([clientSeq + 8, clientSeq + 10]),
        },
      ),
    'with bytes after a RST of the same side': () =>
      connection().send({ ...server, ack: clientSeq + 6, flags: flag.rst }, { ...server, data: 'still here' }),
  };
  for (const [name, make] of Object.entries(happenings)) {
    it(`are not those ${name}`, () => expect(isPlain(make())).to.equal(false));
  }
});
