/** What is changed in the declarations that `tsc` wrote, for strangers whose TypeScript is older than ours. */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `Uint8Array<ArrayBufferLike>`, which means `Uint8Array` and which TypeScript before 5.7 takes for an error. */
const typedBuffer = /\b(\w+Array|DataView)<ArrayBuffer(?:Like)?>/g;

/** Makes the declarations in `folder` such that TypeScript 5.4 reads them. */
export async function simplifyDeclarations(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const text = await readFile(join(folder, name), 'utf8');
    const simple = text.replace(typedBuffer, '$1');
    if (simple !== text) await writeFile(join(folder, name), simple);
  }
}
