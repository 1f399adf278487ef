/** A thousand probes in one process: heap and open descriptors before and after. Run with --expose-gc. */

import { readdirSync } from 'node:fs';
import { check } from '../../lib/check.ts';
import { headends, startHeadend } from '../../lib/lab/index.ts';
import { figure, heading } from './measure.ts';

const descriptors = (): number => readdirSync('/proc/self/fd').length;

function heapMiB(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

export async function leakBench(probes = 1000): Promise<void> {
  heading(`${probes} probes (connect) in one process`);
  const good = headends['good'];
  if (good === undefined) return;
  const headend = await startHeadend(good);
  const probe = (): Promise<unknown> =>
    check(
      { host: headend.host, port: headend.port },
      { sni: headend.sni, caPem: [headend.rootsPem], only: ['connect'], quick: true },
    );
  for (let i = 0; i < 200; i++) await probe();
  const [heap, open] = [heapMiB(), descriptors()];
  for (let i = 0; i < probes; i++) await probe();
  figure('heap growth', heapMiB() - heap, 'MiB', { most: 2 });
  figure('descriptor growth', descriptors() - open, '', { most: 0 });
  await headend.close();
}
