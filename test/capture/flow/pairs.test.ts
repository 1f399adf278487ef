/** Two connections at once between the same ports, as captures of both sides of a firewall that changes sequence numbers have them. */

import { expect } from 'chai';
import { clientSeq, flag, mssOption, type Segment, serverSeq, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;

/** A connection whose client says `bytes` in two pieces, the server the same in capitals, and that is closed. */
function connection(bytes: string): Segment[] {
  const half = bytes.length >> 1;
  const [from, end] = [bytes.toUpperCase(), bytes.length];
  return [
    { seq: clientSeq, flags: flag.syn, options: mssOption(1_460) },
    { from: 'server', seq: serverSeq, ack: c, flags: flag.syn, options: mssOption(1_460) },
    { seq: c, ack: s },
    { seq: c, ack: s, data: bytes.slice(0, half) },
    { seq: c + half, ack: s, data: bytes.slice(half) },
    { from: 'server', seq: s, ack: c + end, data: from },
    { seq: c + end, ack: s + end, flags: flag.fin },
    { from: 'server', seq: s + end, ack: c + end + 1, flags: flag.fin },
    { seq: c + end + 1, ack: s + end + 1 },
  ];
}

/** On the other side of the firewall. */
function renumbered(segment: Segment, client: number, server = 0): Segment {
  const [sent, acked] = segment.from === 'server' ? [server, client] : [client, server];
  const { seq, ack, ...rest } = segment;
  return { ...rest, seq: (seq + sent) >>> 0, ...(ack !== undefined && { ack: (ack + acked) >>> 0 }) };
}

/** What each flow carried, in the order in which the flows ended. */
function told(wire: Wire): string[] {
  const said = new Map<number, string>();
  return wire.told.flatMap((event) => {
    const before = said.get(event.flow) ?? '';
    if ('bytes' in event) said.set(event.flow, before + event.bytes);
    if (!('ended' in event)) return [];
    said.delete(event.flow);
    const { firstFin, directions, initiator } = event.facts;
    const damage = directions.reduce((sum, { missing, retransmittedBytes }) => sum + missing + retransmittedBytes, 0);
    const by = firstFin === null ? 'nobody' : firstFin === initiator ? 'client' : 'server';
    return [`${before} ${event.ended} by ${by}${damage > 0 ? ' damaged' : ''}`];
  });
}

/** The packets of the other side come so many later, or so many earlier. */
function mixed(bytes: string, offset: number, change: (segment: Segment) => Segment): Segment[] {
  const inside = connection(bytes);
  const all = [
    ...inside.map((segment, i) => ({ segment, at: i })),
    ...inside.map((segment, i) => ({ segment: change(segment), at: i + offset })),
  ];
  return all.sort((a, b) => a.at - b.at).map(({ segment }) => segment);
}

describe('Two TCP connections at once between the same ports', () => {
  const whole = 'helloHELLO closed by client';

  for (const [name, client, server] of [
    ['of the client', 0x3456_789a, 0],
    ['of the client, close by', 5_000, 0],
    ['of the server', 0, 0x3456_789a],
    ['of the server, close by', 0, 5_000],
    ['of both', 0xfff0_0000, 0x7000_0000],
  ] as const) {
    it(`are told apart when a firewall changes the numbers ${name}, however the clocks of its sides differ`, () => {
      for (const offset of [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, -0.5, -2.5, -5.5, -7.5]) {
        const wire = new Wire().send(...mixed('hello', offset, (segment) => renumbered(segment, client, server)));
        // With the same SYN, what comes when the first one is over is a copy of it.
        const expected = client === 0 && Math.abs(offset) > 6 ? [whole] : [whole, whole];
        expect(told(wire.finish()), String(offset)).to.deep.equal(expected);
        expect(wire.facts.mss, String(offset)).to.deep.equal([1_460, 1_460]);
        expect(wire.counters.toJSON(), String(offset)).to.deep.equal({});
      }
    });
  }

  it('each keep a RST of their own', () => {
    const reset: Segment = { from: 'server', seq: s, ack: c + 5, flags: flag.rst };
    const segments = [...connection('hello').slice(0, 5), reset];
    const wire = new Wire().send(...segments.flatMap((each) => [each, renumbered(each, 0x2000_0000)])).finish();
    expect(wire.endings).to.deep.equal(['reset', 'reset']);
    expect(wire.told.flatMap((event) => ('facts' in event ? [event.facts.reset?.packet] : []))).to.deep.equal([11, 12]);
  });

  it('make room for a third one, which takes the place of the first', () => {
    const inside = connection('one').slice(0, 4);
    const wire = new Wire().send(...inside, ...inside.map((each) => renumbered(each, 0x2000_0000)));
    wire.send(...connection('three').map((each) => renumbered(each, 0x4000_0000, 0x1000_0000)));
    expect(told(wire)).to.deep.equal(['o reused by nobody', 'threeTHREE closed by client']);
    expect(told(wire.finish())).to.deep.equal([...told(wire).slice(0, 2), 'o capture-end by nobody']);
  });

  it('are one after the other when the second begins later, or after a RST', () => {
    const later = new Wire().send(...connection('one').slice(0, 5));
    later.packet.time += 60_000;
    later.send(...connection('two').map((each) => renumbered(each, 0x2000_0000)));
    expect(later.endings).to.deep.equal(['reused', 'closed']);
    const reset = new Wire().send(...connection('one').slice(0, 5), { seq: c + 3, flags: flag.rst });
    reset.send(...connection('two').map((each) => renumbered(each, 0x2000_0000)));
    expect(reset.endings).to.deep.equal(['reset', 'closed']);
  });

  it('take the place of others when the table is full', () => {
    for (const flows of [1, 2, 3]) {
      const wire = new Wire({ flows }).connect([], 7);
      wire.send(...mixed('hello', 2.5, (segment) => renumbered(segment, 0x2000_0000))).connect([], 8);
      expect(wire.finish().tracker.flows, String(flows)).to.be.at.least(4);
      expect(told(wire).filter((each) => each === whole).length, String(flows)).to.equal(flows === 1 ? 0 : 2);
    }
  });
});

describe('A TCP connection that comes up', () => {
  it('goes by the SYN-ACK that is acknowledged when a listener without state sends different ones', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { from: 'server', seq: 77, ack: c, flags: flag.syn },
    );
    wire.packet.time += 1_000;
    wire.send(
      { from: 'server', seq: serverSeq, ack: c, flags: flag.syn },
      { seq: c, ack: s },
      { from: 'server', seq: s, ack: c, data: 'banner' },
    );
    expect(wire.story).to.equal('banner');
    expect(wire.tracker.flows).to.equal(1);
  });
});
