import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** Goes through a capture of few conversations, then of many, and tells what V8 was asked for. */
const program = `
  import v8 from 'node:v8';
  import { compileWhatPays } from './lib/cli/optimizer.ts';
  const flags = [];
  const set = v8.setFlagsFromString;
  v8.setFlagsFromString = (flag) => {
    flags.push(flag);
    set(flag);
  };
  const tune = compileWhatPays();
  for (const [packets, conversations] of [[50_000, 1], [150_000, 1], [160_000, 2], [200_000, 5000], [300_000, 1000]])
    tune(packets, conversations);
  console.log(flags.join(' '));
`;

describe('what V8 is told of a capture', () => {
  it('is to compile less where handshakes are few, in flags that it knows', function () {
    const argv = ['--import', 'tsx', '--input-type=module', '-e', program];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env });
    // V8 tells of a flag that it does not know.
    expect(stderr).to.equal('');
    const known = process.versions.v8.startsWith('11.');
    const [few, many] = ['--interrupt-budget=800000', '--interrupt-budget=67584'];
    expect(stdout.trim()).to.equal(known ? `--max-inlined-bytecode-size=100 ${few} ${many} ${few}` : '');
  }).timeout(20_000);
});
