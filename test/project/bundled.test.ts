import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { writeBundled } from '../support/bundle.ts';

describe('the bundle of the program', () => {
  it('means the same when it is read as Latin letters, in regular expressions too', async () => {
    const source =
      "result = ['失われ'.replace(/失われ$/, '失われています'), '＝1'.replace(/^[＝＋]/u, '='), 'ï'.replace(/[＝＋]/, ''), `😀`.replace(/^[😀]$/u, 'é')];";
    const folder = await mkdtemp(join(tmpdir(), 'helloprobe-bundle-'));
    try {
      await writeBundled(join(folder, 'program.js'), source, 'ascii');
      const text = await readFile(join(folder, 'program.js'), 'latin1');
      expect(text.split('').filter((character) => character > '\x7f')).to.deep.equal([]);
      const world: { result?: string[] } = {};
      runInNewContext(text, world);
      expect([...(world.result ?? [])]).to.deep.equal(['失われています', '=1', 'ï', 'é']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
