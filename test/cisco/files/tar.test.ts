import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { TarReader } from '../../../lib/cisco/files/index.ts';
import { readInventory, readTree } from '../../../lib/cisco/node.ts';
import { concat, HarnessError } from '../../../lib/wire/index.ts';
import { file, fmcTree, fmcUuid, ftdTree, now, tarEntry, tarOf } from './support.ts';

const read = (bytes: Uint8Array, chunk = bytes.length || 1, wanted: (path: string) => boolean = () => true) => {
  const reader = new TarReader({ wanted });
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  return reader.result();
};
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('tar archives', () => {
  const entries = fmcTree();

  it('give back what went in, whatever the size of the pieces', () => {
    for (const size of [1, 7, 511, 512, 513, 100_000]) {
      const result = read(tarOf(entries), size);
      expect(result.dropped).to.deep.equal({});
      expect(result.entries).to.deep.equal(entries);
    }
  });

  it('have long names in GNU and in pax headers', () => {
    const long = `${'x/'.repeat(80)}cacert.pem`;
    const gnu = concat(tarEntry('././@LongLink', text(`${long}\0`), 'L'), tarEntry('short', text('a')));
    const record = `path=${long}\n`;
    const pax = concat(
      tarEntry('PaxHeaders/x', text(`${record.length + 4} ${record}15 uname=admin\n`), 'x'),
      tarEntry('short', text('b')),
      tarEntry('next', text('c')),
    );
    expect(read(gnu).entries.map(({ path }) => path)).to.deep.equal([long]);
    expect(read(pax).entries.map(({ path, owner }) => [path, owner])).to.deep.equal([
      [long, 'admin'],
      ['next', 'root'],
    ]);
  });

  it('keep the content of what is wanted and small, and only that', () => {
    const bytes = concat(tarEntry('a', text('1')), tarEntry('b', new Uint8Array(70_000)), tarEntry('c', text('3')));
    expect(
      read(bytes, 1000, (path) => path !== 'a').entries.map(({ path, size, content }) => [
        path,
        size,
        content?.length ?? null,
      ]),
    ).to.deep.equal([
      ['b', 70_000, null],
      ['c', 1, 1],
    ]);
  });

  it('end in counted drops when they are damaged', () => {
    const bytes = tarOf(entries);
    for (let end = 1; end < bytes.length; end += 97) {
      const result = read(bytes.subarray(0, end));
      expect(result.entries, `${end}`).to.deep.equal(entries.slice(0, result.entries.length));
      expect(Object.keys(result.dropped), `${end}`).to.satisfy((ids: string[]) => ids.every((id) => id === 'cut-off'));
    }
    expect(read(bytes.with(148, 0x39)).dropped).to.deep.equal({ 'bad-header': 1 });
    expect(read(bytes.subarray(0, 700)).dropped).to.deep.equal({ 'cut-off': 1 });
    expect(read(text('no archive'.repeat(100)))).to.deep.equal({
      entries: [],
      dropped: { 'bad-header': 1 },
      headers: 0,
    });
  });

  it('survive 2,000 seeded mutations', () => {
    const bytes = tarOf(ftdTree());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(bytes.length),
        (edits, end) => {
          const damaged = bytes.slice(0, end);
          for (const [at, value] of edits) damaged[at] = value;
          const { entries: found } = read(damaged, 300);
          expect(found.length).to.be.at.most(3);
        },
      ),
      { seed: 8, numRuns: 2000 },
    );
  });

  it('that lie about sizes, or hold many entries, cost no memory', () => {
    const huge = tarEntry('a/cacert.pem', new Uint8Array(0));
    huge.set(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff), 124);
    huge.set(text('        '), 148);
    huge.set(
      text(
        `${huge
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
      ),
      148,
    );
    expect(read(huge)).to.deep.include({ entries: [], dropped: { 'cut-off': 1 } });
    const many = new TarReader({ wanted: () => true, maxEntries: 10 });
    for (let i = 0; i < 1000; i++) many.push(tarEntry(`f${i}`, text('x')));
    expect(many.result().entries).to.have.lengthOf(10);
    expect(many.result().dropped).to.deep.equal({ 'too-many': 990 });
    const padded = new TarReader({ wanted: () => true });
    for (let i = 0; i < 4 && !padded.stopped; i++) padded.push(new Uint8Array(2 ** 19));
    expect(padded.stopped).to.equal(true);
    const large = new TarReader({ wanted: () => true, maxTotal: 100 });
    for (let i = 0; i < 3; i++) large.push(tarEntry(`${i}`, new Uint8Array(60)));
    const { entries, dropped } = large.result();
    expect(entries.map(({ content }) => content?.length ?? null)).to.deep.equal([60, null, null]);
    expect(dropped).to.deep.equal({ 'too-much': 2 });
  });
});

describe('trees on disk', () => {
  let folder = '';
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'helloprobe-tree-'))));
  after(() => rmSync(folder, { recursive: true }));

  const put = (root: string, entries: ReturnType<typeof ftdTree>): void => {
    for (const { path, content } of entries) {
      mkdirSync(join(folder, root, path, '..'), { recursive: true });
      writeFileSync(join(folder, root, path), content ?? '');
    }
  };

  it('are the same stock as a folder, as a tar file and as a tar.gz file', async () => {
    const entries = fmcTree();
    put('fmc', entries);
    writeFileSync(join(folder, 'fmc.tar'), tarOf(entries));
    writeFileSync(join(folder, 'fmc.tgz'), gzipSync(tarOf(entries)));
    const [tree, tar, tgz] = await Promise.all(
      ['fmc', 'fmc.tar', 'fmc.tgz'].map((name) => readInventory(join(folder, name), { now })),
    );
    expect(tgz).to.deep.equal(tar);
    for (const inventory of [tree, tar]) {
      expect(inventory?.side).to.equal('fmc');
      expect(
        inventory?.folders.map(({ kind, keyMatches, signedByCa }) => [kind, keyMatches, signedByCa]),
      ).to.deep.equal([
        ['fmc-own', true, true],
        ['pushed', true, true],
        ['pushed', true, true],
      ]);
    }
    // Owners and permissions of a copy are those of who copied it.
    expect(tree?.folders[0]?.key).to.include({ owner: null, mode: null });
    expect(tar?.folders[0]?.key).to.include({ owner: 'root', mode: 'rw-------' });
  });

  it('may be given by a folder that is itself named after the peer', async () => {
    put('', ftdTree());
    const { folders } = await readInventory(join(folder, `ngfw/var/sf/peers/${fmcUuid}`), { now });
    expect(folders.map(({ kind, peerUuid, keyMatches }) => [kind, peerUuid, keyMatches])).to.deep.equal([
      ['peer', fmcUuid, true],
    ]);
  });

  it('are not left through links', async () => {
    put('linked', [file('a/x', 'x')]);
    writeFileSync(join(folder, 'outside'), 'x');
    symlinkSync(join(folder, 'outside'), join(folder, 'linked/cacert.pem'));
    symlinkSync(folder, join(folder, 'linked/loop'));
    const { entries } = await readTree(join(folder, 'linked'));
    expect(entries.map(({ path, kind, content }) => [path.split('/').at(-1), kind, content])).to.deep.equal([
      ['cacert.pem', 'link', null],
    ]);
  });

  it('that cannot be read say so in one sentence', async () => {
    writeFileSync(join(folder, 'text'), 'no archive');
    writeFileSync(join(folder, 'bad.gz'), Uint8Array.of(0x1f, 0x8b, 1, 2, 3));
    for (const name of ['missing', 'text', 'bad.gz']) {
      const error = await readTree(join(folder, name)).then(
        () => null,
        (cause: unknown) => cause,
      );
      expect(error, name).to.be.instanceOf(HarnessError).with.property('code', 'unreadable-file');
    }
  });

  it('keep what a cut tar.gz file has up to its end', async () => {
    const whole = gzipSync(tarOf(fmcTree()));
    writeFileSync(join(folder, 'cut.tgz'), whole.subarray(0, whole.length - 200));
    const { entries, dropped } = await readTree(join(folder, 'cut.tgz'));
    expect(entries.length).to.be.greaterThan(0);
    expect(Object.keys(dropped)).to.include('bad-gzip');
  });
});
