import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** Makes 400 MiB of short-lived objects beside 4 MiB that stay, and tells how large the young generation became. */
const program = `
  import v8 from 'node:v8';
  import { keepHeapSmall } from './lib/cli/heap.ts';
  const watch = process.argv[1] === 'small' ? keepHeapSmall() : () => {};
  const kept = [];
  for (let i = 0; i < 40_000; i++) {
    kept[i % 400] = Array.from({ length: 1000 }, (_, k) => k + 0.5);
    watch();
  }
  const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  console.log(young.space_size);
`;

function youngAfter(mode: 'small' | 'usual'): number {
  const argv = ['--import', 'tsx', '--input-type=module', '-e', program, mode];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stderr).to.equal('');
  return Number(stdout);
}

describe('the heap of a long run', () => {
  it('has a small young generation, and V8 knows the flags for it', () => {
    expect(youngAfter('small')).to.be.at.most(2 ** 24);
    expect(youngAfter('usual')).to.be.at.least(2 ** 24);
  }).timeout(20_000);
});
