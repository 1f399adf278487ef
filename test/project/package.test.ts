import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { toolVersion } from '../../lib/version.ts';
import { finish, root, runtimePackages } from '../support/consumer.ts';

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function read(name: string): Promise<string> {
  return readFile(join(root, name), 'utf8');
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await read('package.json')) as Manifest;
}

describe('the package', () => {
  it('brings fewer than 25 packages into an installation', async () => {
    const packages = await runtimePackages();
    expect(packages).to.include('commander');
    expect(packages).to.have.length.below(25);
  });

  it('pins its dependencies exactly', async () => {
    const { dependencies, devDependencies } = await manifest();
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).to.match(/^\d+\.\d+\.\d+$/);
  });

  it('says in one line what each entry point is for', async () => {
    const { exports } = await manifest();
    for (const [entry, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue;
      const source = await read(target.default.replace('./dist/', '').replace(/\.js$/, '.ts'));
      const [comment = ''] = source.match(/^\/\*\*[\s\S]*?\*\//) ?? [];
      expect(comment, entry)
        .to.match(/(?: |\n \* )@module\b/)
        .and.to.match(/\w[^\n]{20,}[.:]/);
    }
  });

  it('has the same version in package.json, in the code and at the top of the changelog', async () => {
    const { version } = await manifest();
    expect(toolVersion).to.equal(version);
    const newest = (await read('CHANGELOG.md')).match(/^## \[(?!Unreleased)(.+?)\]/m)?.[1];
    expect(newest).to.equal(version);
  });

  it('writes each change into the changelog behind the name of its area', async () => {
    const changes = (await read('CHANGELOG.md')).match(/^- .*/gm) ?? [];
    expect(changes).to.not.be.empty;
    for (const change of changes) expect(change).to.match(/^- `[a-z0-9]+`: /);
  });

  it('names no machine path and no download host in a tracked file', async function () {
    const listed = await finish('git', ['ls-files', '-z'], root).catch(() => null);
    if (listed === null || listed.status !== 0) this.skip();
    const binary = /\.(?:pcap|pcapng|gz|zst|png|der)$/;
    const forbidden = /(?<![\w.~-])\/(?:work|tmp|root|home\/[a-z]+)\/|registry\.(?:npmjs|yarnpkg)|npmjs\.|deb\.debian/;
    const hits: string[] = [];
    for (const name of listed.stdout.split('\0').filter((file) => file !== '' && !binary.test(file))) {
      // A file may have been removed since it was committed.
      const lines = (await read(name).catch(() => '')).split('\n');
      lines.forEach((line, index) => {
        if (forbidden.test(line)) hits.push(`${name}:${index + 1} ${line.trim().slice(0, 80)}`);
      });
    }
    expect(hits).to.deep.equal([]);
  });
});
