import { expect } from 'chai';
import * as fc from 'fast-check';
import { type HelloSpec, helloLength, withCipherSuites } from '../../lib/hello/index.ts';
import { ProbeStopped, partsOf, pickAndRemove, type Refusals } from '../../lib/probe/index.ts';
import { controlSpec, type FakeReply, type FakeSender, fakeSender } from './support.ts';

const offeredBy = (spec: HelloSpec): number[] => spec.cipherSuites.map(Number);

/** A server that picks from `supported` in its own order, answers the control, and refuses anything else by `refusal`. */
function server(supported: readonly number[], refusal: FakeReply): FakeSender {
  return fakeSender((spec) => {
    if (spec === controlSpec) return { suite: 0xc02f };
    const suite = supported.find((code) => offeredBy(spec).includes(code));
    return suite === undefined ? refusal : { suite };
  });
}

const drain = (
  sender: FakeSender,
  candidates: readonly number[],
  onPick?: (code: number) => void,
  refusals: Refusals = new Map(),
): ReturnType<typeof pickAndRemove> =>
  pickAndRemove(
    sender,
    candidates,
    {
      helloFor: (remaining) => withCipherSuites(controlSpec, remaining),
      chosen: ({ flight }) => flight.negotiated?.cipherSuite ?? null,
      ...(onPick === undefined ? {} : { onPick }),
    },
    refusals,
  );

describe('pickAndRemove', () => {
  it('finds exactly what the server supports, in its order, with one connection more than picks', async () => {
    const codes = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(codes, codes, async (candidates, supported) => {
        const sender = server(supported, 'alert');
        const { codes: found, complete } = await drain(sender, candidates);
        expect(found).to.deep.equal(supported.filter((code) => candidates.includes(code)));
        expect(complete).to.equal(true);
        expect(sender.sent.length).to.equal(found.length + (found.length === candidates.length ? 0 : 1));
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it('takes a reset for a refusal only when it repeats beside an answered control', async () => {
    const sender = server([5], 'reset');
    expect(await drain(sender, [4, 5, 6])).to.deep.equal({ codes: [5], complete: true });
    expect(sender.sent).to.have.length(2 + 6);
  });

  it('takes internal_error for a refusal only when it repeats, since it may be about the moment', async () => {
    const sender = server([5], 'internal-error');
    expect(await drain(sender, [4, 5, 6])).to.deep.equal({ codes: [5], complete: true });
    expect(sender.sent).to.have.length(2 + 6);
  });

  for (const noise of ['reset', 'closed', 'silent', 'internal-error'] as const) {
    it(`goes on with the list where ${noise} does not repeat, and then believes no single alert`, async () => {
      const steady = server([5, 6, 4], 'alert');
      const replies: FakeReply[] = [{ suite: 5 }, noise, { suite: 6 }, { suite: 6 }, 'alert', { suite: 4 }];
      const sender = fakeSender((_, round) => replies[round] ?? { suite: 4 });
      expect(await drain(sender, [4, 5, 6])).to.deep.equal(await drain(steady, [4, 5, 6]));
      expect(sender.steadiness.wavered).to.equal(true);
    });
  }

  it('repeats each refusal by reset that looks like the verified one', async () => {
    const refusals: Refusals = new Map();
    await drain(server([5], 'reset'), [4, 5], undefined, refusals);
    let resets = 0;
    const sender = fakeSender((spec) => {
      if (spec === controlSpec) return { suite: 0xc02f };
      return offeredBy(spec).includes(6) && resets++ > 0 ? { suite: 6 } : 'reset';
    });
    expect(await drain(sender, [6, 7], undefined, refusals)).to.deep.equal({ codes: [6], complete: true });
  });

  it('gives up on an offer that fails and is answered by turns', async () => {
    const sender = fakeSender((_, round) => (round % 2 === 0 ? 'reset' : { suite: 5 }));
    expect(await drain(sender, [4, 5])).to.deep.equal({ codes: [], complete: false });
    expect(sender.sent).to.have.length(8);
  });

  it('never takes silence for a refusal', async () => {
    expect(await drain(server([5], 'silent'), [4, 5, 6])).to.deep.equal({ codes: [5], complete: false });
  });

  it('stops the run when the control is answered no more, and what was found is kept by the caller', async () => {
    const sender = fakeSender((_, round) => (round === 0 ? { suite: 5 } : 'reset'));
    const found: number[] = [];
    const error = await drain(sender, [4, 5], (code) => found.push(code)).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ProbeStopped).with.property('code', 'target-lost');
    expect(found).to.deep.equal([5]);
    expect(sender.isDoubted).to.equal(true);
  });

  it('does not follow a server that picks what was not offered', async () => {
    const sender = fakeSender(() => ({ suite: 99 }));
    expect(await drain(sender, [1, 2])).to.deep.equal({ codes: [], complete: false });
    expect(sender.sent).to.have.length(1);
  });
});

describe('partsOf', () => {
  const control = fakeSender(() => 'alert').control;
  const helloFor = (codes: readonly number[]): HelloSpec => withCipherSuites(controlSpec, codes);

  it('loses no code, repeats none, and puts at most 64 into a hello', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 8 }),
        (count, likely, parallel) => {
          const codes = Array.from({ length: count }, (_, i) => i);
          const parts = partsOf(control, codes, helloFor, { likely: Math.min(likely, count), parallel });
          expect(parts.flat().sort((a, b) => a - b)).to.deep.equal(codes);
          for (const part of parts) expect(part.length).to.be.within(1, 64);
        },
      ),
      { seed: 13, numRuns: 300 },
    );
  });

  it('gives each part a run of the likely codes', () => {
    const codes = Array.from({ length: 128 }, (_, i) => i);
    const parts = partsOf(control, codes, helloFor, { likely: 8 });
    expect(parts.map((part) => part.slice(0, 4))).to.deep.equal([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });

  it('keeps every hello as short as the server is known to bear', () => {
    const codes = Array.from({ length: 100 }, (_, i) => 0xc000 + i);
    const maxHelloLength = 150;
    for (const part of partsOf({ ...control, maxHelloLength }, codes, helloFor))
      expect(helloLength(helloFor(part))).to.be.at.most(maxHelloLength);
  });
});
