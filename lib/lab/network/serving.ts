/** Headends inside a lab: each listens on every address of its node. */

import { HarnessError } from '../../wire/index.ts';
import type { HeadendSpec, RunningHeadend } from '../headend.ts';
import * as makers from '../headends/index.ts';
import { startHeadend } from '../start.ts';
import type { ServedHeadend } from './agent-protocol.ts';
import type { HeadendChoice } from './types.ts';

const running = new Map<number, RunningHeadend>();
let last = 0;

export async function serve(choice: HeadendChoice, port: number): Promise<ServedHeadend> {
  const spec = typeof choice === 'string' || !('maker' in choice) ? choice : await made(choice);
  // Linux takes IPv4 clients on the unspecified IPv6 address too.
  const headend = await startHeadend(spec, { host: '::', port });
  const id = ++last;
  running.set(id, headend);
  return { headend: id, id: headend.spec.id, port: headend.port, sni: headend.sni, rootsPem: headend.rootsPem };
}

export function seenBy(id: number): RunningHeadend['seen'] | null {
  return running.get(id)?.seen ?? null;
}

export async function stop(id: number): Promise<void> {
  await running.get(id)?.close();
}

async function made({ maker, module, args = [] }: Exclude<HeadendChoice, string | HeadendSpec>): Promise<HeadendSpec> {
  const exported = (module === undefined ? makers : await import(module)) as Record<string, unknown>;
  const make = exported[maker];
  if (typeof make !== 'function') {
    throw new HarnessError('unknown-headend', `${module ?? 'helloprobe/lab'} has no maker of headends named ${maker}.`);
  }
  return (make as (...args: readonly unknown[]) => HeadendSpec)(...args);
}
