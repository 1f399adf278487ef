/** What a transport saw of the packets below a connection: from TCP_INFO, from raw packets, or from a capture of our own. */

import type { PathEvidence, StreamEvidence } from './handshake.ts';

export interface WireView {
  readonly path: PathEvidence;
  /** Our direction. `bytes` counts payload handed over. */
  readonly sent: StreamEvidence;
  /** The peer's direction; null where it is not seen. */
  readonly inbound: StreamEvidence | null;
  /** Bytes before the first gap that never came, where the peer sent beyond it; null where not known. */
  readonly missingInbound: number | null;
  /** Payload lengths of the segments that went out first; null where not known. */
  readonly segments: readonly number[] | null;
}
