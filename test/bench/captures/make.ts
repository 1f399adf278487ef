/**
 * `npx tsx test/bench/captures/make.ts DIRECTORY [SHAPE…]` writes the benchmark captures (mixed, handshakes, small; 1.5 GB together),
 * each with what it holds in a JSON file beside it. `… make.ts - mixed 10GiB` writes one of any size to standard output.
 */

import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GroundTruth, writeHandshakes, writeMixed, writeSmall } from './shapes.ts';

/** The last argument: bytes, or a number of handshakes; the usual one unless given. */
export const shapes: Readonly<Record<string, (descriptor: number, size?: number) => GroundTruth>> = {
  mixed: writeMixed,
  handshakes: writeHandshakes,
  small: writeSmall,
};

/** Writes the captures that are named, all unless some are, and returns what each holds. */
export function makeBenchCaptures(
  directory: string,
  names: readonly string[] = Object.keys(shapes),
): Record<string, GroundTruth> {
  mkdirSync(directory, { recursive: true });
  const truths: Record<string, GroundTruth> = {};
  for (const name of names) {
    const write = shapes[name];
    if (write === undefined) throw new RangeError(`There is no shape ${name}.`);
    const descriptor = openSync(join(directory, `${name}.pcap`), 'w');
    const truth = write(descriptor);
    closeSync(descriptor);
    writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(truth, null, 2)}\n`);
    truths[name] = truth;
  }
  return truths;
}

if (process.argv[1] === import.meta.filename) {
  const [, , directory = '', ...names] = process.argv;
  if (directory === '-') shapes[names[0] ?? 'mixed']?.(1, sizeOf(names[1]));
  else if (directory !== '') makeBenchCaptures(directory, names.length > 0 ? names : undefined);
  else throw new RangeError('usage: make.ts DIRECTORY [mixed] [handshakes] [small], or make.ts - SHAPE SIZE');
}

/** `10GiB`, `200MiB` or a number. */
function sizeOf(text: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([MG]iB)?$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (unit === 'GiB' ? 2 ** 30 : unit === 'MiB' ? 2 ** 20 : 1);
}
