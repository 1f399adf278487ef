/** Every capture made to hurt. */

import { certificateRows } from './certificates.ts';
import { compressedRows } from './compressed.ts';
import { containerRows } from './containers.ts';
import { dtlsRows } from './dtls.ts';
import { networkRows } from './network.ts';
import type { HostileCapture } from './row.ts';
import { tcpRows } from './tcp.ts';
import { tlsRows } from './tls.ts';

export type { HostileCapture } from './row.ts';

/** By what they attack. */
export const hostileCaptures: Readonly<Record<string, readonly HostileCapture[]>> = {
  container: containerRows,
  network: networkRows,
  TCP: tcpRows,
  TLS: tlsRows,
  certificates: certificateRows,
  DTLS: dtlsRows,
  compression: compressedRows,
};
