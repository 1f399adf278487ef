/**
 * A stranger's project: the package built, packed and unpacked into an empty project beside the few packages that the
 * stranger has. Nothing is fetched; the dependencies are links into this repository's node_modules.
 */

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPackage } from './build.ts';

export const root = join(import.meta.dirname, '../..');

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Consumer {
  readonly folder: string;
  /** Files of the tarball, relative to the package. */
  readonly packed: readonly string[];
  /** Runs node with `args` in the project. */
  node(...args: readonly string[]): Promise<Finished>;
  /** Type-checks and compiles the project; `stdout` has the errors. */
  tsc(): Promise<Finished>;
}

/** What a TypeScript user with mocha and chai has installed beside us. */
const ownPackages = ['chai', 'mocha', 'typescript', '@types/chai', '@types/mocha', '@types/node'];

let made: Promise<Consumer> | undefined;

/** The project, made once a run. */
export function consumerProject(): Promise<Consumer> {
  made ??= makeProject();
  return made;
}

/** Runs a program to its end; a status other than 0 is a result, not an exception. */
export function finish(file: string, args: readonly string[], cwd: string, timeout = 60_000): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { cwd, encoding: 'utf8', maxBuffer: 2 ** 24, timeout } as const;
    execFile(file, [...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function makeProject(): Promise<Consumer> {
  const work = await mkdtemp(join(tmpdir(), 'helloprobe-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  const tarball = await packLibrary(join(work, 'stage'));
  const folder = join(work, 'project');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'helloprobe'), { recursive: true });
  await expectSuccess(
    finish('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'helloprobe')], folder),
  );
  for (const name of new Set([...(await runtimePackages()), ...ownPackages])) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  await writeFile(join(folder, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(consumerOptions));
  return {
    folder,
    packed: (await finish('tar', ['-tzf', tarball], folder)).stdout
      .trim()
      .split('\n')
      .map((name) => name.replace('package/', '')),
    node: (...args) => finish(process.execPath, args, folder),
    tsc: () => finish(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', '.'], folder),
  };
}

/** What a careful user's project says; the types we ship are checked too. */
const consumerOptions = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    types: ['node', 'mocha'],
    rootDir: '.',
    outDir: 'out',
  },
  exclude: ['out', 'node_modules'],
};

/** Builds and packs a copy, so that neither dist nor anything else of the repository changes. Returns the tarball's path. */
export async function packLibrary(stage: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { files: string[] };
  await mkdir(stage, { recursive: true });
  const copied = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md', 'LICENSE', ...manifest.files];
  for (const name of copied.filter((file) => file !== 'dist')) {
    await cp(join(root, name), join(stage, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(stage, 'node_modules'), 'junction');
  await buildPackage(stage);
  const { stdout } = await expectSuccess(finish('npm', ['pack', '--ignore-scripts', '--silent'], stage));
  return join(stage, stdout.trim());
}

/** An entry of package-lock.json. */
interface LockedPackage {
  readonly dev?: boolean;
  readonly peer?: boolean;
  /** Where it is installed; everywhere without. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** Names of the packages that an installation brings along, from the lock file. */
export async function runtimePackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const here = ({ os, cpu }: LockedPackage): boolean =>
    os?.includes(process.platform) !== false && cpu?.includes(process.arch) !== false;
  return Object.entries(lock.packages)
    .filter(([path, { dev, peer }]) => path.startsWith('node_modules/') && dev !== true && peer !== true)
    .filter(([, locked]) => here(locked))
    .map(([path]) => path.slice('node_modules/'.length));
}

async function expectSuccess(program: Promise<Finished>): Promise<Finished> {
  const finished = await program;
  if (finished.status !== 0) throw new Error(`status ${finished.status}\n${finished.stdout}${finished.stderr}`);
  return finished;
}
