/** Whole commands, timed; figures printed beside the goal they are held against. */

import { spawn } from 'node:child_process';

export interface Timed {
  /** Wall seconds of each run. */
  readonly seconds: readonly number[];
  /** User and system CPU seconds of each run. */
  readonly cpu: readonly number[];
}

export const minimum = (values: readonly number[]): number => Math.min(...values);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Reading these certificates takes 40 ms of each start of Node.js where it is set, whatever the program does. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

/** The environment of what is measured. */
export const environment: NodeJS.ProcessEnv = env;

/** Runs a command to its end, output discarded. CPU counts the command and what it waited for. */
export async function timeOnce(
  program: string,
  argv: readonly string[],
): Promise<{ seconds: number; cpu: number; status: number | null }> {
  const start = performance.now();
  const child = spawn(
    'sh',
    ['-c', '"$@" >/dev/null 2>&1 </dev/null; s=$?; times >&3; exit $s', 'sh', program, ...argv],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: environment },
  );
  let times = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    times += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  const cpu = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
  return { seconds, cpu, status };
}

let misses = 0;

/** Prints one figure with its goal. */
export function figure(name: string, value: number, unit: string, goal?: { readonly most: number }): void {
  const shown = `${value.toFixed(value < 10 ? 3 : 1)} ${unit}`;
  const held =
    goal === undefined ? '' : value <= goal.most ? `  (goal <= ${goal.most}: met)` : `  (goal <= ${goal.most}: MISSED)`;
  if (goal !== undefined && value > goal.most) misses++;
  process.stdout.write(`${name.padEnd(64)} ${shown.padStart(14)}${held}\n`);
}

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** Status for the process: 1 when a goal was missed. */
export function benchStatus(): number {
  return misses === 0 ? 0 : 1;
}
