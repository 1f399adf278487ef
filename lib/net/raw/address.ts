/** Socket addresses as Linux lays them out in memory (little-endian machines). */

import { ipBytes } from '../../capture/index.ts';
import { linux } from '../libc.ts';

/** struct sockaddr_in or sockaddr_in6. */
export function socketAddress(address: string, port: number): Uint8Array {
  const v6 = address.includes(':');
  const bytes = new Uint8Array(v6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, v6 ? linux.AF_INET6 : linux.AF_INET, true);
  view.setUint16(2, port);
  bytes.set(ipBytes(address), v6 ? 8 : 4);
  return bytes;
}

/** Port in such a structure. */
export function portOf(address: Uint8Array): number {
  return new DataView(address.buffer, address.byteOffset).getUint16(2);
}
