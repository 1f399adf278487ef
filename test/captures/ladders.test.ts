import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { captureFile, recorded } from '../../captures/make/recorded.ts';
import { pictures } from '../support/ladder/generate.ts';
import { packetsOf } from '../support/ladder/packets.ts';
import { type Step, stepsOf } from '../support/ladder/steps.ts';

const folder = join(import.meta.dirname, '../../docs/images');

const ladder = (name: (typeof recorded)[number]): Step[] =>
  stepsOf(packetsOf(captureFile(name)), packetsOf(captureFile(`${name}-server`)));

describe('the pictures of the guide to MTU 1454', () => {
  it('are what the captures give (npm run docs writes them)', () => {
    const made = pictures();
    expect(readdirSync(folder).sort()).to.deep.equal([...made.keys()].sort());
    for (const [name, svg] of made) expect(readFileSync(join(folder, name), 'utf8'), name).to.equal(svg);
  });

  it('show packets above 1454 bytes as lost and all others as arrived', () => {
    for (const name of recorded) {
      const steps = ladder(name);
      expect(steps.length, name).to.be.above(5);
      for (const step of steps) expect(step.arrived, `${name}: ${JSON.stringify(step)}`).to.equal(step.size <= 1454);
    }
  });

  it('show the direction of the loss, and none behind a clamp', () => {
    const losers = (name: (typeof recorded)[number]): string[] => [
      ...new Set(ladder(name).flatMap(({ arrived, from }) => (arrived ? [] : [from]))),
    ];
    expect(losers('path-1454-outbound-loss')).to.deep.equal(['client']);
    expect(losers('path-1454-inbound-loss')).to.deep.equal(['server']);
    expect(losers('path-clamped')).to.deep.equal([]);
  });
});
