/**
 * Makes the captures of this folder: `npx tsx captures/make.ts` writes them, the same byte for byte every time, except those that
 * are recorded in labs (`make/lab.ts`).
 */

import { writeFileSync } from 'node:fs';
import { certificatePem } from '../lib/lab/index.ts';
import { pathRecipes } from './make/path.ts';
import { exampleRoot } from './make/pki.ts';
import { policyRecipes } from './make/policy.ts';
import type { Recipe } from './make/recipe.ts';
import { recordedCaptures } from './make/recorded.ts';
import { sftunnelRecipes } from './make/sftunnel.ts';
import { tlsRecipes } from './make/tls.ts';

/** Captures that are written by hand, packet by packet. */
const made: readonly Recipe[] = [...sftunnelRecipes, ...tlsRecipes, ...pathRecipes, ...policyRecipes];

/** Every capture of this folder. */
export const recipes: readonly Recipe[] = [...made, ...recordedCaptures];

/** What to trust when judging them (`--ca captures/example-root.pem`). */
export const exampleRootPem = certificatePem(exampleRoot.der);

if (process.argv[1] === import.meta.filename) {
  for (const { name, make } of made) writeFileSync(new URL(`${name}.pcapng`, import.meta.url), make());
  writeFileSync(new URL('example-root.pem', import.meta.url), exampleRootPem);
}
