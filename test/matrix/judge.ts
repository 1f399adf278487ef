/** What a cell's check said against what it must say. */

import type { PathSweep } from '../../lib/evidence/index.ts';
import { type Cell, type Direction, isOfPathAlone } from './cells.ts';
import type { Measured } from './measure.ts';

/** Connections that one sweep of both directions may open. */
const mostConnections = 40;

/** Sentences about everything that is not as expected; none when the cell passes. */
export function disagreements({ expect, group, probes }: Cell, measured: Measured): string[] {
  const { mss, findings, ms, connections } = measured;
  const wrong: string[] = [];
  const need = (holds: boolean, text: string): void => void (holds || wrong.push(text));
  const ids = findings.map(({ id }) => id);
  for (const id of expect.findings) need(ids.includes(id), `${id} is missing`);
  for (const id of ids.filter((id) => expect.never.some((never) => matches(id, never)))) wrong.push(`${id} is false`);
  need(ms <= expect.within, `took ${ms} ms, more than ${expect.within}`);
  if (isOfPathAlone(probes)) need(connections <= mostConnections, `opened ${connections} connections`);
  if (mss?.value == null) return [...wrong, `no value: ${mss?.status ?? 'absent'}, ${mss?.reason ?? ''}`];
  if (group === 'intolerant') return wrong;
  for (const direction of ['outbound', 'inbound'] as const)
    wrong.push(...sweepFaults(expect, direction, mss.value[direction]));
  return wrong;
}

function sweepFaults({ blackhole, mtu }: Cell['expect'], direction: Direction, sweep: PathSweep): string[] {
  const said = `${direction} says ${sweep.verdict} ${sweep.pathMtu}${sweep.reason === null ? '' : ` (${sweep.reason})`}`;
  if (blackhole !== direction) return sweep.verdict === 'blackhole' ? [said] : [];
  return sweep.verdict === 'blackhole' && sweep.pathMtu === mtu ? [] : [`${said}, is blackhole ${mtu}`];
}

function matches(id: string, pattern: string): boolean {
  return pattern.endsWith('.') || pattern.endsWith('-') ? id.startsWith(pattern) : id === pattern;
}
