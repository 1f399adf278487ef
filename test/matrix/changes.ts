/** What each change of the broken line does in each direction (the table of docs/pppoe-1454.md), measured with plain handshakes. */

import type { Attempt } from '../../lib/evidence/index.ts';
import { type Lab, type LabFaults, type NodeName, startLab } from '../../lib/lab/index.ts';
import type { HandshakeTask } from './handshake.ts';
import { longFlight } from './headend.ts';

export interface Change {
  readonly id: string;
  /** Of the line of MTU 1454 on which ICMP is dropped. */
  readonly faults: LabFaults;
  /** Interface whose MTU is lowered to that of the path. */
  readonly narrow?: NodeName;
  /** Whether a hello of 1700 bytes is answered, and whether the certificate flight comes whole. */
  readonly hello: boolean;
  readonly certificates: boolean;
}

const mtu = 1454;
const line: LabFaults = { mtu, icmp: 'dropped' };

export const changes: readonly Change[] = [
  { id: 'none', faults: line, hello: false, certificates: false },
  { id: 'client-mss', faults: { ...line, clientMss: 1300 }, hello: false, certificates: true },
  { id: 'server-mss', faults: { ...line, serverMss: 1300 }, hello: true, certificates: false },
  { id: 'client-mtu', faults: line, narrow: 'client', hello: true, certificates: true },
  { id: 'server-mtu', faults: line, narrow: 'server', hello: true, certificates: true },
  { id: 'clamp', faults: { ...line, clampMss: mtu - 40 }, hello: true, certificates: true },
  { id: 'icmp', faults: { ...line, icmp: 'sent' }, hello: true, certificates: true },
];

const handshakeModule = new URL('./handshake.ts', import.meta.url);
/** Longer than Linux takes for three retransmissions on such a line. */
const patience = 2500;

/** Measures the table over IPv4 and IPv6. Tells each row to `say`; returns what is not as the table has it. */
export async function measureChanges(say: (row: string) => void): Promise<string[]> {
  const wrong: string[] = [];
  const lab = await startLab('plain');
  try {
    const { host, host6, port, sni } = await lab.serve(longFlight);
    for (const family of [4, 6] as const) {
      const target = { host: family === 4 ? host : host6, port, sni, patience };
      for (const change of changes) {
        const { hello, certificates } = await measureChange(lab, change, target);
        const passed = {
          hello: hello.evidence.end === 'stopped' || hello.evidence.end === 'complete',
          certificates: certificates.evidence.end === 'complete',
        };
        const word = (pass: boolean): string => (pass ? 'passes' : 'lost');
        const bytes = certificates.evidence.received.reduce((sum, message) => sum + message.bytes, 0);
        say(
          `v${family} ${change.id.padEnd(12)} hello of 1700 bytes ${word(passed.hello)}, certificates ${word(passed.certificates)} (${bytes} bytes)`,
        );
        for (const what of ['hello', 'certificates'] as const) {
          if (passed[what] !== change[what]) wrong.push(`v${family} ${change.id}: ${what} ${word(passed[what])}`);
        }
      }
    }
    return wrong;
  } finally {
    await lab.close();
  }
}

/** Both handshakes at once, on the line with this change. */
export async function measureChange(
  lab: Lab,
  change: Change,
  target: Omit<HandshakeTask, 'kind'>,
): Promise<{ readonly hello: Attempt; readonly certificates: Attempt }> {
  await lab.change(change.faults);
  const { narrow } = change;
  if (narrow !== undefined) await setMtu(lab, narrow, mtu);
  const [hello, certificates] = await Promise.all([
    lab.call<Attempt>('client', handshakeModule, 'handshake', { ...target, kind: 'hello', size: 1700 }),
    lab.call<Attempt>('client', handshakeModule, 'handshake', { ...target, kind: 'certificates' }),
  ]);
  if (narrow !== undefined) await setMtu(lab, narrow, 1500);
  return { hello, certificates };
}

async function setMtu(lab: Lab, name: NodeName, bytes: number): Promise<void> {
  const device = lab.nodes.find((node) => node.name === name)?.interfaces.at(-1) ?? 'eth0';
  const { status, stderr } = await lab.run(name, ['ip', 'link', 'set', 'dev', device, 'mtu', String(bytes)]);
  if (status !== 0) throw new Error(`The MTU of ${name} cannot be set: ${stderr}`);
}
