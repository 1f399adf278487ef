import { expect } from 'chai';
import * as fc from 'fast-check';
import { bisect, compare, repeat, sweep, withControl } from '../../lib/probe/index.ts';
import { changedSpec, controlSpec, fakeSender } from './support.ts';

const ok = { suite: 0xc02f };

describe('compare', () => {
  it('claims nothing of a changed hello that is answered at once', async () => {
    const sender = fakeSender(() => ok);
    expect(await compare(sender, changedSpec)).to.include({ verdict: 'passes', reply: 'server-hello' });
    expect(sender.sent).to.have.length(1);
  });

  it('says that a change fails only after three failures, each beside an answered control', async () => {
    const sender = fakeSender((spec) => (spec === changedSpec ? 'silent' : ok));
    const comparison = await compare(sender, changedSpec);
    expect(comparison).to.include({ verdict: 'fails', reply: 'silent' });
    expect(comparison.attempts).to.deep.equal(['a1', 'a2', 'a4']);
    expect(comparison.controls).to.deep.equal(['a3', 'a5', 'a6']);
    expect(sender.sent.every(({ request }) => request.alone)).to.equal(true);
  });

  it('names in each changed attempt the control that was answered last', async () => {
    const sender = fakeSender((spec) => (spec === changedSpec ? 'reset' : ok));
    await compare(sender, changedSpec);
    const refs = sender.sent.filter(({ spec }) => spec === changedSpec).map(({ request }) => request.controlRef);
    expect(refs).to.deep.equal(['a0', 'a0', 'a3']);
  });

  it('calls a change unstable that fails once and is answered later', async () => {
    const sender = fakeSender((spec, round) => (spec === changedSpec && round === 0 ? 'silent' : ok));
    expect((await compare(sender, changedSpec)).verdict).to.equal('unstable');
  });

  it('concludes nothing once the control itself fails', async () => {
    const sender = fakeSender(() => 'reset');
    expect(await compare(sender, changedSpec)).to.include({ verdict: 'control-failed' });
    expect(sender.sent).to.have.length(3);
    expect(sender.steadiness.wavered).to.equal(true);
  });

  for (const period of [2, 3, 4, 5, 6]) {
    it(`is not fooled by ${period} machines that take turns, whichever of them are broken`, async () => {
      for (let broken = 1; broken < 2 ** period; broken++) {
        for (const wavered of [true, ...(period < 6 ? [false] : [])]) {
          const sender = fakeSender((_, round) => (((broken >> (round % period)) & 1) === 1 ? 'reset' : ok));
          sender.steadiness.wavered = wavered;
          expect((await compare(sender, changedSpec)).verdict, `${broken}`).to.not.equal('fails');
        }
      }
    });
  }

  it('takes twice as many repeats where answers were seen to change', async () => {
    const sender = fakeSender((spec) => (spec === changedSpec ? 'reset' : ok));
    sender.steadiness.wavered = true;
    const { verdict, attempts, controls } = await compare(sender, changedSpec);
    expect({ verdict, attempts: attempts.length, controls: controls.length }).to.deep.equal({
      verdict: 'fails',
      attempts: 6,
      controls: 6,
    });
  });
});

describe('sweep', () => {
  it('tries each value once and compares only those that failed', async () => {
    const sender = fakeSender((spec) => (spec.cipherSuites.length === 2 ? 'closed' : ok));
    const rows = await sweep(sender, ['same', 'changed'], (value) => (value === 'same' ? controlSpec : changedSpec));
    expect(rows.map(({ value, verdict }) => [value, verdict])).to.deep.equal([
      ['same', 'passes'],
      ['changed', 'fails'],
    ]);
    expect(sender.sent).to.have.length(2 + 6);
  });

  it('leaves out a value that has no hello', async () => {
    expect(
      await sweep(
        fakeSender(() => ok),
        [1, 2],
        (value) => (value === 1 ? controlSpec : null),
      ),
    ).to.have.length(1);
  });
});

describe('bisect', () => {
  it('finds the neighbours of any threshold, from either side, in about log2 tests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.boolean(),
        async (threshold, other, above) => {
          const passes = (n: number): boolean => (above ? n >= threshold : n < threshold);
          const [good, bad] = above ? [threshold + other, threshold - 1] : [threshold - 1, threshold + other];
          let tests = 0;
          const found = await bisect(good, bad, async (n) => {
            tests++;
            return passes(n);
          });
          expect(passes(found.passing)).to.equal(true);
          expect(passes(found.failing)).to.equal(false);
          expect(Math.abs(found.passing - found.failing)).to.equal(1);
          expect(tests).to.be.at.most(Math.ceil(Math.log2(other + 2)) + 1);
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('repeat and withControl', () => {
  it('repeats one after another', async () => {
    const rounds: number[] = [];
    expect(await repeat(3, async (round) => rounds.push(round))).to.deep.equal([1, 2, 3]);
    expect(rounds).to.deep.equal([0, 1, 2]);
  });

  it('says that nothing follows when the control fails after the work', async () => {
    const sender = fakeSender((_, round) => (round === 0 ? ok : 'reset'));
    const { held, controls, result } = await withControl(sender, async () => 'done');
    expect({ held, controls, result }).to.deep.equal({ held: false, controls: ['a1', 'a2'], result: 'done' });
  });
});
