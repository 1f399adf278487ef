/** What starting costs: CPU of `--version` above an empty node, and the import of each entry point, from the built package. */

import { figure, heading, minimum, timeOnce } from './measure.ts';

const rounds = 10;

async function cpuOf(argv: readonly string[]): Promise<number> {
  const runs: number[] = [];
  for (let i = 0; i < rounds; i++) runs.push((await timeOnce(process.execPath, argv)).cpu * 1000);
  return minimum(runs);
}

export async function startupBench(): Promise<void> {
  heading('start-up (CPU, minimum of 10)');
  const empty = await cpuOf(['-e', '0']);
  figure('node -e 0', empty, 'ms');
  figure('helloprobe --version above it', (await cpuOf(['dist/lib/cli/main.js', '--version'])) - empty, 'ms', {
    most: 60,
  });
  heading('import of an entry point above an empty module (wall, minimum of 10)');
  const base = await importTime('data:text/javascript,0');
  for (const [entry, most] of [
    ['lib/wire/index.js', 30],
    ['lib/hello/index.js', 30],
    ['lib/index.js', 150],
  ] as const) {
    figure(entry, (await importTime(new URL(`../../dist/${entry}`, import.meta.url).href)) - base, 'ms', { most });
  }
}

/** Measured inside a fresh process, so that node's own start does not count. */
async function importTime(url: string): Promise<number> {
  const { execFileSync } = await import('node:child_process');
  const source = `const t = performance.now(); await import(${JSON.stringify(url)}); process.stdout.write(String(performance.now() - t));`;
  const runs = Array.from({ length: rounds }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', source]).toString()),
  );
  return minimum(runs);
}
