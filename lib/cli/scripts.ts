/**
 * The scripts that the built program consists of, and what V8 made of them when they were built. Most of a short run is V8 reading our code.
 * Beside each script lies its bytecode for the very Node that built the package; every other one reads the script.
 */

import { withUsualFlags } from './flags.ts';

const { readFileSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { fileURLToPath } = process.getBuiltinModule('node:url');
const v8 = process.getBuiltinModule('node:v8');
const { Script } = process.getBuiltinModule('node:vm');

type Exports = Record<string, unknown>;
/** What the build makes of a module. */
type Body = (
  exported: Exports,
  load: (path: string) => Exports,
  require: NodeJS.Require,
  url: string,
  importPackage: (name: string) => Promise<unknown>,
) => void;

interface Loaded {
  readonly script: InstanceType<typeof Script>;
  readonly exported: Exports;
}

const loaded = new Map<string, Loaded>();

/** What a script exports; it runs when it is loaded for the first time. */
export function load(url: URL): Exports {
  const file = fileURLToPath(url);
  const known = loaded.get(file);
  if (known !== undefined) return known.exported;
  const script = withUsualFlags(
    () => new Script(readFileSync(file, 'latin1'), { filename: file, cachedData: bytecodeOf(file) }),
  );
  const exported: Exports = {};
  loaded.set(file, { script, exported });
  const body = script.runInThisContext() as Body;
  body(exported, (path) => load(new URL(path, url)), createRequire(url), url.href, importPackage);
  return exported;
}

/** From a module, which may: in a script `import()` is experimental, and Node warns of it on standard error. */
function importPackage(name: string): Promise<unknown> {
  return import(name);
}

/** Keeps the bytecode of every function that ran so far beside its script. */
export function keepBytecode(): void {
  for (const [file, { script }] of loaded) writeFileSync(bytecodeFile(file), script.createCachedData());
}

function bytecodeOf(file: string): Buffer | undefined {
  try {
    return readFileSync(bytecodeFile(file));
  } catch {
    return undefined;
  }
}

/** V8 refuses what another version made, or one with other flags; a build that it cannot tell apart differs in the size of the executable. */
function bytecodeFile(file: string): string {
  const { version, platform, arch, execPath } = process;
  return `${file}.${version}-${platform}-${arch}-${statSync(execPath).size}-${v8.cachedDataVersionTag()}`;
}
