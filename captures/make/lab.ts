/**
 * Records the captures of a line of MTU 1454 in labs, at the client and at the server: `npx tsx captures/make/lab.ts [NAME…]`. Needs
 * network namespaces. Times, ports and keys differ from run to run, so the files are committed and not made anew by a test.
 */

import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Attempt } from '../../lib/evidence/index.ts';
import { type LabFaults, startLab } from '../../lib/lab/index.ts';
import type { HandshakeTask } from '../../test/matrix/handshake.ts';
import { longFlight } from '../../test/matrix/headend.ts';
import { type RecordedName, recorded } from './recorded.ts';

export interface Scene extends Pick<HandshakeTask, 'kind' | 'patience'> {
  readonly faults: LabFaults;
  /** Milliseconds after which the server closes the connection. */
  readonly serverPatience?: number;
}

const line: LabFaults = { mtu: 1454, icmp: 'dropped' };

export const scenes: Readonly<Record<RecordedName, Scene>> = {
  'path-1454-outbound-loss': { faults: line, kind: 'browser', serverPatience: 4000, patience: 4500 },
  'path-1454-inbound-loss': { faults: line, kind: 'certificates', patience: 4000 },
  'path-clamped': { faults: { ...line, clampMss: 1414 }, kind: 'browser' },
  'path-pmtud': { faults: { ...line, icmp: 'sent' }, kind: 'browser' },
};

const handshakeModule = new URL('../../test/matrix/handshake.ts', import.meta.url);

/** One handshake on the line, and the frames at both ends of it; in a lab of its own, so that no other connection is seen. */
export async function recordScene({ faults, kind, patience = 2000, serverPatience }: Scene) {
  const lab = await startLab('plain', { faults });
  try {
    const headend = await lab.serve(longFlight, { port: 443 });
    const captures = await Promise.all([lab.capture('client'), lab.capture('server')]);
    const { host, port, sni } = headend;
    const handshake = lab.call<Attempt>('client', handshakeModule, 'handshake', { host, port, sni, kind, patience });
    if (serverPatience !== undefined) await setTimeout(serverPatience).then(() => headend.close());
    const attempt = await handshake;
    const [client, server] = (await Promise.all(captures.map((capture) => capture.stop()))) as [Uint8Array, Uint8Array];
    return { attempt, client, server };
  } finally {
    await lab.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.argv.slice(2);
  for (const name of recorded.filter((each) => wanted.length === 0 || wanted.includes(each))) {
    const { client, server } = await recordScene(scenes[name]);
    writeFileSync(new URL(`../${name}.pcapng`, import.meta.url), client);
    writeFileSync(new URL(`../${name}-server.pcapng`, import.meta.url), server);
  }
}
