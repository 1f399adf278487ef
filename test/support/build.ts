/**
 * The build: `tsc` writes the declarations, esbuild the code. Loading costs about half a millisecond a file, so the code is
 * bundled, one file for each entry point and chunks for what they share: every class exists once, and what is loaded with
 * `import()` stays lazy. Packages stay imports of the library, and source maps lead back to lib/ and probes/, which are packed too.
 */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, writeBundled } from './bundle.ts';
import { simplifyDeclarations } from './declarations.ts';
import { buildProgram } from './program.ts';

/** Replaces `dist` of the package in `root` by a new build. Throws when its sources have type errors. */
export async function buildPackage(root: string): Promise<void> {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
  execFileSync(process.execPath, tsc, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  await simplifyDeclarations(dist);
  const library = await bundle(root, [...(await entrySources(root)), ...labPrograms], { packages: 'external' });
  for (const { path, text } of library.files) await writeBundled(path, text);
  await buildProgram(root);
}

/** Programs that labs run in their namespaces. */
const labPrograms: readonly string[] = ['lib/labAgent.ts', 'lib/lab/network/agent.ts'];

/** Sources of the entry points that package.json promises. */
async function entrySources(root: string): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>;
  };
  const entries = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]));
  return entries.map((file) => file.replace(/^(?:\.\/)?dist\/(.*)\.js$/, '$1.ts'));
}

if (process.argv[1] === import.meta.filename) await buildPackage(join(import.meta.dirname, '../..'));
