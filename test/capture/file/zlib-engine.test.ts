import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** Unpacks a file where the stream that is tried is made in another way, and tells how streams were asked for. */
const program = `
  import { PassThrough } from 'node:stream';
  import zlib from 'node:zlib';
  const create = zlib.createGunzip;
  const asked = [];
  Object.defineProperty(zlib, 'createGunzip', {
    value: (options) => {
      asked.push(options?.chunkSize ?? 'usual');
      return process.argv[1] === 'other' && asked.length === 1 ? new PassThrough() : create(options);
    },
  });
  const { nodeGunzip } = await import('./lib/capture/node.ts');
  let length = 0;
  for (let i = 0; i < 2; i++) {
    async function* source() {
      yield zlib.gzipSync(new Uint8Array(2 ** 20).fill(7));
    }
    for await (const chunk of nodeGunzip(source())) {
      if (chunk.some((byte) => byte !== 7)) throw new Error('other bytes');
      length += chunk.length;
    }
  }
  console.log(JSON.stringify({ asked, length }));
`;

function unpackWith(streams: 'usual' | 'other'): unknown {
  const argv = ['--import', 'tsx', '--input-type=module', '-e', program, streams];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stderr).to.equal('');
  return JSON.parse(stdout);
}

describe('gzip without a thread', () => {
  it('is left for a stream, once and for all, where streams of zlib are made in another way', () => {
    expect(unpackWith('usual')).to.deep.equal({ asked: ['usual', 'usual', 'usual'], length: 2 ** 21 });
    expect(unpackWith('other')).to.deep.equal({ asked: ['usual', 2 ** 19, 2 ** 19], length: 2 ** 21 });
  }).timeout(20_000);
});
