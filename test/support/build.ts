/**
 * The build: `tsc` writes the declarations, esbuild the code. Loading costs about half a millisecond a file, so the code is
 * bundled, one file for each entry point and chunks for what they share: every class exists once, and what is loaded with
 * `import()` stays lazy. Packages stay imports of the library, and source maps lead back to lib/ and probes/, which are packed too.
 */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type OutputFile, type Plugin, transform } from 'esbuild';
import { pastDoors } from './doors.ts';

/** Replaces `dist` of the package in `root` by a new build. Throws when its sources have type errors. */
export async function buildPackage(root: string): Promise<void> {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
  execFileSync(process.execPath, tsc, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const library = await bundle(root, [...(await entrySources(root)), ...labPrograms], { packages: 'external' });
  const own: BuildOptions = { plugins: [apartFrom(program), pastDoors()], external: apart };
  const programs = await Promise.all(program.map((file) => bundle(root, [file], own)));
  for (const { path, text } of [library, ...programs].flatMap(({ files }) => files)) await writeModule(path, text);
  const packed = new Set(programs.flatMap(({ packages }) => packages));
  await writeFile(join(dist, 'lib/cli/LICENSES.txt'), await licensesOf(root, [...packed].sort()));
}

interface Bundle {
  readonly files: readonly OutputFile[];
  /** Names of the packages in it. */
  readonly packages: readonly string[];
}

/** Entry points and the chunks they share. */
async function bundle(root: string, entryPoints: string[], options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: join(root, 'dist'),
    outbase: root,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
    conditions: ['module', 'import'],
    mainFields: ['module', 'main'],
    metafile: true,
    ...options,
    write: false,
  });
  const packages = Object.keys(metafile?.inputs ?? {}).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return { files: outputFiles ?? [], packages: [...new Set(packages)] };
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

/** A bundled module, with its constants constant again, without the whitespace, and with its source map beside it. */
async function writeModule(path: string, bundled: string): Promise<void> {
  const { code, map } = await transform(withConstants(bundled), {
    minifyWhitespace: true,
    charset: 'utf8',
    sourcemap: 'external',
    sourcesContent: false,
    sourcefile: basename(path),
    target: 'node20.19',
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.map`, map);
  await writeFile(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`, {
    mode: bundled.startsWith('#!') ? 0o755 : 0o644,
  });
}

/**
 * esbuild declares what stands at the top of a bundled module with `var`. V8 folds constants into the code that it optimises, but
 * not variables: whole runs over captures cost an eighth more CPU with them.
 */
function withConstants(bundled: string): string {
  return bundled.replace(/^var (\w+) =(?!=)/gm, (declaration, name: string) => {
    const assignments = new RegExp(
      `(?<![\\w.$])${name}\\s*(?:=(?!=)|[-+*/|&^%]=|<<=|>>>?=|\\?\\?=|\\|\\|=|&&=|\\+\\+|--)|(?:\\+\\+|--)${name}\\b`,
      'g',
    );
    return [...bundled.matchAll(assignments)].length > 1 ? declaration : `const ${name} =`;
  });
}

/** Programs that labs run in their namespaces. */
const labPrograms: readonly string[] = ['lib/labAgent.ts', 'lib/lab/network/agent.ts'];

/** The program that users run: each file a bundle of its own, which shares no chunks with others and so has few. */
const program: readonly string[] = ['lib/cli/main.ts', 'lib/cli/mainOfAll.ts', 'lib/cli/mainOfCaptures.ts'];

/** Packages that stay imports of the program: native ones, and commander, which is CommonJS and loaded as such. */
const apart = ['commander', 'koffi', 'raw-socket'];

/** Leaves imports of other bundles' files as they are. */
function apartFrom(bundles: readonly string[]): Plugin {
  return {
    name: 'apart',
    setup(building) {
      building.onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ path, importer }) => {
        const isBundle = importer !== '' && bundles.includes(`lib/cli/${basename(path)}`);
        return isBundle ? { path: path.replace(/ts$/, 'js'), external: true } : null;
      });
    },
  };
}

/** Sources of the entry points that package.json promises. */
async function entrySources(root: string): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>;
  };
  const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
  return entries.map((file) => file.replace(/^(?:\.\/)?dist\/(.*)\.js$/, '$1.ts'));
}

if (process.argv[1] === import.meta.filename) await buildPackage(join(import.meta.dirname, '../..'));
