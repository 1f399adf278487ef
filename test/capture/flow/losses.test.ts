/** What acknowledgements and retransmissions say of the path. */

import { expect } from 'chai';
import type { DirectionFacts } from '../../../lib/capture/flow/index.ts';
import { clientSeq, mssOption, sackOption, serverSeq, timestamps, Wire } from './wire.ts';

const c = clientSeq + 1;
const s = serverSeq + 1;
const x = (length: number): string => 'x'.repeat(length);
const client = (wire: Wire): DirectionFacts => wire.facts.directions[0];

describe('The loss of a segment', () => {
  it('shows as a head that is sent again and again, and a tail that is selectively acknowledged', () => {
    const wire = new Wire().connect(mssOption(1460)).data(0, x(1448)).data(1448, x(253));
    wire.acked(0, sackOption([c + 1448, c + 1701])).data(0, x(1448));
    expect(client(wire)).to.include({ lostSegment: null, tailSacked: true });
    wire.data(0, x(1448)).data(0, x(1448));
    expect(client(wire)).to.include({
      bytes: 1701,
      acked: 0,
      retransmissions: 3,
      retransmittedBytes: 3 * 1448,
      tailSacked: true,
      lostSegment: 1448,
      largestAcked: null,
      missing: 0,
    });
  });

  it('is not claimed once it was acknowledged', () => {
    const wire = new Wire()
      .connect(mssOption(1460))
      .data(0, x(1000))
      .data(0, x(1000))
      .data(0, x(1000))
      .data(0, x(1000));
    expect(client(wire).lostSegment).to.equal(1000);
    expect(client(wire.acked(1000))).to.include({ lostSegment: null, largestAcked: 1000 });
  });

  it('is not claimed of a segment that was sent again in smaller pieces', () => {
    const wire = new Wire()
      .connect(mssOption(1460))
      .data(0, x(1460))
      .data(0, x(1400))
      .data(0, x(700))
      .data(700, x(760));
    expect(client(wire).lostSegment).to.equal(null);
    expect(client(wire.acked(1460)).largestAcked).to.equal(700);
  });

  it('is told by the least size when it was sent again in several', () => {
    const wire = new Wire().connect(mssOption(1460)).data(0, x(1448)).data(1448, x(253));
    wire.acked(0, sackOption([c + 1448, c + 1701])).data(0, x(1448));
    expect(client(wire.data(0, x(1436))).lostSegment).to.equal(null);
    expect(client(wire.data(0, x(1448))).lostSegment).to.equal(1436);
    // What was sent in a smaller one just now may still arrive, and says nothing of what did not.
    expect(client(wire.data(0, x(700))).lostSegment).to.equal(1436);
    expect(client(wire.data(0, x(700))).lostSegment).to.equal(700);
    expect(client(wire.acked(700)).lostSegment).to.equal(null);
  });

  it('is told by the segments that offload sends again what it sent in one', () => {
    const wire = new Wire().connect(mssOption(1460)).data(0, x(4000)).data(0, x(4000));
    expect(client(wire.data(0, x(1448)).data(0, x(1436))).lostSegment).to.equal(null);
    expect(client(wire.data(0, x(1448))).lostSegment).to.equal(1436);
  });

  it('is no larger than a segment that was lost before it was put together with what follows', () => {
    const wire = new Wire().connect(mssOption(1460)).data(0, x(200)).acked(200).data(200, x(600)).data(800, x(600));
    for (let i = 0; i < 3; i++) wire.data(200, x(1200));
    expect(client(wire).lostSegment).to.equal(600);
    const growing = new Wire().connect(mssOption(1460)).data(0, x(100)).data(100, x(1300));
    for (const length of [100, 400, 1400, 1400, 1400]) growing.data(0, x(length));
    expect(client(growing).lostSegment).to.equal(100);
  });

  it('is not claimed while the receiver has no room', () => {
    const wire = new Wire()
      .connect(mssOption(1460))
      .data(0, x(1000))
      .data(0, x(1000))
      .data(0, x(1000))
      .data(0, x(1000));
    wire.send({ from: 'server', seq: s, ack: c, window: 0 });
    expect(client(wire).lostSegment).to.equal(null);
  });

  it('is not claimed of frames that only offload makes', () => {
    const wire = new Wire().connect(mssOption(1414));
    for (let i = 0; i < 5; i++) wire.data(0, x(1415));
    expect(client(wire).lostSegment).to.equal(null);
    for (let i = 0; i < 2; i++) wire.data(0, x(1414));
    expect(client(wire).lostSegment).to.equal(1414);
    expect(client(wire.acked(1415)).largestAcked).to.equal(null);
  });

  it('is judged by an Ethernet frame when no MSS was announced', () => {
    const send = (length: number): Wire => {
      const wire = new Wire().connect();
      for (let i = 0; i < 4; i++) wire.data(0, x(length));
      return wire;
    };
    expect(client(send(1461)).lostSegment).to.equal(null);
    expect(client(send(1460)).lostSegment).to.equal(1460);
    expect(client(send(1461).acked(1461)).largestAcked).to.equal(null);
  });

  it('is not claimed of a segment that is not the first missing one, nor in a capture without acknowledgements', () => {
    const wire = new Wire()
      .connect()
      .data(0, x(100))
      .data(100, x(100))
      .data(100, x(100))
      .data(100, x(100))
      .data(100, x(100));
    expect(client(wire).lostSegment).to.equal(null);
    const alone = new Wire();
    for (let i = 0; i < 5; i++) alone.data(0, x(100));
    expect(client(alone)).to.include({ lostSegment: null, acked: null, retransmissions: 4 });
  });
});

