/** Which side closed first, in captures that have packets late or lack them. */

import { expect } from 'chai';
import type { TcpFacts } from '../../../lib/capture/flow/index.ts';
import { clientSeq, flag, type Segment, serverSeq, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;

const hello: Segment = { seq: c, ack: s, data: 'hello' };
const answer: Segment = { from: 'server', seq: s, ack: c + 5, data: 'answer' };
/** The client closes; the server has more to say, and closes as well. */
const clientFin: Segment = { seq: c + 5, ack: s + 6, flags: flag.fin };
const farewell: Segment = { from: 'server', seq: s + 6, ack: c + 6, data: 'bye' };
const serverFin: Segment = { from: 'server', seq: s + 9, ack: c + 6, flags: flag.fin };

function closed(...segments: readonly Segment[]): Pick<TcpFacts, 'firstFin' | 'sentAfterFin'> {
  const { firstFin, sentAfterFin } = new Wire()
    .connect()
    .send(...segments)
    .finish().facts;
  return { firstFin, sentAfterFin };
}

describe('A TCP connection is closed first', () => {
  it('by the side whose FIN comes first', () => {
    expect(closed(hello, answer, clientFin, farewell, serverFin)).to.deep.equal({ firstFin: 0, sentAfterFin: 3 });
    const early: Segment = { from: 'server', seq: s + 6, ack: c + 5, flags: flag.fin };
    expect(closed(hello, answer, early, clientFin)).to.deep.equal({ firstFin: 1, sentAfterFin: 0 });
  });

  it('by the side whose FIN the other one acknowledges, though the capture has it later', () => {
    const first = { firstFin: 0, sentAfterFin: 3 };
    expect(closed(hello, answer, farewell, serverFin, clientFin)).to.deep.equal(first);
    expect(closed(answer, farewell, serverFin, hello, clientFin)).to.deep.equal(first);
  });

  it('by the side whose FIN is not in the capture, when the other one acknowledges it', () => {
    // All that the server said may have come after it.
    expect(closed(hello, answer, farewell, serverFin)).to.deep.equal({ firstFin: 0, sentAfterFin: 9 });
  });

  it('by the other side when what it acknowledges beyond what was captured is more than a FIN', () => {
    expect(closed(answer, serverFin)).to.include({ firstFin: 1 });
  });

  it('by both, and the first in the capture counts, when neither acknowledges the FIN of the other', () => {
    const together: Segment = { from: 'server', seq: s + 6, ack: c + 5, flags: flag.fin };
    expect(closed(hello, answer, clientFin, together)).to.include({ firstFin: 0 });
    expect(closed(hello, answer, together, clientFin)).to.include({ firstFin: 1 });
  });

  it('with nothing said after the first FIN that this one acknowledges, though the capture has it later', () => {
    expect(closed(hello, clientFin, answer)).to.deep.equal({ firstFin: 0, sentAfterFin: 0 });
  });
});
