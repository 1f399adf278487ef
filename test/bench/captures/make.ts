/**
 * `npx tsx test/bench/captures/make.ts DIRECTORY [SHAPE…]` writes the benchmark captures (mixed, handshakes, small; 1.5 GB together),
 * each with what it holds in a JSON file beside it. `… make.ts --stream 10` writes 10 GiB of the mixed one to standard output.
 */

import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GroundTruth, writeHandshakes, writeMixed, writeSmall } from './shapes.ts';

const shapes: Readonly<Record<string, (descriptor: number) => GroundTruth>> = {
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
  const [, , first = '', ...others] = process.argv;
  if (first === '--stream') writeMixed(1, Number(others[0]) * 2 ** 30);
  else if (first !== '') makeBenchCaptures(first, others.length > 0 ? others : undefined);
  else throw new RangeError('usage: make.ts DIRECTORY [mixed] [handshakes] [small], or make.ts --stream GIB');
}