describe('The largest acknowledged segment', () => {
  it('is known although a larger one was never acknowledged', () => {
    const wire = new Wire().connect().data(0, x(100)).data(100, x(500)).data(600, x(1400)).acked(100);
    expect(client(wire).largestAcked).to.equal(100);
    expect(client(wire.acked(600)).largestAcked).to.equal(500);
    expect(client(wire.acked(1999)).largestAcked).to.equal(500);
    expect(client(wire.acked(2000)).largestAcked).to.equal(1400);
  });

  it('is never overstated, however many sizes are under way', () => {
    const wire = new Wire().connect();
    let offset = 0;
    for (let size = 100; size <= 1000; size += 100) {
      wire.data(offset, x(size));
      offset += size;
    }
    expect(client(wire.acked(400)).largestAcked).to.equal(200);
    expect(client(wire.acked(offset)).largestAcked).to.equal(1000);
  });

  it('counts a segment that filled a hole last', () => {
    const wire = new Wire().connect().data(100, x(200)).data(0, x(100)).acked(300);
    expect(client(wire).largestAcked).to.equal(200);
  });
});

describe('A selective acknowledgement', () => {
  const tail = (options: readonly number[], ack = 0): boolean =>
    client(new Wire().connect().data(0, x(100)).data(100, x(100)).data(200, x(100)).acked(ack, options)).tailSacked;

  it('tells of a hole when it is above the acknowledged number', () => {
    expect(tail(sackOption([c + 100, c + 200]))).to.equal(true);
    expect(tail([...timestamps, ...sackOption([c + 200, c + 300])], 100)).to.equal(true);
    expect(tail(sackOption([c + 200, c + 300], [c + 100, c + 150]))).to.equal(true);
  });

  it('tells of a duplicate when it is below it, or within the second block', () => {
    expect(tail(sackOption([c, c + 100]), 100)).to.equal(false);
    expect(tail(sackOption([c + 50, c + 100]), 200)).to.equal(false);
    expect(tail(sackOption([c + 120, c + 150], [c + 100, c + 200]))).to.equal(true);
  });

  it('is nothing when it is of bytes that were never seen, or cut', () => {
    expect(tail(sackOption([c + 200, c + 301]))).to.equal(false);
    expect(tail(sackOption([c + 200, c + 200]))).to.equal(false);
    expect(tail([5, 10, 0, 0])).to.equal(false);
    expect(tail([5, 1, 0, 0])).to.equal(false);
    expect(tail([5])).to.equal(false);
    expect(tail([0, ...sackOption([c + 100, c + 200])])).to.equal(false);
  });
});

describe('Bytes that the capture does not hold', () => {
  it('were lost by the capture when they were acknowledged', () => {
    const wire = new Wire().connect().data(0, x(10)).data(30, x(10)).data(50, x(10)).acked(45);
    expect(client(wire)).to.include({ bytes: 30, missing: 30, missingAcked: 25, acked: 45 });
    expect(client(wire.data(40, x(10)))).to.include({ bytes: 40, missing: 20, missingAcked: 20, retransmissions: 0 });
    expect(client(wire.acked(60))).to.include({ missing: 20, missingAcked: 20 });
  });

  it('include what was acknowledged after the last segment seen, but not a FIN', () => {
    const wire = new Wire().connect().data(0, x(10)).acked(11);
    expect(client(wire)).to.include({ missing: 0, acked: 10 });
    expect(client(wire.acked(50))).to.include({ bytes: 10, missing: 40, missingAcked: 40, acked: 50 });
  });

  it('are not invented from an acknowledgement that belongs to nothing', () => {
    const wire = new Wire()
      .connect()
      .data(0, x(10))
      .acked(2 ** 28)
      .acked(-5_000);
    expect(client(wire)).to.include({ missing: 0, acked: 0 });
  });
});
