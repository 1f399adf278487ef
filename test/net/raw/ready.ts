/** Whether tests with real raw sockets can run here, and what they leave. */

import { readdirSync, readlinkSync } from 'node:fs';
import { rawDial } from '../../../lib/net/raw/index.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import { unusedPort } from '../servers.ts';

/** False where raw sockets are not built or not permitted; any other error is one. */
export async function rawWorks(): Promise<boolean> {
  try {
    await rawDial(
      { address: '127.0.0.1', port: await unusedPort() },
      { writes: [], onBytes: () => 'enough' },
      { kind: 'raw' },
    );
    return true;
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'missing-ability') return false;
    throw error;
  }
}

/** Open sockets of this process; the loader of the tests opens files at times of its own. */
export function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // the descriptor that read the directory
    }
  }).length;
}
