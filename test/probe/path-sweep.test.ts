import { expect } from 'chai';
import { type Trial, type Try, usualMtus } from '../../lib/probe/index.ts';
import { sweepPath, unknown } from '../../lib/probe/path-sweep.ts';

const range = { floor: 576, ceiling: 1500, guesses: usualMtus };
const noJudge = { adjusted: () => Promise.resolve(unknown('packets-limited')) };

function trying(outcomeOf: (asked: number, round: number) => Partial<Trial>): Try & { rounds: () => number } {
  let round = 0;
  const attempt = async (asked: number, alone: boolean): Promise<Trial> => {
    const known = { outcome: 'passed', ...outcomeOf(asked, round++) } as const;
    const reply = known.outcome === 'passed' ? 'hello-retry-request' : 'silent';
    return {
      asked,
      size: asked,
      learned: null,
      reply,
      acked: known.outcome === 'passed',
      attempt: `a${round}`,
      alone,
      ...known,
    };
  };
  return Object.assign(attempt, { rounds: () => round });
}

describe('one direction of a path', () => {
  it('is clear when the largest packet passes', async () => {
    const sweep = await sweepPath(
      range,
      trying(() => ({})),
      noJudge,
    );
    expect(sweep).to.include({
      verdict: 'clear',
      pathMtu: null,
      largestPassing: 1500,
      smallestFailing: null,
      reason: null,
    });
    expect(sweep.rows).to.deep.equal([
      { size: 1500, reply: 'hello-retry-request', acked: true, count: 1, attempts: ['a1'], controls: [] },
    ]);
  });

  it('is reduced when the largest packet is what the system has learned', async () => {
    const sweep = await sweepPath(
      { ...range, ceiling: 1454 },
      trying(() => ({ learned: 1454 })),
      noJudge,
    );
    expect(sweep).to.include({ verdict: 'reduced', pathMtu: 1454 });
  });

  it('is a black hole when a byte more is lost, three times beside three that pass', async () => {
    const attempt = trying((asked) => ({ outcome: asked <= 1454 ? 'passed' : 'lost' }));
    const sweep = await sweepPath(range, attempt, noJudge);
    expect(sweep).to.include({ verdict: 'blackhole', pathMtu: 1454, largestPassing: 1454, smallestFailing: 1455 });
    const row = sweep.rows.find(({ size }) => size === 1455);
    const control = sweep.rows.find(({ size }) => size === 1454);
    expect(row?.attempts).to.have.length(3);
    expect(row?.controls).to.deep.equal(control?.attempts);
    expect(sweep.rows.map(({ size }) => size)).to.deep.equal([1280, 1454, 1455, 1492, 1500]);
  });

  it('is unknown when the limit does not hold', async () => {
    const attempt = trying((asked, round) => ({ outcome: asked <= 1454 || round > 4 ? 'passed' : 'lost' }));
    const sweep = await sweepPath(range, attempt, noJudge);
    expect(sweep).to.include({ verdict: 'unknown', pathMtu: null });
    expect(sweep.reason).to.match(/^not-reproducible: /);
  });

  it('leaves smaller packets than were asked for to whoever can tell why', async () => {
    const attempt = trying(() => ({ size: 1454, learned: 1454 }));
    const sweep = await sweepPath(range, attempt, {
      adjusted: ({ to, learned }) => Promise.resolve({ verdict: 'reduced', pathMtu: learned, reason: `${to}` }),
    });
    expect(sweep).to.include({ verdict: 'reduced', pathMtu: 1454, reason: '1454', largestPassing: 1454 });
  });

  it('does not repeat the trial of the largest packet that was made before', async () => {
    const attempt = trying((asked) => ({ outcome: asked <= 1454 ? 'passed' : 'lost' }));
    const known = await attempt(1500, true);
    await sweepPath(range, attempt, noJudge, [known]);
    const again = trying((asked) => ({ outcome: asked <= 1454 ? 'passed' : 'lost' }));
    await sweepPath(range, again, noJudge);
    expect(attempt.rounds()).to.equal(again.rounds());
  });
});
