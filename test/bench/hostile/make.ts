/** `npx tsx test/bench/hostile/make.ts DIRECTORY [SHAPE…]` writes captures made to hurt, full size: 60 to 200 MB each. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { containerShapes } from './containers.ts';
import { flowShapes, type Shape } from './flows.ts';
import { lowerShapes } from './lower.ts';
import { streamShapes } from './streams.ts';

export const hostileShapes: Readonly<Record<string, Shape>> = {
  ...flowShapes,
  ...streamShapes,
  ...lowerShapes,
  ...containerShapes,
};

/** The file of a shape, made when it is not there. */
export function hostileFile(directory: string, name: string): string {
  const make = hostileShapes[name];
  if (make === undefined) throw new RangeError(`There is no shape ${name}.`);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.cap`);
  if (!existsSync(path)) make(path);
  return path;
}

if (process.argv[1] === import.meta.filename) {
  const [, , directory = '', ...names] = process.argv;
  if (directory === '') throw new RangeError('usage: make.ts DIRECTORY [SHAPE…]');
  for (const name of names.length > 0 ? names : Object.keys(hostileShapes)) hostileFile(directory, name);
}
