import { expect } from 'chai';
import { recordScene, scenes } from '../../captures/make/lab.ts';
import { recorded } from '../../captures/make/recorded.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { Bench } from '../matrix/bench.ts';
import { sampledCells } from '../matrix/cells.ts';
import { changes, measureChange } from '../matrix/changes.ts';
import { longFlight } from '../matrix/headend.ts';
import { disagreements } from '../matrix/judge.ts';

describe('paths in labs', function () {
  this.timeout(120_000);
  let bench: Bench;

  before(async function () {
    const started = await Bench.startIfPossible();
    if (started === null) this.skip();
    else bench = started;
  });
  after(async () => {
    await bench?.close();
  });

  describe('cells of the matrix (npm run test:matrix has them all)', () => {
    for (const cell of sampledCells()) {
      it(`${cell.name}: ${cell.expect.blackhole === null ? 'no fault of the path' : 'the very byte, in this direction only'}`, async () => {
        const measured = await bench.run(cell);
        expect(disagreements(cell, measured), JSON.stringify(measured.mss?.value, null, 1)).to.deep.equal([]);
      });
    }
  });

  describe('what a change of the broken line cures', () => {
    for (const change of changes) {
      const word = (cured: boolean): string => (cured ? 'passes' : 'is lost');
      it(`${change.id}: the large hello ${word(change.hello)}, the certificate flight ${word(change.certificates)}`, async () => {
        const { host, port, sni } = await bench.headend(longFlight);
        const { hello, certificates } = await measureChange(bench.lab, change, { host, port, sni, patience: 800 });
        expect(hello.evidence.end).to.equal(change.hello ? 'stopped' : 'silent');
        expect(certificates.evidence.end).to.equal(change.certificates ? 'complete' : 'silent');
      });
    }
  });

  describe('the shapes of the two losses, as the kernel of the client sees them', () => {
    it('are a head that is sent again and again while the tail is acknowledged, and an acknowledged hello whose answer has a gap', async function () {
      const { host, port, sni } = await bench.headend(longFlight);
      const { hello, certificates } = await measureChange(bench.lab, changes[0]!, { host, port, sni, patience: 2000 });
      // Without koffi nobody sees the packets.
      if (hello.evidence.sent.acked === null) this.skip();
      expect(hello.evidence.sent).to.include({ bytes: 1700, acked: 0, tailSacked: true, lostSegment: 1448 });
      expect(hello.evidence.inbound).to.include({ bytes: 0, tailSacked: false });
      const { sent, inbound } = certificates.evidence;
      expect(sent).to.include({ acked: sent.bytes, retransmitted: 0, lostSegment: null });
      expect(inbound).to.include({ bytes: 0, tailSacked: true });
    });
  });

  describe('captures of both ends', () => {
    const verdicts = {
      'path-1454-outbound-loss': 'path.blackhole-outbound',
      'path-1454-inbound-loss': 'path.blackhole-inbound',
      'path-clamped': 'path.mss-clamped',
      'path-pmtud': 'path.mtu-reduced',
    } as const;
    for (const name of recorded) {
      it(`${name}: give ${verdicts[name]} at the client and at the server, now as in the committed files`, async () => {
        const { client, server } = await recordScene(scenes[name]);
        for (const bytes of [client, server]) {
          const { findings } = await analyzeCapture(bytes);
          expect(findings.map(({ id }) => id)).to.include(verdicts[name]);
        }
      });
    }
  });
});
