/** Bundles of our sources by esbuild, and how they are written. */

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type OutputFile, transform } from 'esbuild';

export interface Bundle {
  readonly files: readonly OutputFile[];
  /** Names of the packages in it. */
  readonly packages: readonly string[];
}

/** Entry points and the chunks they share. */
export async function bundle(root: string, entryPoints: string[], options: BuildOptions): Promise<Bundle> {
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

/** What was bundled, with its constants constant again, without the whitespace, and with its source map beside it. */
export async function writeBundled(path: string, bundled: string, charset: 'utf8' | 'ascii' = 'utf8'): Promise<void> {
  const { code, map } = await transform(withConstants(charset === 'ascii' ? inAscii(bundled) : bundled), {
    minifyWhitespace: true,
    charset,
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

/** esbuild escapes strings, and leaves regular expressions as they are: read as Latin letters, they would match something else. */
function inAscii(bundled: string): string {
  return bundled.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
