import { expect } from 'chai';
import { Gate } from '../../lib/probe/index.ts';

/** A piece of work that runs until it is told to end. */
function work(): { readonly run: () => Promise<void>; readonly end: () => void; started: boolean } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const piece = {
    started: false,
    end,
    run: () => {
      piece.started = true;
      return ended;
    },
  };
  return piece;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Gate', () => {
  it('lets no more in than its limit, first come first served', async () => {
    const gate = new Gate(2, 0);
    const pieces = [work(), work(), work()];
    const passes = pieces.map((piece) => gate.pass(false, piece.run));
    await settled();
    expect(pieces.map(({ started }) => started)).to.deep.equal([true, true, false]);
    pieces[0]?.end();
    await settled();
    expect(pieces[2]?.started).to.equal(true);
    for (const piece of pieces) piece.end();
    await Promise.all(passes);
  });

  it('counts for each passage the others that were open at the same time', async () => {
    const gate = new Gate(3, 0);
    const first = work();
    const second = work();
    const counts: number[] = [];
    const passes = [first, second].map((piece) =>
      gate.pass(false, async (passage) => {
        await piece.run();
        counts.push(passage.others);
      }),
    );
    await settled();
    first.end();
    second.end();
    await Promise.all(passes);
    expect(counts).to.deep.equal([1, 1]);
  });

  it('runs an alone passage with nothing else open, and nothing overtakes it', async () => {
    const gate = new Gate(4, 0);
    const [before, alone, after] = [work(), work(), work()];
    const passes = [gate.pass(false, before.run), gate.pass(true, alone.run), gate.pass(false, after.run)];
    await settled();
    expect([before.started, alone.started, after.started]).to.deep.equal([true, false, false]);
    before.end();
    await settled();
    expect([alone.started, after.started]).to.deep.equal([true, false]);
    alone.end();
    await settled();
    expect(after.started).to.equal(true);
    after.end();
    await Promise.all(passes);
  });

  it('opens again after work that throws', async () => {
    const gate = new Gate(1, 0);
    const failing = gate.pass(false, () => Promise.reject(new Error('broken')));
    const next = gate.pass(false, async () => 'ran');
    expect(await failing.catch((error: Error) => error.message)).to.equal('broken');
    expect(await next).to.equal('ran');
  });
});
