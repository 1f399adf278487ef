/**
 * Captures made to hurt, full size, by whole commands: `npm run bench hostile [SHAPE…]`. CPU and memory of each, as text and as JSON, from
 * a file and from standard input. The files, 13 GB, are kept between runs.
 */

import { spawn } from 'node:child_process';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment, figure, heading } from '../measure.ts';
import { hostileFile, hostileShapes } from './make.ts';

const main = 'dist/lib/cli/main.js';
const directory = join(process.env['HELLOPROBE_BENCH_DIR'] ?? 'node_modules/.cache/bench-captures', 'hostile');
/** Of a file of 100 to 200 MB, and whatever its size. */
const most = { seconds: 5, mebibytes: 256 };
const mebibyte = 2 ** 20;

const modes: Readonly<Record<string, readonly string[]>> = {
  text: ['--quiet'],
  json: ['--json', '--quiet'],
};

export async function hostileBench(): Promise<void> {
  const wanted = process.argv.slice(3);
  for (const name of wanted.length > 0 ? wanted : Object.keys(hostileShapes)) {
    const path = hostileFile(directory, name);
    heading(`${name}: ${(statSync(path).size / mebibyte).toFixed(1)} MiB`);
    for (const [mode, options] of Object.entries(modes)) {
      await measured(mode, [path, ...options]);
      await measured(`${mode} from standard input`, ['-', ...options], path);
    }
  }
}

async function measured(what: string, argv: readonly string[], input?: string): Promise<void> {
  const child = spawn(process.execPath, [main, 'pcap', ...argv], {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'],
    env: environment,
  });
  // The file is of no more interest when the command has ended before it.
  if (input !== undefined && child.stdin !== null)
    createReadStream(input)
      .pipe(child.stdin)
      .on('error', () => undefined);
  const watch = watchProcess(child.pid ?? 0);
  await new Promise((resolve) => child.once('close', resolve));
  const { seconds, peak } = watch.stop();
  figure(`${what}: CPU`, seconds, 's', { most: most.seconds });
  figure(`${what}: peak resident memory`, peak / mebibyte, 'MiB', { most: most.mebibytes });
}

/** Linux tells both of a running process; asked often enough that the last answer is close to the end. */
function watchProcess(pid: number): { stop(): { readonly seconds: number; readonly peak: number } } {
  let peak = 0;
  let ticks = 0;
  const timer = setInterval(() => {
    try {
      const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kibibytes) * 1024);
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      ticks = Math.max(ticks, Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
    } catch {
      // It has ended.
    }
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return { seconds: ticks / 100, peak };
    },
  };
}
