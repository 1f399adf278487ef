import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { startHeadend } from '../../../lib/lab/index.ts';
import { dial, openSniffer, Recording, type Sniffer } from '../../../lib/net/index.ts';
import { inTheirOrder } from '../../../lib/net/recording/sniffer.ts';
import { concat } from '../../../lib/wire/index.ts';
import { observeAt } from '../../probes/support.ts';
import { unusedPort } from '../servers.ts';

describe('times of packets that were heard', () => {
  it('fit the order in which they came, also of those that were not stamped by the kernel and have the time of reading', () => {
    const heard = [103, 104, 100, 101, 102].map((time, i) => ({ packet: Uint8Array.of(i), time }));
    expect(inTheirOrder(heard).map(({ packet, time }) => [packet[0], time])).to.deep.equal([
      [0, 100],
      [1, 100],
      [2, 100],
      [3, 101],
      [4, 102],
    ]);
    expect(inTheirOrder([])).to.deep.equal([]);
  });
});

describe('exact packets of kernel connections', function () {
  this.timeout(20_000);
  let sniffer: Sniffer | null = null;
  const heard: Uint8Array[] = [];

  before(async function () {
    // Needs koffi and CAP_NET_RAW.
    sniffer = await openSniffer((packet) => heard.push(packet));
    if (sniffer === null) this.skip();
  });

  beforeEach(() => void heard.splice(0));

  after(() => sniffer?.close());

  for (const address of ['127.0.0.1', '::1']) {
    it(`are heard once and in both directions: ${address}`, async () => {
      await using headend = await startHeadend('good', { host: address });
      sniffer?.watch(address);
      const outcome = await dial(
        { address, port: headend.port },
        { writes: [], firstReplyTimeoutMs: 1, onBytes: () => 'more' },
      );
      sniffer?.drain();
      expect(outcome.connect).to.equal('ok');
      const [version, header] = address === '::1' ? [6, 40] : [4, 20];
      const ports = (packet: Uint8Array): number[] => {
        const view = new DataView(packet.buffer, packet.byteOffset + header);
        return [view.getUint16(0), view.getUint16(2)];
      };
      const isSyn = (packet: Uint8Array): boolean => ((packet[header + 13] ?? 0) & 2) !== 0;
      const ours = heard.filter(
        (packet) => (packet[0] ?? 0) >> 4 === version && ports(packet).includes(headend.port) && isSyn(packet),
      );
      expect(ours.map((packet) => ports(packet).indexOf(headend.port))).to.deep.equal([1, 0]);
    });
  }

  it('show in a recording what its attempts were, and nothing of other programs', async () => {
    const parts: Uint8Array[] = [];
    const recording = new Recording({ write: (bytes) => parts.push(bytes), sniff: openSniffer });
    await using other = await startHeadend('good');
    const { observation } = await observeAt('expired', ['connect', 'certificates'], {
      recording,
      // Somebody else's connection to the same machine, at the same time.
      observer: () =>
        void dial(
          { address: '127.0.0.1', port: other.port },
          { writes: [], firstReplyTimeoutMs: 1, onBytes: () => 'more' },
        ),
    });
    recording.close();
    const file = concat(...parts);
    const { conversations } = await analyzeCapture(file);
    const attempts = [...observation('connect').attempts, ...observation('certificates').attempts];
    const ports = new Set(conversations.map(({ server }) => server.port));
    expect(ports.has(other.port)).to.equal(false);
    expect(ports.size).to.equal(1);
    expect(conversations.length).to.be.at.least(attempts.length);
    for (const { id } of attempts) expect(Buffer.from(file).includes(`attempt ${id}`), id).to.equal(true);
    expect(Buffer.from(file).includes('reconstructed from socket data: payload')).to.equal(false);
    expect(conversations.some(({ certificates }) => certificates.server.length > 0)).to.equal(true);
  });

  it('show a refused connection with the RST that refused it', async () => {
    const parts: Uint8Array[] = [];
    const recording = new Recording({ write: (bytes) => parts.push(bytes), sniff: openSniffer });
    const remote = { address: '127.0.0.1', port: await unusedPort() };
    await recording.follow({ attempt: 'a1', remote }, async (tap) =>
      tap.ended(await dial(remote, { writes: [], tap, onBytes: () => 'more' })),
    );
    recording.close();
    const file = concat(...parts);
    expect((await analyzeCapture(file)).counters.packets).to.equal(2);
    expect(Buffer.from(file).includes('attempt a1')).to.equal(true);
  });
});
