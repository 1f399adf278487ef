/** The largest first flight that fits into one packet of usual lines (the other table of docs/pppoe-1454.md), to the byte. */

import type { Attempt } from '../../lib/evidence/index.ts';
import { startLab } from '../../lib/lab/index.ts';
import type { HandshakeTask } from './handshake.ts';
import { longFlight } from './headend.ts';

/** PPPoE, IPv4 in IPv6 (IPoE), FLET'S PPPoE, FLET'S Hikari Premium. */
const lines = [1492, 1460, 1454, 1438];
const tcpAndIp = { 4: 40, 6: 60 } as const;
/** Option bytes of TCP timestamps in each segment (RFC 7323). */
const timestampBytes = 12;

const handshakeModule = new URL('./handshake.ts', import.meta.url);
const patience = 1000;

/** Measures each size and the next larger one. Tells each row to `say`; returns what is not as the table has it. */
export async function measureLimits(say: (row: string) => void): Promise<string[]> {
  const wrong: string[] = [];
  const lab = await startLab('plain');
  try {
    const { host, host6, port, sni } = await lab.serve(longFlight);
    for (const mtu of lines) {
      for (const timestamps of [false, true]) {
        await lab.change({ mtu, icmp: 'dropped', timestamps });
        for (const family of [4, 6] as const) {
          const limit = mtu - tcpAndIp[family] - (timestamps ? timestampBytes : 0);
          const target = { host: family === 4 ? host : host6, port, sni, kind: 'hello', patience } as const;
          const answered = await Promise.all(
            [limit, limit + 1].map(async (size) => {
              const task: HandshakeTask = { ...target, size };
              const { evidence } = await lab.call<Attempt>('client', handshakeModule, 'handshake', task);
              return evidence.end === 'stopped';
            }),
          );
          const name = `v${family} ${mtu}${timestamps ? ' timestamps' : ''}`;
          say(
            `${name.padEnd(20)} ${limit} bytes ${answered[0] ? 'pass' : 'lost'}, ${limit + 1} ${answered[1] ? 'pass' : 'lost'}`,
          );
          if (answered[0] !== true || answered[1] !== false) wrong.push(`${name}: the limit is not ${limit}`);
        }
      }
    }
    return wrong;
  } finally {
    await lab.close();
  }
}
