/** A client and a SQL Server that speak TDS (MS-TDS §2.2.6.5): PRELOGIN, then a TLS handshake in packets of TDS. */

import { concat } from '../../../lib/wire/index.ts';

export const tdsType = { preLogin: 0x12, reply: 0x04, login7: 0x10 } as const;

/** The bytes as packets of at most `size` bytes, 4096 as long as nothing else is agreed on. */
export function tdsPackets(type: number, bytes: Uint8Array, size = 4_096): Uint8Array {
  const packets: Uint8Array[] = [];
  const most = size - 8;
  for (let at = 0; at < bytes.length; at += most) {
    const part = bytes.subarray(at, at + most);
    const length = part.length + 8;
    const isLast = at + most >= bytes.length ? 1 : 0;
    packets.push(Uint8Array.of(type, isLast, length >> 8, length & 0xff, 0, 0, packets.length + 1, 0), part);
  }
  return concat(...packets);
}

/** Version and encryption: 0 for the login alone, 1 on, 2 not supported, 3 required. */
export function preLogin(type: number, encryption: number): Uint8Array {
  const options = Uint8Array.of(0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption);
  return tdsPackets(type, options);
}
