/** `npm run bench`: builds, then prints every figure that the project promises. `npm run bench scan` runs one part. */

import { execFileSync } from 'node:child_process';
import { benchStatus } from './measure.ts';

execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
const parts: Readonly<Record<string, () => Promise<void>>> = {
  codec: async () => (await import('./codec.ts')).codecBench(),
  startup: async () => (await import('./startup.ts')).startupBench(),
  scan: async () => (await import('./scan.ts')).scanBench(),
  capture: async () => (await import('./capture.ts')).captureBench(),
  logs: async () => (await import('./logs.ts')).logBench(),
  hostile: async () => (await import('./hostile/bench.ts')).hostileBench(),
  leak: async () => (await import('./leak.ts')).leakBench(),
};
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part();
}
process.exitCode = benchStatus();
