import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Ask, preferenceOf } from '../../lib/probe/index.ts';

/** A server that supports `supported`, preferring them in that order, or taking the client's first. */
function serverWith(
  supported: readonly number[],
  whose: 'server' | 'client',
  sideBySide: boolean,
): Ask & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    sideBySide,
    pick: (offered) => {
      asked++;
      const mine = supported.find((code) => offered.includes(code));
      const theirs = offered.find((code) => supported.includes(code));
      return Promise.resolve((whose === 'server' ? mine : theirs) ?? null);
    },
    drain: (codes) => {
      asked += codes.length;
      return Promise.resolve(supported.filter((code) => codes.includes(code)));
    },
  };
}

/** What draining parts of `offered` from that server gives. */
function drainParts(
  offered: readonly number[],
  size: number,
  supported: readonly number[],
  whose: 'server' | 'client',
): { codes: number[]; complete: boolean }[] {
  const parts = [];
  for (let from = 0; from < offered.length; from += size) {
    const part = offered.slice(from, from + size);
    const codes =
      whose === 'server'
        ? supported.filter((code) => part.includes(code))
        : part.filter((code) => supported.includes(code));
    parts.push({ codes, complete: true });
  }
  return parts;
}

describe('preferenceOf', () => {
  const offered = Array.from({ length: 24 }, (_, i) => i + 1);
  const supportedLists = fc.shuffledSubarray(offered, { minLength: 1 });

  it("finds any server's order from any parts, whatever the guess was", async () => {
    await fc.assert(
      fc.asyncProperty(
        supportedLists,
        fc.integer({ min: 1, max: 24 }),
        fc.shuffledSubarray(offered, { minLength: 24 }),
        fc.boolean(),
        async (supported, size, usual, sideBySide) => {
          const server = serverWith(supported, 'server', sideBySide);
          const parts = drainParts(offered, size, supported, 'server');
          const { codes, order } = await preferenceOf({ parts, offered: usual }, server);
          if (supported.length === 1) expect(order).to.equal('unknown');
          else expect({ codes, order }).to.deep.equal({ codes: supported, order: 'server' });
        },
      ),
      { seed: 17, numRuns: 500 },
    );
  });

  it("never takes the client's order for the server's", async () => {
    await fc.assert(
      fc.asyncProperty(
        supportedLists,
        fc.integer({ min: 1, max: 24 }),
        fc.boolean(),
        async (supported, size, sideBySide) => {
          const server = serverWith(supported, 'client', sideBySide);
          const parts = drainParts(offered, size, supported, 'client');
          const { codes, order } = await preferenceOf({ parts, offered }, server);
          expect(order).to.equal(supported.length === 1 ? 'unknown' : 'client');
          expect([...codes].sort((a, b) => a - b)).to.deep.equal([...supported].sort((a, b) => a - b));
        },
      ),
      { seed: 19, numRuns: 300 },
    );
  });

  it('asks a usual server only about the ends of the runs', async () => {
    const server = serverWith(offered, 'server', true);
    await preferenceOf({ parts: drainParts(offered, 6, offered, 'server'), offered }, server);
    expect(server.asked()).to.equal(3);
  });

  it('asks a server that follows the client no more than two questions, one at a time', async () => {
    const server = serverWith(offered, 'client', false);
    await preferenceOf({ parts: drainParts(offered, 6, offered, 'client'), offered }, server);
    expect(server.asked()).to.equal(2);
  });
});
