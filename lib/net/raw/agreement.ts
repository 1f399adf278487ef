/** What two ends agree on by SYN and SYN-ACK. Pure. */

import { timestampBytes } from '../../evidence/index.ts';
import type { RawVia } from '../via.ts';
import type { HeardSegment } from './segment.ts';

export interface Agreement {
  readonly synAck: { readonly ttl: number; readonly ipId: number | null };
  /** Null when the SYN-ACK has no such option. */
  readonly peerMss: number | null;
  /** Sequence number of the peer's first byte. */
  readonly peerSequence: number;
  /** Window of the peer, not scaled: we do not offer that. */
  readonly peerWindow: number;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
  /** Payload of our segments at most. */
  readonly segmentSize: number;
  /** Payload of the peer's at most. */
  readonly peerSegmentSize: number;
}

/** What our SYN said, and the interface allows. */
export interface Offer {
  readonly via: RawVia;
  readonly mtu: number;
  /** Bytes of IP and TCP headers without options. */
  readonly headers: number;
  readonly announcedMss: number | null;
}

/** MSS of an end that announces none (RFC 9293 §3.7.1). */
const defaultMss = { ipv4: 536, ipv6: 1220 } as const;

/** @param synAck the segment that answers our SYN */
export function agreementOf(synAck: HeardSegment, { via, mtu, headers, announcedMss }: Offer): Agreement {
  const byDefault = headers === 40 ? defaultMss.ipv4 : defaultMss.ipv6;
  const timestamps = (via.timestamps ?? true) && synAck.timestamps !== null;
  const options = timestamps ? timestampBytes : 0;
  return {
    synAck: { ttl: synAck.ttl, ipId: synAck.ipId },
    peerMss: synAck.mss,
    peerSequence: (synAck.seq + 1) >>> 0,
    peerWindow: synAck.window,
    sackPermitted: (via.sackPermitted ?? true) && synAck.sackPermitted,
    timestamps,
    segmentSize: Math.max(1, Math.min(synAck.mss || byDefault, mtu - headers) - options),
    peerSegmentSize: (announcedMss ?? byDefault) - options,
  };
}
