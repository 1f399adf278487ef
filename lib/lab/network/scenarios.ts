/** The table of labs. */

import { HarnessError, nearest } from '../../wire/index.ts';
import type { LabScenario } from './types.ts';

const rows: readonly LabScenario[] = [
  {
    id: 'plain',
    title: { en: 'A line without a fault', ja: '障害のない回線' },
    description: { en: 'MTU 1500, nothing lost.', ja: 'MTU 1500、パケット損失なし。' },
    faults: {},
    headend: 'good',
    expect: [],
  },
  {
    id: 'pppoe-1454',
    title: { en: "FLET'S PPPoE, MTU 1454, ICMP dropped", ja: 'フレッツ PPPoE、MTU 1454、ICMP 遮断' },
    description: {
      en: 'Packets above 1454 bytes vanish in both directions.',
      ja: '1454 バイトを超えるパケットが両方向で消える。',
    },
    faults: { mtu: 1454, icmp: 'dropped' },
    headend: 'good',
    expect: ['path.blackhole-outbound', 'path.blackhole-inbound'],
    mayReport: ['path.icmp-filtered'],
  },
];

export const scenarios: ReadonlyMap<string, LabScenario> = new Map(rows.map((row) => [row.id, row]));

/** @throws HarnessError `unknown-scenario` */
export function scenarioById(id: string): LabScenario {
  const row = scenarios.get(id);
  if (row !== undefined) return row;
  const near = nearest(id, [...scenarios.keys()]);
  throw new HarnessError('unknown-scenario', `There is no lab ${JSON.stringify(id)}.`, {
    hint: near.length === 0 ? `The labs are: ${[...scenarios.keys()].join(', ')}.` : `Did you mean ${near.join(', ')}?`,
  });
}
