/** What the readers of all conversations of a capture share. */

import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';
import type { CertificateStore } from './certificate-store.ts';

export interface TlsContext {
  /** The packet being looked at: its number and time go into the facts. */
  readonly packet: Packet;
  readonly limits: CaptureLimits;
  readonly counters: Counters;
  readonly certificates: CertificateStore;
}
