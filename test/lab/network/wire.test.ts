import { expect } from 'chai';
import type { Lab, LabFaults, LabHeadend, NodeName } from '../../../lib/lab/index.ts';
import { type CapturedFrame, whole } from './captured.ts';
import { inside, labOrSkip, orSkip } from './support.ts';

const flag = { syn: 0x02, rst: 0x04, ack: 0x10, synAck: 0x12 };

describe('what stands on the wire of a lab', function () {
  this.timeout(60_000);
  let lab: Lab;
  let headend: LabHeadend;

  before(async function () {
    lab = await labOrSkip(this, 'plain', { hops: 3, faultyHop: 2 });
    headend = await lab.serve();
    await orSkip(this, async () => (await lab.capture('client')).stop());
  });
  after(() => lab?.close());

  /** Frames at a node while the client opens a TLS connection. */
  const framesOf = async (node: NodeName, faults: LabFaults, host: string): Promise<CapturedFrame[]> => {
    await lab.change(faults);
    const capture = await lab.capture(node);
    await lab.call('client', inside, 'handshake', host, headend.port, headend.sni, headend.rootsPem);
    return whole(await capture.stop());
  };
  /** MSS of both SYNs. */
  const announced = async (node: NodeName, faults: LabFaults, host: string): Promise<(number | null)[]> => {
    const frames = await framesOf(node, faults, host);
    return [flag.syn, flag.synAck].map((flags) => frames.find(({ tcp }) => tcp?.flags === flags)?.mss ?? null);
  };

  it('are the MSS of both ends, which each may lower for itself', async () => {
    expect(await announced('server', {}, headend.host)).to.deep.equal([1460, 1460]);
    expect(await announced('server', { clientMss: 1300 }, headend.host)).to.deep.equal([1300, 1460]);
    expect(await announced('server', { serverMss: 1300 }, headend.host)).to.deep.equal([1460, 1300]);
    expect(await announced('server', { clientMss: 1300 }, headend.host6)).to.deep.equal([1280, 1440]);
  });

  it('are the MSS that a router has clamped, and smaller ones as they were', async () => {
    expect(await announced('client', { clampMss: 1380 }, headend.host)).to.deep.equal([1460, 1380]);
    expect(await announced('server', { clampMss: 1380 }, headend.host)).to.deep.equal([1380, 1460]);
    expect(await announced('server', { clampMss: 1380, clientMss: 1200 }, headend.host)).to.deep.equal([1200, 1460]);
    expect(await announced('client', { clampMss: 1380 }, headend.host6)).to.deep.equal([1440, 1360]);
  });

  it('are segments with timestamps or without', async () => {
    const longest = async (faults: LabFaults): Promise<number> => {
      const frames = await framesOf('client', faults, headend.host);
      return Math.max(...frames.map(({ tcp, end }) => (tcp === null ? 0 : end - tcp.payloadAt)));
    };
    expect(await longest({})).to.equal(1448);
    expect(await longest({ timestamps: false })).to.equal(1460);
  });

  it('are packets that no device has put together: none is longer than the MTU', async () => {
    const frames = await framesOf('client', { mtu: 1454 }, headend.host);
    // The client does not know the MTU yet when it sends its hello, which with ML-KEM is longer.
    const received = frames.filter(({ source }) => source === headend.host);
    expect(Math.max(...received.map(({ size }) => size))).to.equal(1454);
  });

  it('are RSTs from where they were made', async () => {
    const reset = async (faults: LabFaults, host: string): Promise<number | undefined> => {
      const frames = await framesOf('client', faults, host);
      const [synAck] = frames.filter(({ tcp }) => tcp?.flags === flag.synAck);
      expect(synAck?.ttl).to.equal(61);
      return frames.find(({ tcp, source }) => source === host && ((tcp?.flags ?? 0) & flag.rst) !== 0)?.ttl;
    };
    for (const host of [headend.host, headend.host6]) {
      // The second router's own, less one for the first; a forged one less one as well.
      expect(await reset({ resetOnHello: { by: 'nft' } }, host)).to.equal(63);
      expect(await reset({ resetOnHello: { by: 'nft', ttl: 128 } }, host)).to.equal(127);
      expect(await reset({ resetOnHello: { by: 'forged', ttl: 255 } }, host)).to.equal(254);
    }
  });

  it('are no fragments where they are dropped', async () => {
    const port = await lab.call<number>('server', inside, 'startAnswering');
    const answers = (host: string): Promise<boolean[]> =>
      lab.call('client', inside, 'ask', host, port, [
        { out: 3000, back: 100 },
        { out: 100, back: 3000 },
        { out: 1500, back: 1500 },
      ]);
    for (const host of [lab.server.v4, lab.server.v6]) {
      await lab.change({});
      expect(await answers(host)).to.deep.equal([true, true, true]);
      await lab.change({ dropFragments: true });
      expect(await answers(host)).to.deep.equal([false, false, true]);
    }
  });

  it('are connections that open and whose hellos never arrive', async () => {
    await lab.change({ dropHello: true });
    const capture = await lab.capture('server');
    await lab.call('client', inside, 'sendAndReset', headend.host, headend.port);
    const frames = whole(await capture.stop()).filter(({ source }) => source === lab.client.v4);
    expect(frames.map(({ tcp }) => tcp?.flags)).to.include.members([flag.syn, flag.rst + flag.ack]);
    expect(frames.every(({ tcp, end }) => tcp !== null && tcp.payloadAt === end)).to.equal(true);
  });
});
