/** Raw connections over the faulty paths of a lab: what they see of packets that get lost, answered by routers, or cut. */

import { expect } from 'chai';
import type { Lab, LabHeadend } from '../../../lib/lab/index.ts';
import { startLab } from '../../../lib/lab/index.ts';
import type { DialOutcome } from '../../../lib/net/index.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import type { Asked } from './asked.ts';

const helper = new URL('./asked.ts', import.meta.url);

describe('rawDial in a lab', function () {
  this.timeout(60_000);
  let lab: Lab;
  let server: LabHeadend;

  before(async function () {
    try {
      lab = await startLab('plain');
    } catch (error) {
      if (error instanceof HarnessError && error.code === 'no-namespaces') this.skip();
      throw error;
    }
    server = await lab.serve();
    const first: unknown = await ask({ length: 100 }).catch((error: unknown) => error);
    if (first instanceof HarnessError && first.code === 'missing-ability') this.skip();
  });

  after(() => lab?.close());

  function ask(asked: Partial<Asked> & { length: number; v6?: boolean }): Promise<DialOutcome> {
    const { v6 = false, ...rest } = asked;
    return lab.call('client', helper, 'ask', {
      address: v6 ? server.host6 : server.host,
      port: server.port,
      via: {},
      ...rest,
    });
  }

  for (const v6 of [false, true]) {
    const headers = v6 ? 60 : 40;
    for (const timestamps of [true, false]) {
      it(`finds the last byte that a black hole lets pass (IPv${v6 ? 6 : 4}, timestamps ${timestamps ? 'on' : 'off'})`, async () => {
        await lab.change({ mtu: 1454, icmp: 'dropped' });
        const largest = 1454 - headers - (timestamps ? 12 : 0);
        for (const [first, acked] of [
          [largest, largest + 50],
          [largest + 1, 0],
        ] as const) {
          const segments = [
            { from: 0, to: first },
            { from: first, to: first + 50 },
          ];
          const { wire } = await ask({ length: first + 50, v6, via: { timestamps, segments } });
          expect(wire?.sent.acked, `${first} bytes`).to.equal(acked);
          expect(wire?.sent.lostSegment).to.equal(acked === 0 ? first : null);
          expect(wire?.sent.tailSacked).to.equal(acked === 0);
          expect(wire?.path.timestamps).to.equal(timestamps);
          expect(wire?.path.icmp).to.deep.equal([]);
        }
      });
    }

    it(`hears from the router which size passes, and goes on with it (IPv${v6 ? 6 : 4})`, async () => {
      await lab.change({ mtu: 1454, icmp: 'sent' });
      const { wire } = await ask({ length: 1800, v6 });
      expect(wire?.path).to.deep.include({ pathMtu: 1454, interfaceMtu: 1500, sendMss: 1454 - headers - 12 });
      expect(wire?.path.icmp?.[0]).to.deep.include({
        ...(v6 ? { type: 2, code: 0 } : { type: 3, code: 4 }),
        mtu: 1454,
      });
      expect(wire?.sent).to.deep.include({ acked: 1800, lostSegment: null });
      const again = await ask({ length: 1800, v6 });
      expect(again.wire?.path.icmp, 'the kernel did not learn for us').to.have.length(1);
    });

    it(`hears where a segment with a small TTL ends (IPv${v6 ? 6 : 4})`, async () => {
      await lab.change({});
      const { wire, end } = await ask({ length: 200, v6, via: { segments: [{ from: 0, to: 200, ttl: 1 }] } });
      expect(end).to.equal('silent');
      expect(wire?.path.icmp?.[0]).to.deep.equal({
        type: v6 ? 3 : 11,
        code: 0,
        from: v6 ? lab.router.v6 : lab.router.v4,
        mtu: null,
      });
      expect(wire?.path.synAck?.ttl).to.equal(63);
      expect(wire?.sent).to.deep.include({ acked: 0, lostSegment: null });
    });

    it(`gets fragments through, and not where they are dropped (IPv${v6 ? 6 : 4})`, async () => {
      await lab.change({});
      const through = await ask({ length: 1200, v6, via: { fragmentPayload: 512 } });
      expect(through.wire?.sent.acked).to.equal(1200);
      await lab.change({ dropFragments: true });
      const dropped = await ask({ length: 1200, v6, via: { fragmentPayload: 512 } });
      expect(dropped.wire?.sent).to.deep.include({ acked: 0, lostSegment: null });
      expect(dropped.end).to.equal('silent');
    });
  }

  it('has its packets cut by the router where DF is clear', async () => {
    await lab.change({ mtu: 1454, icmp: 'dropped' });
    const { wire } = await ask({ length: 1800, via: { dontFragment: false } });
    expect(wire?.sent).to.deep.include({ acked: 1800, retransmitted: 0, largestAcked: null });
  });

  it('is told of ports that are closed to it', async () => {
    await lab.change({ blockPort: 'reject' });
    expect(await ask({ length: 20 })).to.deep.include({ connect: 'refused' });
    await lab.change({ blockPort: 'admin-prohibited' });
    const prohibited = await ask({ length: 20 });
    expect(prohibited).to.deep.include({ connect: 'unreachable' });
    expect(prohibited.wire?.path.icmp?.[0]).to.deep.include({ type: 3, code: 13 });
  });
});
