import { expect } from 'chai';
import * as fc from 'fast-check';
import { confirmBoundary, type Search, searchLimit, type Trial, type Try, usualMtus } from '../../lib/probe/index.ts';

const range = { floor: 576, ceiling: 1500, guesses: usualMtus };

interface FakePath {
  readonly attempt: Try;
  readonly trials: Trial[];
  open: number;
}

/** A path that does with a packet what `carry` says. */
function path(carry: (size: number, round: number) => Partial<Trial> & Pick<Trial, 'outcome'>): FakePath {
  let round = 0;
  const made: FakePath = {
    trials: [],
    open: 0,
    attempt: async (asked, alone) => {
      made.open++;
      await Promise.resolve();
      const concurrent = made.open > 1;
      made.open--;
      const known = carry(asked, round);
      return {
        asked,
        size: asked,
        learned: null,
        reply: known.outcome === 'passed' ? 'hello-retry-request' : 'silent',
        acked: known.outcome === 'passed',
        attempt: `a${++round}`,
        alone: alone && !concurrent,
        ...known,
      };
    },
  };
  return made;
}

const limitedTo = (mtu: number): FakePath => path((size) => ({ outcome: size <= mtu ? 'passed' : 'lost' }));

const search = (fake: FakePath): Promise<Search> => searchLimit(range, fake.attempt, fake.trials);

describe('the search for the largest packet', () => {
  it('needs one connection where the largest passes', async () => {
    const fake = limitedTo(1500);
    expect(await search(fake)).to.deep.equal({ kind: 'clear' });
    expect(fake.trials).to.have.length(1);
  });

  it('finds every limit to the byte, and confirms it, in at most 20 connections', async () => {
    for (let mtu = 576; mtu < 1500; mtu++) {
      const fake = limitedTo(mtu);
      const found = await search(fake);
      expect(found, `${mtu}`).to.deep.equal({ kind: 'boundary', passing: mtu, failing: mtu + 1 });
      if (found.kind !== 'boundary') throw new Error('unreachable');
      expect(await confirmBoundary(found, fake.attempt, fake.trials)).to.equal(true);
      expect(fake.trials.length, `${mtu}`).to.be.at.most(20);
      const alone = (size: number): number =>
        fake.trials.filter(({ asked, alone: counts }) => asked === size && counts).length;
      expect([alone(mtu), alone(mtu + 1)]).to.deep.equal([3, 3]);
      expect(fake.trials.at(-1)?.asked, `${mtu}`).to.equal(mtu);
    }
  });

  it('finds a usual limit in 5 connections', async () => {
    for (const mtu of [1454, 1492, 1280]) {
      const fake = limitedTo(mtu);
      await search(fake);
      expect(fake.trials).to.have.length(5);
    }
  });

  it('tries the guesses it is given before the usual ones', async () => {
    const fake = limitedTo(1403);
    await searchLimit({ ...range, guesses: [1403, ...usualMtus] }, fake.attempt, fake.trials);
    expect(fake.trials.map(({ asked }) => asked)).to.deep.equal([1500, 1403, 1454, 1492, 1404]);
  });

  it('claims no limit where not even the smallest packet passes', async () => {
    expect(await search(path(() => ({ outcome: 'lost' })))).to.deep.equal({ kind: 'undecided', why: 'nothing-passes' });
  });

  it('ends where the system adjusts its packets, and says to what', async () => {
    const fake = path(() => ({ outcome: 'passed', size: 1454, learned: 1454 }));
    expect(await search(fake)).to.deep.equal({ kind: 'adjusted', to: 1454, learned: 1454 });
  });

  it('finds the limit below an MTU that was announced and is too large still', async () => {
    const fake = path((size) => ({ outcome: size <= 1454 ? 'passed' : 'lost', size: Math.min(size, 1480) }));
    expect(await search(fake)).to.deep.equal({ kind: 'boundary', passing: 1454, failing: 1455 });
  });

  it('ends with the reason where a connection decides nothing', async () => {
    const fake = path((size) => (size === 1500 ? { outcome: 'lost' } : { outcome: 'undecided', why: 'hello-refused' }));
    expect(await search(fake)).to.deep.equal({ kind: 'undecided', why: 'hello-refused' });
  });

  it('never confirms a limit that one packet lost by chance had made', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 576, max: 1499 }), async (unlucky, mtu) => {
        const fake = path((size, round) => ({ outcome: size <= mtu && round !== unlucky ? 'passed' : 'lost' }));
        const found = await search(fake);
        if (found.kind !== 'boundary') return;
        const holds = await confirmBoundary(found, fake.attempt, fake.trials);
        if (holds) expect(found.passing).to.equal(mtu);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('the confirmation of a limit', () => {
  it('ends at the first trial that goes the other way', async () => {
    const fake = path((size, round) => ({ outcome: size <= 1454 || round > 2 ? 'passed' : 'lost' }));
    const found = { passing: 1454, failing: 1455 };
    expect(await confirmBoundary(found, fake.attempt, fake.trials)).to.equal(false);
    expect(fake.trials).to.have.length(5);
  });

  it('counts no trial that was made beside another connection', async () => {
    const fake = limitedTo(1454);
    await Promise.all([1454, 1455].map(async (size) => fake.trials.push(await fake.attempt(size, false))));
    expect(await confirmBoundary({ passing: 1454, failing: 1455 }, fake.attempt, fake.trials)).to.equal(true);
    expect(fake.trials).to.have.length(2 + 6);
  });
});
