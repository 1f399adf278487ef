/** System calls for the programs of a lab. */

import { type PacketCalls, packetCalls } from '../../net/index.ts';
import { HarnessError } from '../../wire/index.ts';

/** @param what needs them, as subject of a sentence. @throws HarnessError `missing-ability` */
export async function callsFor(what: string): Promise<PacketCalls> {
  const calls = await packetCalls();
  if (calls.libc !== null) return calls;
  const help = calls.reason === 'no-koffi' ? { hint: 'npm install koffi' } : {};
  throw new HarnessError(
    'missing-ability',
    `${what} needs system calls that node does not have. ${calls.detail}`,
    help,
  );
}
