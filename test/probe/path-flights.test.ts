import { expect } from 'chai';
import type { Attempt, PathSweep } from '../../lib/evidence/index.ts';
import { type HelloPlan, planOf } from '../../lib/hello/index.ts';
import { inboundSweep, type Sender } from '../../lib/probe/index.ts';
import { attemptWith } from './path-support.ts';
import { controlSpec, fakeSender } from './support.ts';

const address = '192.0.2.1';
/** IPv4, TCP and timestamps. */
const overhead = 52;

/** The way back from a server whose flights, one for each hello, are written in these pieces; `limit` is that of its packets. */
async function swept(flights: readonly (readonly number[])[], limit = 1500): Promise<PathSweep> {
  const base = fakeSender(() => 'silent');
  const hellos = flights.map((_, index) => planOf(controlSpec, { preset: `hello ${index}` }));
  let made = 0;
  const ctx: Sender = {
    control: base.control,
    steadiness: base.steadiness,
    attempt: async ({ hello, via }) => {
      const pieces = flights[hellos.indexOf(hello as HelloPlan)] ?? [];
      const mss = via?.kind === 'tcp' && via.mss !== undefined ? via.mss : 1460;
      const most = Math.min(mss - 12, limit - overhead);
      const bytes = pieces.reduce((sum, piece) => sum + piece, 0);
      const largestAcked = Math.min(most, Math.max(...pieces));
      const { flight } = await base.attempt({ hello: controlSpec });
      const inbound = { bytes, acked: bytes, retransmitted: null, tailSacked: false, largestAcked };
      const attempt: Attempt = {
        ...attemptWith({ mss, end: 'complete', reply: 'server-hello', inbound }),
        id: `a${++made}`,
      };
      return { attempt, flight };
    },
  };
  const reference = attemptWith({});
  return inboundSweep(ctx, { address, reference, earliest: reference, likely: null }, hellos, 1500);
}

describe('the way back by the flights of a server', () => {
  it('is reduced where different flights fill packets of the same size, smaller than both ends allow', async () => {
    expect(await swept([[2000], [2700]], 1454)).to.include({ verdict: 'reduced', pathMtu: 1454 });
  });

  it('is unknown where the server writes its flight in pieces, so that nothing fills a packet', async () => {
    for (const flights of [
      [[1370, 200]],
      [
        [1370, 200],
        [1290, 300],
      ],
      [[1370, 200], [300]],
    ]) {
      const { verdict, pathMtu, reason } = await swept(flights);
      expect([verdict, pathMtu]).to.deep.equal(['unknown', null]);
      expect(reason).to.match(/^smaller-segments: the server may write its flight in pieces/);
    }
  });
});
