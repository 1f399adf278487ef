/**
 * The program that users run, built: `main.js`, which answers `--version`, and scripts (see scripts.ts) that it loads for the rest, with
 * their bytecode. They share nothing with the library, and hold the packages they need.
 */

import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { bundle, writeBundled } from './bundle.ts';
import { pastDoors } from './doors.ts';
import { asScript, scriptUrl } from './scripts.ts';

/** Certificates, losses and verdicts of all kinds. */
const captures = [
  'sftunnel-good',
  'sftunnel-ca-mismatch',
  'expired-server',
  'path-1454-outbound-loss',
  'reset-injected',
];

/** What `main.ts` loads: a bundle of its own, so that it has few chunks. */
interface Part {
  readonly name: string;
  /** A command line that runs what most runs do. */
  readonly words: readonly string[];
}

const parts: readonly Part[] = [
  { name: 'mainOfCaptures', words: ['pcap', ...captures.map((name) => `captures/${name}.pcapng`)] },
  { name: 'mainOfAll', words: ['list', 'findings'] },
];

const support = import.meta.dirname;
/** Native packages stay imports. */
const native = ['koffi', 'raw-socket'];

/** Writes `dist/lib/cli` and `dist/program` of the package in `root`. */
export async function buildProgram(root: string): Promise<void> {
  // Loading an ES module takes 4 ms longer: Node's loader for these reads files through node:fs/promises.
  const main = await bundle(root, ['lib/cli/main.ts'], {
    plugins: [loadedAsScripts()],
    splitting: false,
    format: 'cjs',
  });
  for (const { path, text } of main.files) await writeBundled(path, text);
  await writeFile(join(root, 'dist/lib/cli/package.json'), '{ "type": "commonjs" }\n');
  const scripts: BuildOptions = {
    plugins: [pastDoors()],
    external: native,
    outdir: join(root, 'dist/program'),
    outbase: join(root, 'lib/cli'),
    chunkNames: '[name]-[hash]',
    define: { 'import.meta.url': scriptUrl },
  };
  const bundles = await Promise.all(parts.map(({ name }) => bundle(root, [`lib/cli/${name}.ts`], scripts)));
  // Of Latin letters alone: V8 keeps such text in half the memory, and reads it faster.
  for (const { path, text } of bundles.flatMap(({ files }) => files)) await writeBundled(path, asScript(text), 'ascii');
  const packed = new Set(bundles.flatMap(({ packages }) => packages));
  await writeFile(join(root, 'dist/program/LICENSES.txt'), await licensesOf(root, [...packed].sort()));
  for (const part of parts) keepBytecodeOf(root, part);
}

/** Runs a part in a Node of its own, as users will. */
function keepBytecodeOf(root: string, { name, words }: Part): void {
  const argv = ['--import', 'tsx', join(support, 'bytecode.ts'), join(root, `dist/program/${name}.js`), ...words];
  const env = { ...process.env, NODE_OPTIONS: '' };
  execFileSync(process.execPath, argv, { cwd: join(support, '../..'), env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The parts as `main.js` sees them. */
function loadedAsScripts(): Plugin {
  return {
    name: 'scripts',
    setup(building) {
      building.onResolve({ filter: /^\.\/mainOf\w+\.ts$/ }, ({ path, resolveDir }) => ({
        path: basename(path, '.ts'),
        namespace: 'script',
        pluginData: resolveDir,
      }));
      building.onLoad({ filter: /./, namespace: 'script' }, ({ path, pluginData }) => ({
        contents: `import { load } from './scripts.ts';
          const { pathToFileURL } = process.getBuiltinModule('node:url');
          export const { main } = load(new URL('../../program/${path}.js', pathToFileURL(__filename)));`,
        resolveDir: pluginData as string,
      }));
    },
  };
}

/** What the licences of packages want of those who copy them. */
async function licensesOf(root: string, packages: readonly string[]): Promise<string> {
  const texts = packages.map(async (name) => {
    const folder = join(root, 'node_modules', name);
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`The package ${name} has no licence text.`);
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return `${name} ${version}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
  });
  return `The program holds parts of these packages.\n\n${(await Promise.all(texts)).join(`\n${'-'.repeat(72)}\n\n`)}`;
}
