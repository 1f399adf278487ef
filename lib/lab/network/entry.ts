/** Programs of our own that run as processes in labs: found among the sources, and where the build puts them. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HarnessError } from '../../wire/index.ts';

/**
 * Command line of a program of ours.
 * @param name its path from the top, without ending: `lib/lab/network/agent`; in the bundle this module is in some chunk, so the top is looked for.
 * @throws HarnessError `lab-setup` when the program is not there
 */
export function ownProgram(name: string): string[] {
  const here = fileURLToPath(import.meta.url);
  const ending = extname(here);
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, `${name}${ending}`);
    if (existsSync(file)) return [process.execPath, ...(ending === '.ts' ? ['--import', loaderOfSources()] : []), file];
  }
  throw new HarnessError('lab-setup', 'A program that labs need is missing from this installation.', {
    hint: 'Reinstall helloprobe.',
  });
}

/** `import.meta.resolve` is missing where a test runner loads this as CommonJS. */
function loaderOfSources(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
